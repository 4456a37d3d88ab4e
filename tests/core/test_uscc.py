"""The check character of GB 32100-2015, on the published cases and on every single error."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.uscc import ALPHABET, are_valid, are_valid_inside, check_character, inner_check_character

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


@given(BODIES)
def test_the_check_inside_is_that_of_the_organisation_code(body: str) -> None:
    sound = body[:16] + inner_check_character(body[8:16])
    if sound[16] in ALPHABET:
        assert are_valid_inside([sound + check_character(sound)]).all()
    broken = body[:16] + ("1" if body[16] == "0" else "0")
    assert are_valid_inside([broken + check_character(broken)])[0] == (broken[16] == inner_check_character(body[8:16]))


@given(st.lists(st.none() | st.text(ALPHABET + "IOａ 中", max_size=19) | BODIES.map(lambda b: b + check_character(b))))
def test_a_column_gives_what_its_codes_give_alone(codes: list[str | None]) -> None:
    column = pa.chunked_array([pa.array(codes, pa.string()), pa.array(["x", *codes], pa.string())[1:]])
    alone = [bool(are_valid([code])[0]) for code in codes]
    assert are_valid(column).tolist() == alone * 2
    assert are_valid(codes).tolist() == alone
