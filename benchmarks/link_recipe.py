"""The synthetic linkage benchmark of scale.md 1.4, and a second recipe with other rates and kinds of error.

Legal names, codes, dates, cities and addresses are real registrations (or, without them, the sandbox's invented
ones); who is whose copy, every error and every legal representative is drawn here from one seed. The region of a
name is found here by rules of its own, not by the parser under test.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
import opencc
import pyarrow as pa
import pyarrow.parquet as pq
from link_words import (
    ENGLISH_TRADES,
    EXCHANGED_FORM,
    FORMS,
    GIVEN,
    HELD_OUT_SWAPS,
    LOOKALIKE,
    SURNAMES,
    TRADE_SWAPS,
)
from pypinyin import lazy_pinyin

NAMES = Path(__file__).parents[2] / "shared" / "data" / "names" / "registered_220k.parquet"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIELDS = ("name", "uscc", "legal_rep", "address", "city", "province", "founded")
Row = dict[str, object]
_LOOKS_LIKE = {a: b for pair in LOOKALIKE for a, b in (pair, pair[::-1])}
_COUNTY = re.compile(r"^[\u4e00-\u9fff]{2,3}[县区市旗](?=[\u4e00-\u9fff]{4,})")


@dataclass(frozen=True)
class Recipe:
    """The rates of one recipe; the defaults are scale.md 1.4."""

    name: str = "first"
    region: tuple[float, float, float] = (0.30, 0.12, 0.15)  # dropped, bracketed, city in front where there is none
    form: tuple[float, float] = (0.25, 0.15)  # exchanged, dropped
    former: tuple[float, float] = (0.07, 0.03)  # trade renamed, else brand changed
    short: float = 0.06
    typing: float = 0.12
    script: float = 0.05
    width: float = 0.10
    space: float = 0.06
    present: dict[str, float] = field(
        default_factory=lambda: {
            "uscc": 0.35,
            "legal_rep": 0.60,
            "address": 0.50,
            "city": 0.75,
            "province": 0.75,
            "founded": 0.30,
        }
    )
    wrong: dict[str, float] = field(default_factory=lambda: {"uscc": 0.06, "legal_rep": 0.08, "address": 0.06})
    copies: tuple[float, ...] = (1.0,)  # share of linked firms with 1, 2, 3 rows in B
    branches: float = 0.05
    branch_codes: bool = False
    group: float = 0.0  # a firm's name is written with 集团
    english: float = 0.0
    held_out: float = 0.0  # the corruption family that no tuning sees: trades abbreviated and extended, county added
    swaps: tuple[tuple[str, str], ...] = TRADE_SWAPS


SECOND = Recipe(
    name="second",
    region=(0.20, 0.05, 0.25),
    form=(0.15, 0.25),
    former=(0.03, 0.02),
    short=0.09,
    typing=0.08,
    script=0.10,
    width=0.15,
    space=0.10,
    present={"uscc": 0.20, "legal_rep": 0.50, "address": 0.65, "city": 0.60, "province": 0.60, "founded": 0.15},
    wrong={"uscc": 0.10, "legal_rep": 0.12, "address": 0.10, "city": 0.02, "founded": 0.05},
    copies=(0.6, 0.25, 0.15),
    branches=0.08,
    branch_codes=True,
    group=0.03,
    english=0.04,
    held_out=0.08,
)


@dataclass(frozen=True)
class Benchmark:
    """The two lists and the truth: ``left`` is A, ``right`` is B with ``label`` and ``parent`` kept apart."""

    left: pa.Table
    right: pa.Table
    label: list[str | None]  # of each row of B: the id in A it is a copy of
    parent: list[str | None]  # of each row of B: the id in A whose branch it is
    shares: dict[str, float]  # of each operation among the copies


def make_benchmark(n: int, seed: int, recipe: Recipe | None = None, universe: pa.Table | None = None) -> Benchmark:
    """Return the benchmark of ``n`` rows of A and about ``n`` of B."""
    return _Maker(n, seed, recipe or Recipe(), universe if universe is not None else registered()).made()


def registered() -> pa.Table:
    """Return the registrations that names are taken from; invented ones of the sandbox where the real are absent."""
    return pq.read_table(NAMES) if NAMES.exists() else invented(60_000)


def invented(n: int, seed: int = 1) -> pa.Table:
    """Return invented registrations by the sandbox's own parts; homonyms are commoner than in life."""
    from huoju.sandbox import names as parts

    rng = np.random.default_rng(seed)
    cities = [str(c) for c in rng.choice(parts.OUTSIDE, n)]
    name = [
        c + "".join(rng.choice(list(parts._FIRST + parts._SECOND), int(k))) + str(t) + str(f)
        for c, k, t, f in zip(
            cities,
            rng.integers(2, 4, n),
            rng.choice(parts.OUTSIDE_TRADES, n),
            rng.choice(parts.FORMS, n, p=(0.86, 0.09, 0.05)),
            strict=True,
        )
    ]
    codes = [new_code(rng) for _ in range(n)]
    street = [
        f"{c}市{a}{b}路{int(k)}号"
        for c, a, b, k in zip(
            cities, rng.choice(list(GIVEN), n), rng.choice(list(GIVEN), n), rng.integers(1, 900, n), strict=True
        )
    ]
    founded = pa.array(rng.integers(9000, 19500, n).astype(np.int32)).cast(pa.date32())
    columns = {"name": name, "uscc": codes, "founded": founded, "province": cities, "city": cities, "address": street}
    return pa.table(columns)


