"""Records to be linked, taken apart once: keys of every part, places as codes, days as numbers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.fusion.names import fold
from huoju.fusion.parsing import parse_names
from huoju.fusion.places import Codes, codes_of, finest, narrowed_names
from huoju.fusion.spelling import sound_keys, spelt_keys
from huoju.fusion.text_keys import NONE, Ints, Keys, Texts, keys_of, texts_of

COLUMNS = ("id", "name", "uscc", "legal_rep", "address", "city", "province", "founded", "former_name")
_PROVINCE = r"(?:\p{Han}{2,3}(?:省|自治区|壮族自治区|回族自治区|维吾尔自治区))?"
_HEAD_OF_ADDRESS = (
    rf"^{_PROVINCE}(?P<city>\p{{Han}}{{2,8}}?(?:市|自治州|地区|盟))?(?P<county>\p{{Han}}{{1,5}}?[区县市旗])?"
)
_NOT_COMPARED = r"[\s,，。、.;；:：]|[(（][^()（）]*[)）]"  # of an address
_WIDER_PLACES = rf"^{_PROVINCE}(?:\p{{Han}}{{2,8}}?(?:市|自治州|地区|盟))?"
AT_ONCE = 100_000  # rows taken apart at a time; bounds memory, changes no answer
NO_DAY = np.iinfo(np.int32).min
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Records:
    """``n`` records as columns ``(n,)``; a key is 0 and a place 0 where it is unknown."""

    ids: pa.Array
    names: pa.Array  # as delivered
    cores: pa.Array  # 字号 and 行业
    addresses: pa.Array  # folded, without province and city
    core_lengths: NDArray[np.int16]
    full: Keys
    core: Keys
    other_core: Keys  # the core if a place that may be part of the brand is one
    sound: Keys  # of the core, by the readings of its characters without tones
    head: Keys  # first two characters of the core
    third: Keys  # first three
    fourth: Keys  # first four
    tail: Keys  # the core without its first two characters
    region: Keys  # as written in the name
    form: NDArray[np.int8]
    group_name: Keys  # the name up to 集团; 0 where it does not say so
    is_group: Bools  # nothing but a form follows 集团
    latin: Bools  # a name without Chinese characters: nothing is known of the Chinese one
    spelt: Keys  # (n, 4): words of a Latin name, or beginnings of the core in Latin letters
    branch: Keys
    parent: Keys
    code: Keys
    code_text: NDArray[np.uint8]  # (n, 18); 0 where there is no code of 18 characters
    person: Keys
    address: Keys
    address_head: Keys
    stated_place: Codes  # by city, province and address
    named_place: Codes  # by the name
    founded: NDArray[np.int32]
    former: Keys

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def place(self) -> Codes:
        """The place that says most: the stated one, else the one in the name."""
        return finest(self.stated_place, self.named_place)

    def rows(self, start: int, stop: int) -> Records:
        """Return the records from ``start`` up to ``stop``."""
        return self.take(np.arange(start, min(stop, len(self))))

    def take(self, rows: Ints) -> Records:
        """Return the records of ``rows``, in that order."""
        indices = pa.array(rows)
        columns = {}
        for field in fields(self):
            value = getattr(self, field.name)
            columns[field.name] = value.take(indices) if isinstance(value, pa.Array) else value[rows]
        return Records(**columns)


FORMS = ("", "公司", "有限公司", "有限责任公司", "股份公司", "股份有限公司")


def prepare(table: pa.Table) -> Records:
    """Return the records of a table with columns ``id`` and ``name`` and whichever others of ``COLUMNS`` it has.

    ``founded`` is a date, all others are texts as delivered. Unknown (null) or empty values are unknown.
    """
    if len(table) <= AT_ONCE:
        return _prepare(table)
    parts = [_prepare(table.slice(start, AT_ONCE)) for start in range(0, len(table), AT_ONCE)]
    columns = {}
    for field in fields(Records):
        values = [getattr(part, field.name) for part in parts]
        columns[field.name] = pa.concat_arrays(values) if isinstance(values[0], pa.Array) else np.concatenate(values)
    return Records(**columns)


def _prepare(table: pa.Table) -> Records:
    table = table.combine_chunks()
    given = {name: _text(table, name) for name in COLUMNS if name != "founded"}
    parts = parse_names(given["name"]).combine_chunks()
    part = {name: _one(parts[name]) for name in parts.column_names}
    cores = texts_of(part["core"])
    address = _address(given["address"])
    address_texts = texts_of(address)
    folded = texts_of(part["folded"])
    code, code_text = _codes(given["uscc"])
    stated = _stated_place(given)
    latin = ~_any_chinese(folded)
    group_name, is_group = _groups(part["folded"], part["branch"])
    return Records(
        ids=given["id"],
        names=given["name"],
        cores=pc.fill_null(part["core"], ""),
        addresses=address,
        core_lengths=cores.lengths.astype(np.int16),
        full=keys_of(folded),
        core=keys_of(cores),
        other_core=keys_of(texts_of(part["alternative"])),
        sound=sound_keys(cores),
        head=_beginning(cores, 2),
        third=_beginning(cores, 3),
        fourth=_beginning(cores, 4),
        tail=keys_of(cores, 2),
        region=keys_of(texts_of(part["region"])),
        form=_forms(part["form"]),
        group_name=group_name,
        is_group=is_group,
        latin=latin,
        spelt=spelt_keys(cores, given["name"], latin),
        branch=keys_of(texts_of(part["branch"])),
        parent=keys_of(texts_of(part["parent"])),
        code=code,
        code_text=code_text,
        person=_folded_keys(given["legal_rep"]),
        address=keys_of(address_texts),
        address_head=np.where(address_texts.lengths >= 6, _beginning(address_texts, 8), NONE),
        stated_place=stated,
        named_place=narrowed_names(part["region_codes"], stated),
        founded=_days(table),
        former=_folded_keys(given["former_name"], names=True),
    )


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    combined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return combined if not isinstance(combined, pa.ChunkedArray) else pa.concat_arrays(combined.chunks)


def _text(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    column = _one(table[name].cast(pa.string()))
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), pa.scalar(None, pa.string()), column)


def _beginning(texts: Texts, length: int) -> Keys:
    """Return the keys of the first characters; 0 where the text is not that long."""
    lengths = texts.lengths
    keys = keys_of(texts, 0, np.minimum(lengths, length))
    return np.where(lengths >= length, keys, NONE)


def _forms(column: pa.Array) -> NDArray[np.int8]:
    """Return the place of each form in ``FORMS``, and after its end one number for each other form."""
    encoded = pc.fill_null(column, "").dictionary_encode()
    others = {form: len(FORMS) + 1 + sum(map(ord, form)) % 90 for form in encoded.dictionary.to_pylist()}
    numbers = np.array(
        [FORMS.index(form) if form in FORMS else others[form] for form in encoded.dictionary.to_pylist()], np.int8
    )
    result: NDArray[np.int8] = numbers[encoded.indices.to_numpy(zero_copy_only=False)]
    return result


def _groups(folded: pa.Array, branch: pa.Array) -> tuple[Keys, Bools]:
    """Return the key of the name up to 集团, and whether nothing but a form follows; a branch is no group."""
    names = pc.if_else(pc.equal(pc.fill_null(branch, ""), ""), pc.fill_null(folded, ""), "")
    rows = np.flatnonzero(pc.match_substring(names, "集团").to_numpy(zero_copy_only=False))
    keys, alone = np.zeros(len(folded), np.uint64), np.zeros(len(folded), bool)
    found = pc.extract_regex(names.take(pa.array(rows)), r"^(?P<head>.*?)\(?集团\)?(?P<rest>.*)$")
    keys[rows] = keys_of(texts_of(pc.struct_field(found, [0])))
    alone[rows] = pc.match_substring_regex(
        pc.struct_field(found, [1]), r"^(?:股份)?(?:有限)?(?:责任)?(?:公司)?$"
    ).to_numpy(zero_copy_only=False)
    return keys, alone


def _any_chinese(texts: Texts) -> Bools:
    chinese = (texts.points >= 0x4E00) & (texts.points <= 0x9FFF)
    total = np.concatenate([[0], np.cumsum(chinese)])
    return total[texts.starts[1:]] > total[texts.starts[:-1]]


def _codes(column: pa.Array) -> tuple[Keys, NDArray[np.uint8]]:
    folded = pc.replace_substring_regex(pc.utf8_upper(_half_width(column)), r"[\s-]", "")
    texts = texts_of(folded)
    matrix = np.zeros((len(column), 18), np.uint8)
    whole = np.flatnonzero(texts.lengths == 18)
    places = texts.starts[:-1][whole, None] + np.arange(18)
    if len(whole):
        matrix[whole] = np.minimum(texts.points[places], 255).astype(np.uint8)
    return keys_of(texts), matrix


def _half_width(column: pa.Array) -> pa.Array:
    """Return texts folded as NFKC does; only the ones that hold anything but ASCII are looked at."""
    if pc.all(pc.string_is_ascii(pc.fill_null(column, ""))).as_py() is not False:
        return column
    return pa.array([None if t is None else unicodedata.normalize("NFKC", t) for t in column.to_pylist()], pa.string())


def _folded_keys(column: pa.Array, *, names: bool = False) -> Keys:
    """Return the keys of texts without blanks and in one script; of names, all as the name parser folds them."""
    if column.null_count == len(column):
        return np.zeros(len(column), np.uint64)
    encoded = column.dictionary_encode()
    if names:
        dictionary = pa.array([fold(text) for text in encoded.dictionary.to_pylist()], pa.string())
    else:
        dictionary = pc.replace_substring_regex(pc.utf8_upper(_half_width(encoded.dictionary)), r"[\s·•.]", "")
    keys = keys_of(texts_of(dictionary))
    index = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    result: Keys = np.concatenate([keys, [NONE]])[index]
    return result


def _address(column: pa.Array) -> pa.Array:
    """Return addresses for comparing: half width, no blanks or brackets, no province and city in front."""
    plain = pc.utf8_upper(_half_width(pc.fill_null(column, "")))
    for pattern in (_NOT_COMPARED, _WIDER_PLACES):
        plain = pc.replace_substring_regex(plain, pattern, "")
    return plain


def _stated_place(given: dict[str, pa.Array]) -> Codes:
    province = codes_of(given["province"])
    city = codes_of(given["city"], province)
    head = pc.extract_regex(pc.fill_null(given["address"], ""), _HEAD_OF_ADDRESS)
    known = finest(city, province)
    from_address = codes_of(pc.struct_field(head, [0]), known)
    known = finest(known, from_address)
    return finest(known, np.where(known > 0, codes_of(pc.struct_field(head, [1]), known), 0).astype(np.int32))


def _days(table: pa.Table) -> NDArray[np.int32]:
    if "founded" not in table.column_names:
        return np.full(len(table), NO_DAY, np.int32)
    days = _one(table["founded"]).cast(pa.date32()).cast(pa.int32())
    return np.asarray(pc.fill_null(days, NO_DAY).to_numpy(zero_copy_only=False), np.int32)
