"""The steps that bring a workspace of an older version up to date; packaged, and run from code."""
