"""Codes taken apart by the column, old numbers named as such, repairs ranked and never made."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.uscc import ALPHABET, are_valid, check_character, inner_check_character
from huoju.fusion.codes import DECODED, decode_codes, repairs

ORGANISATIONS = st.text(ALPHABET, min_size=8, max_size=8).filter(lambda text: inner_check_character(text) in ALPHABET)


def code_of(head: str, organisation: str) -> str:
    body = head + organisation + inner_check_character(organisation)
    return body + check_character(body)


CODES = st.builds(code_of, st.sampled_from(["91320583", "92110105", "93350100"]), ORGANISATIONS)


def test_a_code_says_who_registered_what_and_where_it_was_issued() -> None:
    rows = decode_codes(
        pa.array(["91350100m000100y43", "N2350100M000100Y4J", " ９１３５０１００Ｍ０００１００Ｙ４３"])
    ).to_pylist()
    assert [row["kind"] for row in rows] == ["企业", "村级集体经济组织", "企业"]
    assert {row["office"] for row in rows} == {"福州市"}
    assert {row["office_code"] for row in rows} == {350100}
    assert all(row["valid"] and row["inner"] for row in rows)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("320583000123456", "registration_15"),
        ("1234567890123", "registration_13"),
        ("31046670-5", "organisation_code"),
        ("4403xxxxxxx1234", "masked"),
        ("440301103097", "other"),
        ("", "other"),
    ],
)
def test_what_is_no_code_is_named_and_says_nothing(text: str, shape: str) -> None:
    row = decode_codes(pa.array([text])).to_pylist()[0]
    assert (row["shape"], row["valid"]) == (shape, False)
    assert row["kind"] is row["office"] is row["office_code"] is None


def test_unknown_codes_are_unknown_in_every_column() -> None:
    table = decode_codes(pa.chunked_array([pa.array([None, "9135"], pa.string()), pa.array([], pa.string())]))
    assert table.schema == DECODED
    assert set(table.to_pylist()[0].values()) == {None}


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_any_kind_of_text_column_will_do(kind: pa.DataType) -> None:
    codes = pa.array(["91350100M000100Y43", None, "x"], pa.string()).cast(kind)
    assert decode_codes(codes)["valid"].to_pylist() == [True, None, False]
    assert are_valid(codes).tolist() == [True, False, False]


@given(CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_wrong_character_is_found_again_first_where_the_register_knows_the_code(
    code: str, place: int, letter: str
) -> None:
    written = code[:place] + letter + code[place + 1 :]
    found = repairs(written, {code, "91350100M000100Y43"})
    assert found == () if written == code else found[0].code == code


@given(CODES, st.integers(0, 16))
def test_a_swap_is_found_again_and_every_suggestion_holds(code: str, place: int) -> None:
    written = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    found = repairs(written)
    if written == code:
        assert found == ()
    else:
        assert code in {repair.code for repair in found}
        assert are_valid([repair.code for repair in found]).all()
        assert repairs(written, {code})[0].reasons[0] == "registered"


@given(st.text(max_size=20))
def test_any_text_may_be_asked_for(text: str) -> None:
    decode_codes(pa.array([text]))
    assert all(repair.code != text for repair in repairs(text))


def test_a_letter_that_no_code_holds_is_looked_for_where_it_stands() -> None:
    assert {repair.place for repair in repairs("9135O100M000100Y43") if repair.change == "substituted"} == {5}
