"""Four ways to draw a chart: plotly for the screen, pptx, xlsx, and svg for paper."""
