"""Names of enterprises folded and taken apart, a column at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from huoju.fusion.folding import fold
from huoju.fusion.parsing import PARSED, parse_names

__all__ = ["PARSED", "Name", "fold", "named_parts", "parse_names"]


@dataclass(frozen=True, slots=True)
class Name:
    """What rules compare of a name: ``region`` + ``core`` (字号 and 行业) + ``form``, and the ``branch`` tail."""

    region: str
    core: str
    form: str
    branch: str


def named_parts(names: Iterable[str]) -> Mapping[str, Name]:
    """Return the parts of each name."""
    asked = sorted(names)
    table = parse_names(pa.array(asked, pa.string()))
    columns = [table[name].to_pylist() for name in ("region", "core", "form", "branch")]
    return dict(zip(asked, map(Name, *columns), strict=True))
