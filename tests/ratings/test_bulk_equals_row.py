"""The compiled plan of every scheme gives, entity by entity, exactly what the slow evaluator gives."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ratings.comparing import compare
from tests.ratings.panels import made_view

from huoju.ratings.bulk import rate_all
from huoju.ratings.decide import rate
from huoju.ratings.scheme import Version
from huoju.ratings.shipped import load_scheme, scheme_files

SCHEMES = list(scheme_files())
SHARE, FULL, AT_ONCE = 300, 100_000, 500


def day_of(version: Version, later: int) -> date:
    """Return a day on which a version is in force."""
    start = version.effective or date(2020, 1, 1)
    end = version.expiry or max(start, date(2026, 6, 1)) + timedelta(days=400)
    return start + timedelta(days=later % ((end - start).days + 1))


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_is_the_same_for_all_as_for_one(name: str, deep: bool) -> None:
    prepared = load_scheme(name)
    wanted = FULL if deep else SHARE
    for place, version in enumerate(prepared.scheme.versions):
        judged, seed = 0, place * 1000
        at_once = AT_ONCE if deep else wanted // 3
        while judged < wanted / len(prepared.scheme.versions):
            view = made_view(prepared, version, at_once, seed, day_of(version, seed * 37))
            judged += compare(prepared, view, block=at_once // 3 + 1)
            seed += 1


@settings(max_examples=15, deadline=None)
@given(name=st.sampled_from(SCHEMES), seed=st.integers(0, 2**32 - 1), later=st.integers(0, 5000))
def test_any_panel_is_the_same_for_all_as_for_one(name: str, seed: int, later: int) -> None:
    prepared = load_scheme(name)
    version = prepared.scheme.versions[seed % len(prepared.scheme.versions)]
    compare(prepared, made_view(prepared, version, 7, seed, day_of(version, later)), block=3)


@pytest.mark.parametrize("name", SCHEMES)
def test_assessments_of_all_add_up(name: str) -> None:
    prepared = load_scheme(name)
    for version in prepared.scheme.versions:
        view = made_view(prepared, version, 60, 5, day_of(version, 90))
        for rated in rate_all(prepared, view):
            found = rated.assessments(view.panel.entities)
            for place, row in enumerate(rated.rows):
                one, slow = found.row(place), rate(prepared, view, int(row))
                assert one.outcome == slow.outcome
                if found.denominator is None:
                    continue
                assert one.value == slow.score
                assert (one.low, one.high) == ((0, 0) if slow.total is None else slow.total)
                if one.value is not None:
                    assert sum((Fraction(reason.amount) for reason in one.reasons), Fraction(0)) == one.value