def new_code(rng: np.random.Generator, region: str = "110000") -> str:
    """Return a code with a right check character."""
    body = "91" + region + "MA" + "".join(ALPHABET[i] for i in rng.integers(0, 31, 7))
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + ALPHABET[-total % 31]


class _Maker:
    def __init__(self, n: int, seed: int, recipe: Recipe, universe: pa.Table) -> None:
        self.rng = np.random.default_rng(seed)
        self.recipe = recipe
        self.hits: Counter[str] = Counter()
        rows = self._universe(universe, 2 * n)
        half = min(n, len(rows) // 2)
        self.a, self.reserve = rows[:half], rows[half : 2 * half]
        for firms, head in ((self.a, "A"), (self.reserve, "R")):
            for i, row in enumerate(firms):
                row["id"] = f"{head}{i}"
                row["legal_rep"] = self._person()
        self.cities = sorted({str(r["city"]) for r in self.a})
        self.places = {str(r[c]) for r in rows for c in ("city", "province")}
        counted = Counter(c for r in self.a for c in str(r["name"]))
        by_sound: dict[str, list[str]] = {}
        for c, times in sorted(counted.items()):
            if times > 20 and "\u4e00" <= c <= "\u9fff":
                by_sound.setdefault(lazy_pinyin(c)[0], []).append(c)
        self.by_sound = by_sound
        self.common = [c for c, _ in counted.most_common(800)]

    def _universe(self, table: pa.Table, wanted: int) -> list[Row]:
        seen_names: set[str] = set()
        seen_codes: set[str] = set()
        found: list[Row] = []
        columns = {name: table[name].to_pylist() for name in ("name", "uscc", "founded", "province", "city", "address")}
        fits = [
            i
            for i, (name, code) in enumerate(zip(columns["name"], columns["uscc"], strict=True))
            if 8 <= len(name) <= 30 and name.endswith(FORMS) and len(code) == 18
        ]
        for i in self.rng.permutation(len(fits))[:wanted]:
            row: Row = {name: column[fits[i]] for name, column in columns.items()}
            if row["name"] in seen_names or row["uscc"] in seen_codes:
                continue
            seen_names.add(str(row["name"]))
            seen_codes.add(str(row["uscc"]))
            row["city"] = None if row["city"] in ("N/A", "") else row["city"]
            found.append(row)
        return found

    def made(self) -> Benchmark:
        n, recipe = len(self.a), self.recipe
        if recipe.group:
            for row in self.a:
                row["name"] = self._grouped(str(row["name"]))
        linked: list[int] = []
        order = self.rng.permutation(n)
        for i in order:
            if len(linked) >= n // 2:
                break
            linked += [int(i)] * (1 + int(self.rng.choice(len(recipe.copies), p=recipe.copies)))
        linked = linked[: n // 2]
        rest = order[len(set(linked)) :]
        branches = [int(i) for i in rest[: int(n * recipe.branches)]]
        rows = [(self._copy(self.a[i], errors=True), str(self.a[i]["id"]), None) for i in linked]
        rows += [(self._branch(self.a[i]), None, str(self.a[i]["id"])) for i in branches]
        left_over = n - len(rows)
        rows += [(self._copy(r, errors=False), None, None) for r in self.reserve[:left_over]]
        shuffled = [rows[i] for i in self.rng.permutation(len(rows))]
        right = [{"id": f"B{i}", **row} for i, (row, _, _) in enumerate(shuffled)]
        shares = {name: hits / (len(linked) + left_over) for name, hits in sorted(self.hits.items())}
        return Benchmark(
            _table(self.a), _table(right), [label for _, label, _ in shuffled], [p for _, _, p in shuffled], shares
        )

    def _copy(self, firm: Row, *, errors: bool) -> Row:
        row: Row = {"name": self._corrupted(firm)}
        for column, share in self.recipe.present.items():
            value = firm[column] if self._hit(share) else None
            if value is not None and column == "address":
                value = self._address_form(firm)
            if value is not None and errors and self._hit(self.recipe.wrong.get(column, 0)):
                value = self._wrong(column, str(firm["uscc"]))
            row[column] = value
        return row

    def _wrong(self, column: str, code: str) -> object:
        if column == "uscc":
            place = int(self.rng.integers(2, 18))
            return code[:place] + ALPHABET[self.rng.integers(31)] + code[place + 1 :]
        if column == "legal_rep":
            return self._person()
        return self.a[self.rng.integers(len(self.a))][column]

    def _branch(self, firm: Row) -> Row:
        place = (str(firm["city"] or "本部"), str(self.rng.choice(self.cities)), "第一", "滨江")[self.rng.integers(4)]
        other, third = (self.a[self.rng.integers(len(self.a))] for _ in range(2))
        return {
            "name": f"{firm['name']}{place}分公司",
            "uscc": new_code(self.rng) if self.recipe.branch_codes else None,
            "legal_rep": other["legal_rep"] if self._hit(0.6) else None,
            "address": third["address"] if self._hit(0.5) else None,
            "city": firm["city"] if self._hit(0.75) else None,
            "province": firm["province"] if self._hit(0.75) else None,
            "founded": None,
        }

    def _corrupted(self, firm: Row) -> str:
        recipe, name = self.recipe, str(firm["name"])
        if recipe.english and self._hit(recipe.english):
            self.hits["english"] += 1
            return _english(*self._parts(name, firm))
        region, core, form = self._parts(name, firm)
        if recipe.held_out and self._hit(recipe.held_out):
            core = self._held_out(core)
        region, bracket = self._region(region, firm)
        form = self._form(form)
        core = self._former(core)
        if self._hit(recipe.short) and len(core) >= 5:
            self.hits["short"] += 1
            core, form, bracket = core[:4], "", ""
        if self._hit(recipe.typing) and len(core) >= 3:
            self.hits["typing"] += 1
            core = self._mistyped(core)
        written = region + core + bracket + form
        if self._hit(recipe.script):
            self.hits["script"] += 1
            written = str(_traditional().convert(written))
        if self._hit(recipe.width):
            self.hits["width"] += 1
            half = written.replace("（", "(").replace("）", ")")
            wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in written)
            written = half if half != written else wide
        if self._hit(recipe.space):
            self.hits["space"] += 1
            place = int(self.rng.integers(1, len(written)))
            written = written[:place] + str(self.rng.choice([" ", "\u3000"])) + written[place:]
        return written

    def _parts(self, name: str, firm: Row) -> tuple[str, str, str]:
        form = next(f for f in FORMS if name.endswith(f))
        rest, region = name[: -len(form)], ""
        for _ in range(3):
            head = next(
                (
                    rest[:k]
                    for k in range(min(9, len(rest) - 2), 1, -1)
                    if _bare(rest[:k]) in self.places or _is_own(rest[:k], firm)
                ),
                None,
            ) or (m[0] if (m := _COUNTY.match(rest)) else None)
            if head is None or len(rest) - len(head) < 2:
                break
            region, rest = region + head, rest[len(head) :]
        return region, rest, form

    def _region(self, region: str, firm: Row) -> tuple[str, str]:
        dropped, bracketed, added = self.recipe.region
        if not region:
            if firm["city"] and self._hit(added):
                self.hits["city added"] += 1
                return str(firm["city"]) + ("市" if self._hit(0.5) else ""), ""
            return "", ""
        draw = float(self.rng.random())
        if draw < dropped:
            self.hits["region dropped"] += 1
            return "", ""
        if draw < dropped + bracketed:
            self.hits["region bracketed"] += 1
            bare = region.replace("省", "").replace("市", "") or region
            return "", f"({bare})" if self._hit(0.5) else f"（{bare}）"
        return region, ""

    def _form(self, form: str) -> str:
        exchanged, dropped = self.recipe.form
        draw = float(self.rng.random())
        if draw < exchanged:
            self.hits["form exchanged"] += 1
            return EXCHANGED_FORM[form]
        if draw < exchanged + dropped:
            self.hits["form dropped"] += 1
            return "公司" if self._hit(0.4) else ""
        return form

    def _former(self, core: str) -> str:
        renamed, rebranded = self.recipe.former
        if self._hit(renamed):
            for old, new in self.recipe.swaps:
                if (place := core.find(old, 2)) >= 0:
                    self.hits["trade renamed"] += 1
                    return core[:place] + new + core[place + len(old) :]
        elif self._hit(rebranded) and len(core) > 4:
            self.hits["brand changed"] += 1
            return "".join(str(c) for c in self.rng.choice(self.common, 2)) + core[2:]
        return core

    def _held_out(self, core: str) -> str:
        for old, new in HELD_OUT_SWAPS:
            if (place := core.find(old, 2)) >= 0:
                self.hits["held out"] += 1
                return core[:place] + new + core[place + len(old) :]
        return core

    def _mistyped(self, core: str) -> str:
        draw = float(self.rng.random())
        kinds = ("sound", "look", "loss", "swap", "double")
        first = int(np.searchsorted((0.45, 0.65, 0.80, 0.90), draw, side="right"))
        for kind in kinds[first:]:
            written = self._mistype(core, kind)
            if written != core:
                return written
        return core

    def _mistype(self, core: str, kind: str) -> str:
        place = int(self.rng.integers(len(core)))
        if kind in ("sound", "look"):
            for at in self.rng.permutation(len(core)):
                others = (
                    [c for c in self.by_sound.get(lazy_pinyin(core[at])[0], ()) if c != core[at]]
                    if kind == "sound"
                    else list(_LOOKS_LIKE.get(core[at], ""))
                )
                if others:
                    return core[:at] + str(self.rng.choice(others)) + core[at + 1 :]
            return core
        if kind == "loss":
            return core[:place] + core[place + 1 :]
        if kind == "swap":
            place = min(place, len(core) - 2)
            return core[:place] + core[place + 1] + core[place] + core[place + 2 :]
        return core[: place + 1] + core[place:]

    def _address_form(self, firm: Row) -> str:
        address, draw = str(firm["address"]), float(self.rng.random())
        if draw < 0.40:
            return address
        bare = re.sub(
            rf"^{re.escape(str(firm['province']))}(省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)?", "", address
        )
        if draw < 0.70:
            return re.sub(rf"^{re.escape(str(firm['city'] or '¤'))}市?", "", bare) or address
        if draw < 0.85:
            return bare or address
        bare = re.sub(r"[(（][^()（）]*[)）]", "", bare)
        return bare[: max(6, len(bare) - int(self.rng.integers(0, 6)))]

    def _grouped(self, name: str) -> str:
        if self._hit(self.recipe.group) and "集团" not in name:
            form = next(f for f in FORMS if name.endswith(f))
            return name[: -len(form)] + "集团" + form
        return name

    def _person(self) -> str:
        weights = 1 / np.arange(1, len(SURNAMES) + 1) ** 0.7
        given = "".join(GIVEN[i] for i in self.rng.integers(0, len(GIVEN), 1 + int(self.rng.random() < 0.75)))
        return SURNAMES[int(np.searchsorted(np.cumsum(weights) / weights.sum(), self.rng.random()))] + given

    def _hit(self, share: float) -> bool:
        return bool(self.rng.random() < share)


def _bare(text: str) -> str:
    return re.sub(r"(?<=..)(省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|自治州|地区|盟)$", "", text)


def _is_own(text: str, firm: Row) -> bool:
    return text in (firm["city"], firm["province"])


def _english(region: str, core: str, form: str) -> str:
    words = [("".join(lazy_pinyin(_bare(region)))).capitalize()] if region else []
    for chinese, english in ENGLISH_TRADES:
        place = core.find(chinese, 2)
        if place >= 0:
            words += ["".join(lazy_pinyin(core[:place])).capitalize(), english]
            break
    else:
        words += ["".join(lazy_pinyin(core[:2])).capitalize(), "".join(lazy_pinyin(core[2:])).capitalize()]
    return " ".join(word for word in words if word) + (" Corp." if form.startswith("股份") else " Co., Ltd.")


def _table(rows: list[Row]) -> pa.Table:
    types = {"founded": pa.date32()}
    names = ("id", *FIELDS)
    return pa.table({name: pa.array([row.get(name) for row in rows], types.get(name, pa.string())) for name in names})


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def without(recipe: Recipe, **changes: object) -> Recipe:
    """Return a recipe with some rates changed."""
    return replace(recipe, **changes)
