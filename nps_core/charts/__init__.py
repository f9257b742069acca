"""Charts as data: what a result returns, and who draws it in `charts.draw`."""
