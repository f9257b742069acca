"""The values of an attribute, each against the rest, many judged together."""
