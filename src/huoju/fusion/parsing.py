"""Names of enterprises taken apart a whole column at a time."""

from __future__ import annotations

import pyarrow as pa

from huoju.fusion.names import fold, take_apart

# One row a name, in the order given; an unknown (null) text is null in every column, a part that a name lacks is "".
PARSED = pa.schema(
    [
        ("folded", pa.string()),  # the whole name, folded as ``fold`` does
        ("region", pa.string()),  # places named, widest first, short forms joined: 江苏苏州昆山
        ("region_codes", pa.list_(pa.int32())),  # GB/T 2260 codes the innermost place may mean; [] where none
        ("brand", pa.string()),  # 字号
        ("trade", pa.string()),  # 行业 or 经营特点
        ("core", pa.string()),  # 字号 and 行业 as they stand, without region, 集团 and form: what to compare first
        ("alternative", pa.string()),  # the core if a place that may as well be part of the brand is one; else ""
        ("form", pa.string()),  # 组织形式, without 集团
        ("group", pa.bool_()),  # says 集团
        ("branch", pa.string()),  # the tail after the parent's name: 昆山分公司
        ("parent", pa.string()),  # the folded name of the parent, "" where there is no branch
    ]
)


def parse_names(texts: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return each name taken apart, as a table of ``PARSED``: (n,) rows in the order of ``texts``.

    ``texts`` are names as delivered (string). Parts of a branch are those of its parent, with the tail in ``branch``.
    Unknown (null) names are null in every column.
    """
    rows = []
    for text in texts.to_pylist():
        if text is None:
            rows.append(dict.fromkeys(PARSED.names))
            continue
        folded = fold(text)
        part = take_apart(folded)
        rows.append(
            {
                "folded": folded,
                "region": part.region,
                "region_codes": [],
                "brand": part.core[:2],
                "trade": part.core[2:],
                "core": part.core,
                "alternative": "",
                "form": part.form,
                "group": "集团" in folded,
                "branch": part.branch,
                "parent": folded.removesuffix(part.branch) if part.branch else "",
            }
        )
    return pa.Table.from_pylist(rows, schema=PARSED)
