"""Groups, the NPS and its interval; weights, and what those could make of it who did not answer."""
