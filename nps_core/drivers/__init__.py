"""What goes with the score: CSAT and CES items, attributes."""
