"""Comments -> themes: what people talk about, and how it goes with their score."""

from __future__ import annotations

from nps_core.themes.edits import Hide, Merge, Move, Pin, Pointer, Rename, Split, ThemeEdits
from nps_core.themes.effect import ThemeEffects, theme_counts, theme_effects
from nps_core.themes.find import find_themes
from nps_core.themes.overrides import apply_edits, split_theme
from nps_core.themes.result import Themes

__all__ = [
    "Hide",
    "Merge",
    "Move",
    "Pin",
    "Pointer",
    "Rename",
    "Split",
    "ThemeEdits",
    "ThemeEffects",
    "Themes",
    "apply_edits",
    "find_themes",
    "split_theme",
    "theme_counts",
    "theme_effects",
]
