"""Codes of enterprises taken apart a column at a time, and what a mistyped one may have been."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.uscc import ALPHABET, WEIGHTS, are_valid, are_valid_inside
from huoju.fusion.gazetteer import lines_of, region_names

# One row a code; every column is null where the code is unknown.
DECODED = pa.schema(
    [
        ("code", pa.string()),  # as compared: half width, upper case, without blanks and hyphens
        ("shape", pa.string()),  # uscc, registration_15, registration_13, organisation_code, masked, other
        ("valid", pa.bool_()),  # an unified social credit code that holds
        ("inner", pa.bool_()),  # the organisation code in it holds too; false beside valid is a warning
        ("department", pa.string()),  # who registers, in Chinese; null where the code is not valid or says nothing
        ("kind", pa.string()),  # what is registered: 企业
        ("office_code", pa.int32()),  # GB/T 2260 code of the office that issued it then: not where the firm is now
        ("office", pa.string()),  # its name; null where the gazetteer does not know it
    ]
)
_SPACES = r"[\s\-]+"
# What a hand or a scan makes of the letters that no code holds, and of those that look alike. By look; unsourced.
_ALIKE = ("O0QDC", "I1L7", "Z27", "S58B3", "VUYW", "G6C", "EF", "MN")
_LOOK_ALIKE = {frozenset(pair) for letters in _ALIKE for pair in combinations(letters, 2)}


def decode_codes(codes: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return each code taken apart, as a table of ``DECODED``: (n,) rows in the order of ``codes``.

    Old numbers of 15 and 13 digits are named as such and never padded or cut to fit. The office is the one that
    issued the code: the enterprise may have moved since.

    >>> row = decode_codes(pa.array(["91350100m000100y43"])).to_pylist()[0]
    >>> row["valid"], row["kind"], row["office"]
    (True, '企业', '福州市')
    """
    column = pa.chunked_array(codes) if isinstance(codes, pa.ChunkedArray) else pa.chunked_array([codes])
    folded = pc.utf8_normalize(column.cast(pa.string()), form="NFKC")
    folded = pc.utf8_upper(pc.replace_substring_regex(folded, _SPACES, ""))
    folded = pa.concat_arrays(folded.chunks) if folded.num_chunks else pa.array([], pa.string())
    valid = are_valid(folded)
    unknown = folded.is_null()
    holds = pa.array(valid)
    office = pc.if_else(holds, pc.utf8_slice_codeunits(folded, 2, 8), None).cast(pa.int32())
    return pa.table(
        [
            folded,
            pc.if_else(unknown, None, _shapes(folded)),
            pc.if_else(unknown, None, holds),
            pc.if_else(unknown, None, pa.array(are_valid_inside(folded))),
            _named(pc.if_else(holds, pc.utf8_slice_codeunits(folded, 0, 1), None), _kinds()),
            _named(pc.if_else(holds, pc.utf8_slice_codeunits(folded, 0, 2), None), _kinds()),
            office,
            _named(office, region_names()),
        ],
        schema=DECODED,
    )


def _shapes(folded: pa.Array) -> pa.Array:
    def fits(pattern: str) -> pa.Array:
        return pc.match_substring_regex(folded, f"^{pattern}$")

    return pc.case_when(
        pc.make_struct(
            fits("[0-9]{15}"), fits("[0-9]{13}"), fits("[0-9A-Z]{18}"), fits("[0-9A-Z]{8}[0-9X]"), fits(".*[X*]{2,}.*")
        ),
        *("registration_15", "registration_13", "uscc", "organisation_code", "masked", "other"),
    )


def _named(numbers: pa.Array, names: Mapping[str, str] | Mapping[int, str]) -> pa.Array:
    """Return the names of numbers, null where there is none."""
    at = pc.index_in(numbers, pa.array(list(names), numbers.type))
    return pa.array(list(names.values()), pa.string()).take(at)


@cache
def _kinds() -> dict[str, str]:
    return {line[0]: line[1] for line in lines_of("code_kinds.txt")}


@dataclass(frozen=True, slots=True)
class Repair:
    """A code that may have been meant: how it differs, at which character (from 1), and what speaks for it."""

    code: str
    change: str  # substituted, swapped
    place: int
    reasons: tuple[str, ...]  # registered, inner_check, known_office, known_kind, look_alike


# What speaks for a repair, the stronger first; ranks compare from the left. Shares of one left: scale.md 1.1.
_REASONS = ("registered", "inner_check", "known_office", "known_kind", "look_alike")


def repairs(code: str, register: Container[str] = ()) -> tuple[Repair, ...]:
    """Return the valid codes one wrong character or one swap of neighbours away from ``code``, the likeliest first.

    A list to choose from, never a repair: nothing is changed anywhere. Empty where ``code`` is not 18 characters
    long or is valid as it stands. ``register`` are codes that exist; one among them outranks all that is only possible.

    >>> [(repair.code, repair.place) for repair in repairs("91350100M000100Y4Z", {"91350100M000100Y43"})][0]
    ('91350100M000100Y43', 18)
    """
    written = code.strip().upper()
    if len(written) != 18 or are_valid([written])[0]:
        return ()
    found = [*_substituted(written), *_swapped(written)]
    holds = are_valid([candidate for candidate, *_ in found])
    inside = are_valid_inside([candidate for candidate, *_ in found])
    kept = [
        Repair(candidate, change, place, _speaking(candidate, written, place, change, bool(inner), register))
        for (candidate, change, place), valid, inner in zip(found, holds, inside, strict=True)
        if valid
    ]
    return tuple(
        sorted(kept, key=lambda one: ([reason not in one.reasons for reason in _REASONS], one.place, one.code))
    )


def _substituted(written: str) -> list[tuple[str, str, int]]:
    """Return for each place the one character that makes the code hold, if all others are right."""
    values = np.array([ALPHABET.find(letter) for letter in written])
    wrong = np.flatnonzero(values < 0)
    if wrong.size > 1:
        return []
    weights = np.append(WEIGHTS, 1)
    total = int((values * weights)[values >= 0].sum())
    found = []
    for place in wrong.tolist() or range(18):
        weight = int(weights[place])
        rest = total - (int(values[place]) * weight if values[place] >= 0 else 0)
        letter = ALPHABET[-rest * pow(weight, -1, 31) % 31]
        found.append((written[:place] + letter + written[place + 1 :], "substituted", place + 1))
    return found


def _swapped(written: str) -> list[tuple[str, str, int]]:
    return [
        (f"{written[:i]}{written[i + 1]}{written[i]}{written[i + 2 :]}", "swapped", i + 1)
        for i in range(17)
        if written[i] != written[i + 1]
    ]


def _speaking(
    candidate: str, written: str, place: int, change: str, inner: bool, register: Container[str]
) -> tuple[str, ...]:
    alike = frozenset((candidate[place - 1], written[place - 1])) in _LOOK_ALIKE
    says = {
        "registered": candidate in register,
        "inner_check": inner,
        "known_office": int(candidate[2:8]) in region_names(),
        "known_kind": candidate[:2] in _kinds(),
        "look_alike": change == "swapped" or alike,
    }
    return tuple(reason for reason in _REASONS if says[reason])
