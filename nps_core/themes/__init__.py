"""Comments -> themes: what people talk about, and how it goes with their score."""

from __future__ import annotations

from nps_core.themes.effect import ThemeEffects, theme_counts, theme_effects
from nps_core.themes.find import find_themes
from nps_core.themes.result import Themes

__all__ = ["ThemeEffects", "Themes", "find_themes", "theme_counts", "theme_effects"]
