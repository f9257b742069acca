"""The pages and what they share on screen."""
