"""Where a record says it is: names of provinces, cities and counties as codes of GB/T 2260."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.fusion.gazetteer import FOLDER, short_form

Codes = NDArray[np.int32]
MUNICIPALITIES = (11, 12, 31, 50)


@cache
def gazetteer() -> Mapping[str, tuple[int, ...]]:
    """Return for each name of a region, long and short, the codes it may mean, lowest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in (FOLDER / "regions.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        code, *names = line.split()
        for name in names:
            for form in (name, short_form(name)):
                found[form].add(int(code))
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


def codes_of(texts: pa.Array, within: Codes | None = None) -> Codes:
    """Return the code each text names, ``(n,)``; 0 where none or several are meant.

    ``within`` is a code known of the same record: of several meanings the one inside it, or around it, counts.
    """
    encoded = pc.fill_null(texts, "").dictionary_encode()
    meanings = [_meanings(name) for name in encoded.dictionary.to_pylist()]
    index = encoded.indices.to_numpy(zero_copy_only=False)
    single = np.array([m[0] if len(m) == 1 else 0 for m in meanings], np.int32)
    result: Codes = single[index] if len(single) else np.zeros(len(texts), np.int32)
    if within is None:
        return result
    return narrowed(result, index, meanings, within)


def narrowed(result: Codes, index: NDArray[np.int32], meanings: list[tuple[int, ...]], within: Codes) -> Codes:
    """Return ``result`` with rows of several meanings decided by ``within``, where that leaves one city."""
    several = np.array([len(m) > 1 for m in meanings], bool)
    rows = np.flatnonzero(several[index] & (within > 0)) if len(several) else np.zeros(0, np.int64)
    pairs = index[rows].astype(np.int64) << 32 | within[rows]
    unique, place = np.unique(pairs, return_inverse=True)
    decided = np.zeros(len(unique), np.int32)
    for i, pair in enumerate(unique.tolist()):
        fits = [code for code in meanings[pair >> 32] if compatible(code, pair & 0xFFFFFFFF)]
        if fits and len({code // 100 for code in fits}) == 1:
            decided[i] = min(fits)
    result[rows] = decided[place]
    return result


def narrowed_names(codes: pa.Array, within: Codes) -> Codes:
    """Return the code of the place each name names, ``(n,)``, by the ``region_codes`` of the name parser.

    0 where none or several are meant and ``within`` leaves more than one.
    """
    written = pc.binary_join(codes.cast(pa.list_(pa.string())), ",")
    encoded = pc.fill_null(written, "").dictionary_encode()
    index = encoded.indices.to_numpy(zero_copy_only=False)
    meanings = [
        _together(tuple(sorted(int(code) for code in text.split(",") if code)))
        for text in encoded.dictionary.to_pylist()
    ]
    result = np.array([m[0] if len(m) == 1 else 0 for m in meanings] or [0], np.int32)[index]
    return narrowed(result, index, meanings, within)


def compatible(one: int, other: int) -> bool:
    """Return whether one code lies in the other."""
    levels = [(code // 10_000, city_number(code), code % 100) for code in (one, other)]
    return all(a == b or 0 in (a, b) for a, b in zip(*levels, strict=True))


def city_number(code: int) -> int:
    """Return the city within its province; 1 for every district and county of the four municipalities."""
    number = code // 100 % 100
    return 1 if number and code // 10_000 in MUNICIPALITIES else number


def finest(*columns: Codes) -> Codes:
    """Return of several codes of a record the one that says most, the earlier where they say alike."""
    result = np.zeros(len(columns[0]), np.int32)
    for codes in columns:
        result = np.where(_depth(codes) > _depth(result), codes, result).astype(np.int32)
    return result


def city_of(codes: Codes) -> Codes:
    """Return the first four digits of a code that names a city or a county; 0 for a province or unknown.

    Districts of the four municipalities are all of one city.
    """
    number = city_number_of(codes)
    return np.where(number > 0, codes // 10_000 * 100 + number, 0).astype(np.int32)


def city_number_of(codes: Codes) -> Codes:
    """Return for each code what ``city_number`` does."""
    number = codes // 100 % 100
    return np.where((number > 0) & np.isin(codes // 10_000, MUNICIPALITIES), 1, number).astype(np.int32)


def _depth(codes: Codes) -> NDArray[np.int8]:
    return ((codes > 0).astype(np.int8) + (codes // 100 % 100 > 0) + (codes % 100 > 0)).astype(np.int8)


@cache
def _meanings(name: str) -> tuple[int, ...]:
    known = gazetteer()
    if name in known:
        return _together(known[name])
    return _together(known.get(short_form(name), ()))


def _together(codes: tuple[int, ...]) -> tuple[int, ...]:
    """Return codes without the ones that a wider one in the list holds: 吉林 the province and the city stay two."""
    cities = {code // 100 for code in codes}
    if len(cities) == 1 and codes:
        return (min(codes),)
    return codes
