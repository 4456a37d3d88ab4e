"""One parser of numbers: exact, strict, and the same for a cell and for a column."""

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.money import parse_number, parse_numbers, wan_yuan_text, yuan_text

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False)
FACTORS = st.sampled_from([Fraction(1), Fraction(100), Fraction(100_000), Fraction(1_000_000), Fraction(10_000)])


@given(st.lists(AMOUNTS, max_size=20))
def test_yuan_to_fen_is_exact(amounts: list[Decimal]) -> None:
    values, known = parse_numbers(pa.array([str(amount) for amount in amounts], pa.string()), 100)
    assert known.all()
    assert values.tolist() == [int(amount * 100) for amount in amounts]


@given(st.lists(st.one_of(st.none(), st.text("0123456789.+-eE,NaInf ％１", max_size=12)), max_size=20), FACTORS)
def test_a_column_says_the_same_as_its_cells(texts: list[str | None], factor: Fraction) -> None:
    values, known = parse_numbers(pa.array(texts, pa.string()), factor)
    for text, value, good in zip(texts, values, known, strict=True):
        alone = None if text is None else parse_number(text, factor)
        assert good == (alone is not None)
        assert value == (alone or 0)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1,000", "１２", " 1", "1 000", "", "-", "1e400", "0x10", "1\n"])
def test_what_is_not_a_plain_number_is_refused(text: str) -> None:
    assert parse_number(text) is None
    assert not parse_numbers(pa.array([text]))[1][0]


def test_a_number_beyond_64_bits_is_refused() -> None:
    assert parse_number("92233720368547758.07", 100) == 2**63 - 1
    assert parse_number("92233720368547758.08", 100) is None


def test_ten_thousand_yuan_is_never_off_by_a_hair() -> None:
    assert parse_number("2.01", 1_000_000) == 2_010_000


@given(st.integers(-(10**17), 10**17))
def test_yuan_text_reads_back(fen: int) -> None:
    assert parse_number(yuan_text(fen), 100) == fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0"), (123_456_700, "123.46"), (-4_400_000_00, "−440"), (10**12, "1,000,000"), (-1, "0")],
)
def test_ten_thousand_yuan_text_has_two_decimals_at_most(fen: int, text: str) -> None:
    assert wan_yuan_text(fen) == text
