"""The index of a survey, from which every figure is counted."""
