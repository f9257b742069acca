"""The views of Explore: each draws its own part of the control line, then its answer."""
