"""What colours mean, and how they look: a chart says the meaning, who draws it paints the look."""

from __future__ import annotations

# Blue-green, grey and orange-red stay apart for all common kinds of colour blindness, on light and dark
# ground; red and green would not. White words on the first and the last have a contrast of 4.5.
GROUP_COLOURS = {"promoter": "#13838a", "passive": "#9aa4ae", "detractor": "#c94f2a"}
ACCENT, QUIET = "#3b76d6", "#8b95a1"
COLOURS = {**GROUP_COLOURS, "accent": ACCENT, "quiet": QUIET}
"""By meaning: a group, "accent" for what is beyond chance or the figure itself, "quiet" for what chance explains."""

SHADES = {"alert": GROUP_COLOURS["detractor"], "days": QUIET}
"""Pale columns behind a line, by the kind of mark: a warning that stands, the days that are looked at."""

DARK, LIGHT = "#1b2430", "#ffffff"
ON_COLOUR = {"passive": DARK}
"""What is written on a colour, by its meaning; light on all others."""

GROUP_ORDER = ("detractor", "passive", "promoter")
"""From the lowest scores to the highest, as they stand in every chart."""

_GROUND = 255  # of each of red, green and blue: white


def on_white(meaning: str, strength: float) -> str:
    """A colour of some strength (0..1) on white as one opaque colour, for who has no transparency to draw with."""
    parts = (int(COLOURS[meaning][at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(_GROUND + (part - _GROUND) * strength):02x}" for part in parts)
