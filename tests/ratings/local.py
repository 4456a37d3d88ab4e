"""Small schemes written for a test, and what they say of stated facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent, indent

from huoju.ratings.checking import expected_names
from huoju.ratings.decide import rate
from huoju.ratings.plan import Prepared
from huoju.ratings.rating import Rating
from huoju.ratings.shipped import load_scheme
from huoju.ratings.stating import view_of

HEAD = """\
id: local
entity: enterprise
label: {zh: 示例方案, en: Example scheme}
versions:
  - id: "1"
    document: {number: 示例〔2026〕1号, title: 示例, office: 示例, certainty: derived}
    effective: 2026-01-01
    expiry: 2026-12-31
"""
DAY = date(2026, 6, 1)


def written(folder: Path, rules: str, head: str = HEAD) -> Prepared:
    """Return the scheme whose one version has the given rules."""
    place = folder / "local"
    place.mkdir(parents=True, exist_ok=True)
    (place / "scheme.yaml").write_text(head + indent(dedent(rules), "    "), encoding="utf-8")
    return load_scheme("local", folder)


def said(prepared: Prepared, facts: Mapping[str, object], as_of: date = DAY, **more: object) -> Rating:
    """Return what a scheme says of stated facts."""
    stated = {"facts": facts, **more}
    return rate(prepared, view_of(stated, as_of, as_of.year - 1, expected_names(prepared.scheme)), 0)
