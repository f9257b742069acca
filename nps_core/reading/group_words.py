"""Promoter, passive and detractor as files write them."""

from __future__ import annotations

import re
from functools import lru_cache

from nps_core.reading.cells import plain

_PROMOTER = (
    "promoter promoters promotor promotores promotora promoteur promoteurs promotore promotori promotoren prom "
    "befurworter fursprecher ambassadeur ambassador ambassadorer ambassadør ambassadører promotører promotorzy "
    "suosittelija suosittelijat destekleyen destekleyici tavsiyeci промоутер промоутеры сторонник "
    "推奨者 プロモーター 推荐者 推薦者 추천고객 추천"
)
_PASSIVE = (
    "passive passives passiv passiva passivo passivos passif passifs passivi pasivo pasivos passief passieven "
    "neutral neutrals neutro neutros neutre neutres neutrale neutralen neutralny neutralni neutraali neutraalit pasif notr "
    "indifferent indifferente indifferenti indifferenten passively satisfied pasywny obojetny "
    "нейтрал нейтралы нейтральный нейтрально пассивный 中立者 パッシブ 中立 被动者 被動者 중립고객 중립"
)
_DETRACTOR = (
    "detractor detractors detrator detratores detractores detracteur detracteurs detrattore detrattori detr "
    "kritiker kritikere kritik criticus critici criticaster criticasters detraktor detraktoren krytyk krytycy kritik kotuleyen arvostelija "
    "arvostelijat критик критики детрактор 批判者 デトラクター 贬损者 批評者 비추천고객 비추천"
)
GROUP_WORDS = {
    word: place for place, words in enumerate((_DETRACTOR, _PASSIVE, _PROMOTER)) for word in words.split()
}
"""Group words -> place in `survey.GROUPS`."""

_BETWEEN = re.compile(r"[^\w]+|(?<=\d)(?=[^\W\d])|_")
_MOST = 5
"""Words of a cell beyond which it is a sentence, in which a group word is chance."""


@lru_cache(maxsize=4096)
def group_in(cell: str) -> int | None:
    """The group that a cell names, alone or with its scores ("9-10 Promoter", "Detractors (0-6)"); None for none.

    >>> group_in("Promoters (9-10)"), group_in("a promoter called us back today"), group_in("Neutro")
    (2, None, 1)
    """
    words = [word for word in _BETWEEN.split(plain(cell)) if word and not word.isdigit()]
    if not words or len(words) > _MOST:
        return None
    found = {GROUP_WORDS[word] for word in words if word in GROUP_WORDS}
    alone = len(words) == 1 or words[0] in GROUP_WORDS or words[-1] in GROUP_WORDS
    return found.pop() if len(found) == 1 and alone else None
