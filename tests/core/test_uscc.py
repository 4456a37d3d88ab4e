"""The check character of GB 32100-2015, on the published cases and on every single error."""

from hypothesis import given
from hypothesis import strategies as st

from huoju.core.uscc import ALPHABET, are_valid, check_character

BODIES = st.builds(
    lambda head, region, tail: head + region + tail,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def test_the_cases_of_the_standard_hold() -> None:
    codes = ["91350100M000100Y43", "91350100M000100Y4Z", "91350100M000018Y40", "N2350100M000100Y4J"]
    assert are_valid(codes).tolist() == [True, False, True, True]


def test_unknown_short_and_lower_case_codes_are_not_valid() -> None:
    assert not are_valid([None, "", "9135", "91350100m000100y43", "９1350100M000100Y43"]).any()


@given(BODIES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_seen(body: str, place: int, character: str) -> None:
    code = body + check_character(body)
    wrong = code[:place] + character + code[place + 1 :]
    assert are_valid([code]).all()
    assert are_valid([wrong]).all() == (wrong == code)


@given(BODIES, st.integers(0, 16))
def test_every_swap_of_neighbours_is_seen(body: str, place: int) -> None:
    code = body + check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert are_valid([swapped]).all() == (swapped == code)
