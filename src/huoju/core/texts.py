"""The bytes of a column of texts, for looking at all of them at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_NONE = np.zeros(0, dtype=np.uint8)


def bounds_of(texts: pa.Array) -> NDArray[np.int32]:
    """Return where each text begins and the last one ends among the bytes of its column; ``(n + 1,)``."""
    _, offsets, _ = texts.buffers()
    if offsets is None or not len(texts):
        return np.zeros(len(texts) + 1, dtype=np.int32)
    return np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]


def bytes_of(texts: pa.Array) -> NDArray[np.uint8]:
    """Return the UTF-8 bytes of all texts one after the other; ``(b,)``."""
    content = texts.buffers()[2]
    if content is None or not len(texts):
        return _NONE
    bounds = bounds_of(texts)
    return np.frombuffer(content, np.uint8)[bounds[0] : bounds[-1]]


def are_bytes_within(texts: pa.Array, first: str, last: str) -> bool:
    """Return whether every byte of every text lies between two ASCII characters, both included."""
    content = bytes_of(texts)
    return not content.size or bool(content.min() >= ord(first) and content.max() <= ord(last))
