"""Word vectors that were learned elsewhere, where a package that ships them is installed: the extra `vectors`.

WordLlama's package holds a table of 16 MB and its tokenizer. Both are read from the installed files: the package's own
loader looks for the tokenizer in a folder that it does not ship, and would download it.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PACKAGE = "wordllama"
LANGUAGES = frozenset({"en"})
"""Languages in which they help. In Spanish agreement with people falls by a twentieth and more."""


def known_vectors(columns: Mapping[str, int], size: int, language: str) -> NDArray[np.float32] | None:
    """A vector for each of `size` stems: the mean over its words; 0 for stems without any.

    None where the language is none that they help in, or no vectors are installed. Nothing is ever downloaded.

    Parameters
    ----------
    columns
        The stem of each lower-case word.
    """
    loaded = _loaded() if language in LANGUAGES else None
    if loaded is None:
        return None
    table, pieces_of = loaded
    found = np.zeros((size, table.shape[1]), dtype=np.float32)
    words = np.zeros(size, dtype=np.float32)
    for word, column in columns.items():
        pieces = pieces_of(word)
        if pieces:
            found[column] += table[pieces].mean(axis=0)
            words[column] += 1
    return (found / np.maximum(words, 1)[:, None]).astype(np.float32)


@cache
def _loaded() -> tuple[NDArray[np.float32], Any] | None:
    """The table, and a function from a word to its rows; None when they are not all there."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None or not (find_spec("safetensors") and find_spec("tokenizers")):
        return None
    folder = Path(spec.origin).parent
    tables = sorted(folder.glob("weights/*_256.safetensors"))
    tokenizers = sorted(folder.glob("tokenizer*/*_tokenizer_config.json"))
    if not tables or not tokenizers:
        return None
    from safetensors.numpy import load_file  # noqa: PLC0415 - an extra
    from tokenizers import Tokenizer  # noqa: PLC0415 - an extra

    (table,) = load_file(tables[0]).values()
    tokenizer = Tokenizer.from_file(str(tokenizers[0]))
    return table.astype(np.float32), lambda word: tokenizer.encode(word, add_special_tokens=False).ids
