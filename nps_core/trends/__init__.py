"""The score over time: periods, early warning, interventions."""
