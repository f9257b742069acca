"""Two groups or periods: the difference, its test, and where it stands."""
