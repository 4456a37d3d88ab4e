"""Names of enterprises taken apart a whole column at a time: place, brand, trade, form, branch.

No name is looked at alone. The column is one run of letters; words are looked up at many places at once, and every
part is a span of the folded name. Rules of names: 企业名称登记管理规定 (2020) Art. 6-10, as restated; checked:
2026-11-22.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.fusion.folding import fold_letters
from huoju.fusion.gazetteer import places, words_of, zones
from huoju.fusion.heads import Brackets, Head, leading_places, read_brackets
from huoju.fusion.letters import Finder, Letters, Whole
from huoju.fusion.tails import cut_branches, longest_end, plain_texts, trade_lengths, trade_reach

# One row a name, in the order given; an unknown (null) text is null in every column, a part that a name lacks is "".
PARSED = pa.schema(
    [
        ("folded", pa.string()),  # the whole name, folded as ``fold`` does
        ("region", pa.string()),  # places named, widest first, short forms joined: 江苏苏州昆山
        ("region_codes", pa.list_(pa.int32())),  # GB/T 2260 codes the innermost place may mean; [] where none
        ("brand", pa.string()),  # 字号
        ("trade", pa.string()),  # 行业 or 经营特点
        ("core", pa.string()),  # 字号 and 行业 as they stand, without region, 集团 and form: what to compare first
        (
            "alternative",
            pa.string(),
        ),  # the core read the other way where a place may as well be part of the brand; or ""
        ("form", pa.string()),  # 组织形式, without 集团
        ("group", pa.bool_()),  # says 集团
        ("branch", pa.string()),  # the tail after the parent's name: 昆山分公司
        ("parent", pa.string()),  # the folded name of the parent, "" where there is no branch
    ]
)
ROWS_AT_ONCE = 32_768  # what fits into the cache of a core with its tables
_CHINA = np.array([ord(letter) for letter in "(中国)"], np.uint32)
_GROUP = np.array([ord(letter) for letter in "集团"], np.uint32)
LONGEST_BRAND = 4  # letters; a longer one is looked through for the first word of trade


def parse_names(texts: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return each name taken apart, as a table of ``PARSED``: (n,) rows in the order of ``texts``.

    ``texts`` are names as delivered (string). Parts of a branch are those of its parent, with the tail in ``branch``.
    Unknown (null) names are null in every column. A name gives the same row whatever stands beside it.

    >>> row = parse_names(pa.array(["江苏澄芯热控技术（昆山）有限公司苏州分公司"])).to_pylist()[0]
    >>> [row[part] for part in ("region", "brand", "trade", "form", "branch")]
    ['江苏昆山', '澄芯热控', '技术', '有限公司', '苏州分公司']
    """
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
    parts = [_parse(whole[at : at + ROWS_AT_ONCE]) for at in range(0, len(whole), ROWS_AT_ONCE)]
    return pa.concat_tables(parts).combine_chunks() if parts else PARSED.empty_table()


def _parse(texts: pa.Array) -> pa.Table:
    letters = fold_letters(Letters.of(texts))
    finder = Finder(letters)
    begins, ends = letters.starts[:-1], letters.starts[1:]
    cuts = cut_branches(letters, finder)
    brackets = read_brackets(letters, finder, cuts)
    main = letters.kept(letters.within(begins, cuts) & brackets.keep)
    within = Finder(main)
    form, form_begins = longest_end(within, words_of("forms.txt"), main.starts[:-1], main.starts[1:])
    core_ends, trade_ends, group = _ends_of_core(main, form_begins)
    lengths = trade_lengths(main, within)
    reach = trade_reach(lengths, main.starts[:-1], trade_ends)
    head = leading_places(main, within, core_ends, trade_ends, reach)
    trade_begins = _trade_begins(head, trade_ends, reach, lengths, group | brackets.group)
    china = _ends_with(main, head.ends, trade_begins, _CHINA)
    region, codes = _regions(head, brackets)
    columns = {
        "folded": letters.texts(),
        "region": region,
        "region_codes": codes,
        "brand": main.spans(head.ends, np.where(china, trade_begins - _CHINA.size, trade_begins)),
        "trade": main.spans(trade_begins, trade_ends),
        "core": main.spans(head.ends, core_ends),
        "alternative": main.spans(np.where(head.other < 0, core_ends, head.other), core_ends),
        "form": plain_texts(words_of("forms.txt"), form),
        "group": pa.array(group | brackets.group),
        "branch": letters.spans(cuts, ends),
        "parent": letters.spans(begins, np.where(cuts < ends, cuts, begins)),
    }
    table = pa.table(columns, schema=PARSED)
    return _without_unknown(table, texts) if texts.null_count else table


