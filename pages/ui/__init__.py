"""What the pages share: the survey in the session, filters <-> URL, how things are drawn."""
