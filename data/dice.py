"""Random choices that come out the same on every machine and under every Python."""

from __future__ import annotations

import random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Choices made of whole numbers and of `random.Random.random` alone.

    That method is the only one whose sequence Python promises to keep from version to version.
    """

    def __init__(self, seed: str) -> None:
        self._next = random.Random(seed).random

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1."""
        return int(self._next() * limit)

    def chance(self, permille: int) -> bool:
        """True this often in a thousand."""
        return self.below(1000) < permille

    def pick(self, options: list[T] | tuple[T, ...]) -> T:
        """One of several, all alike."""
        return options[self.below(len(options))]

    def weighted(self, weights: dict[T, int]) -> T:
        """One of several, by whole-number weight."""
        left = self.below(sum(weights.values()))
        for option, weight in weights.items():
            left -= weight
            if left < 0:
                return option
        raise ValueError("nothing to choose from")

    def shuffled(self, items: list[T] | tuple[T, ...]) -> list[T]:
        """A copy in random order."""
        deck = list(items)
        for last in range(len(deck) - 1, 0, -1):
            other = self.below(last + 1)
            deck[last], deck[other] = deck[other], deck[last]
        return deck