def _without_unknown(table: pa.Table, texts: pa.Array) -> pa.Table:
    rows = pc.if_else(pc.is_valid(texts), pa.array(np.arange(len(texts))), None)
    return table.take(rows)


def _ends_of_core(main: Letters, form_begins: Whole) -> tuple[Whole, Whole, NDArray[np.bool_]]:
    """Return where core and trade end before the form, and whether 集团 stood between: (中国) is core, not trade."""
    begins = main.starts[:-1]
    group = _ends_with(main, begins, form_begins, _GROUP)
    core_ends = np.where(group, form_begins - 2, form_begins)
    china = _ends_with(main, begins, core_ends, _CHINA)
    return core_ends, np.where(china, core_ends - _CHINA.size, core_ends), group


def _ends_with(main: Letters, begins: Whole, ends: Whole, word: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which spans end with ``word`` and hold at least two letters before it."""
    result = ends - begins >= word.size + 2
    for place, code in enumerate(word[::-1], start=1):
        rows = np.flatnonzero(result)
        result[rows] = main.codes[ends[rows] - place] == code
    return result


def _trade_begins(
    head: Head,
    trade_ends: Whole,
    reach: NDArray[np.uint32],
    lengths: NDArray[np.uint32],
    group: NDArray[np.bool_],
) -> Whole:
    """Return where the trade begins: as far back as words of trade go, but for a brand of two letters at least.

    A name with a place and nothing but trade has no brand. Where a brand would be too long, it ends before the
    first word of trade inside it; where no word of trade is known, behind a place, after two letters: most brands
    have two, and a name behind a place seldom says no trade.
    """
    room = np.clip(trade_ends - head.ends, 0, 31).astype(np.uint32)
    all_trade = ((reach >> room) & 1).astype(bool) & (head.ids[:, 0] >= 0)
    allowed = reach & ((np.uint32(1) << np.maximum(room, 1) - np.uint32(1)) - np.uint32(1))
    farthest = np.frexp(np.maximum(allowed, 1).astype(np.float64))[1] - 1
    begins = _shortened(head.ends, trade_ends - np.where(all_trade, room, farthest), lengths)
    unknown = (begins == trade_ends) & (room >= 4) & (head.ids[:, 0] >= 0) & ~group
    return np.where(unknown, head.ends + 2, begins)


def _shortened(brands: Whole, begins: Whole, lengths: NDArray[np.uint32]) -> Whole:
    rows = np.flatnonzero(begins - brands > LONGEST_BRAND)
    result = begins.copy()
    for step in range(2, 13 if rows.size else 2):
        place = brands[rows] + step
        word = lengths[np.minimum(place, lengths.size - 1)]
        shortest = np.where(word > 0, np.frexp((word & (~word + np.uint32(1))).astype(np.float64))[1] - 1, 99)
        fits = place + shortest <= begins[rows]
        result[rows[fits]] = place[fits]
        rows = rows[~fits]
    return result


def _regions(head: Head, brackets: Brackets) -> tuple[pa.Array, pa.Array]:
    known = places()
    numbers = np.column_stack([head.ids, brackets.ids])
    pieces = [known.shorts.take(pa.array(ids, mask=ids < 0)).fill_null("") for ids in numbers.T]
    zone = plain_texts(zones(), head.zone)
    text = pc.binary_join_element_wise(*pieces[:-1], zone, pieces[-1], "")
    codes = head.codes.copy()
    alone = (head.ids[:, 0] < 0) & (brackets.ids >= 0)
    codes[alone] = known.codes[brackets.ids[alone]]
    some = codes > 0
    offsets = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(some.sum(axis=1), out=offsets[1:])
    return text, pa.ListArray.from_arrays(pa.array(offsets), pa.array(codes[some]))
