"""Comments -> themes: what people talk about, and how it goes with their score."""

from __future__ import annotations

from nps_core.themes.codebook import Codebook, Entry, History
from nps_core.themes.codebook_file import read_codebook, write_codebook
from nps_core.themes.effect import ThemeEffects, theme_effects
from nps_core.themes.find import find_themes
from nps_core.themes.result import Themes
from nps_core.themes.suggestions import split_theme, suggest_merges

__all__ = [
    "Codebook",
    "Entry",
    "History",
    "ThemeEffects",
    "Themes",
    "find_themes",
    "read_codebook",
    "split_theme",
    "suggest_merges",
    "theme_effects",
    "write_codebook",
]
