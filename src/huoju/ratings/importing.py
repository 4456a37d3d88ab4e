"""What a pasted official table changes of a scheme: weights, reference values and parameters, row by row.

Nothing is guessed: a row with numbers that no indicator answers to, a number that is none, or the same thing
said twice refuses the whole table, each with its place and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from huoju.core.errors import RefusedDelivery
from huoju.core.finding import Finding
from huoju.core.nearest import nearest
from huoju.core.rule import Constant, Parameter
from huoju.ratings.import_remarks import about_sums, about_unit, sums_after
from huoju.ratings.points import shown
from huoju.ratings.scheme import Item, ParameterDefinition, Ramp, Stated, Version, Words
from huoju.ratings.weight_table import (
    Columns,
    Heading,
    Table,
    find_columns,
    fold,
    is_blank,
    read_cell,
    without_unit,
)

_TOTALS = frozenset({"合计", "总计", "总分", "total", "sum"})
_SUBTOTALS = frozenset({"小计", "subtotal"})
_NOTE = re.compile(r"\s*(注|说明|备注|(资料)?来源|notes?|source)\s*\d*\s*[:：]", re.IGNORECASE)
_NO_WORDS: Words = {"zh": "", "en": ""}
_FINEST = 9  # decimals of a number that a person writes


@dataclass(frozen=True, slots=True)
class Change:
    """One number that a table states otherwise than the scheme: where in the version, before, after, which row."""

    path: tuple[str, ...]
    label: Words
    stage: Words
    heading: str
    before: Stated
    after: Fraction
    where: str
    is_parameter: bool = False  # of a row that names the parameter itself


@dataclass(frozen=True, slots=True)
class Recognised:
    """What tables say of a version: changes, numbers that it has already, full marks by stage, what to heed."""

    changes: tuple[Change, ...]
    confirmed: tuple[Change, ...]
    sums: Mapping[str, Fraction]
    missing: tuple[Words, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table: where it stands, what it is called, its cells."""

    where: str
    name: str
    cells: tuple[str, ...]


Known = Item | ParameterDefinition


@dataclass
class _Reader:
    """One reading of the tables of a file."""

    file: str
    version: Version
    told: dict[tuple[str, ...], Change] = field(default_factory=dict)
    wrong: list[Finding] = field(default_factory=list)
    heeded: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known: dict[str, list[Known]] = {}
        for one in self.all_known():
            texts = [_id(one), *one.label.values(), *(without_unit(text)[0] for text in one.label.values())]
            for folded in dict.fromkeys(map(fold, texts)):
                self.known.setdefault(folded, []).append(one)
        self.groups = {fold(text) for part in self.version.parts for text in part.label.values()}

    def all_known(self) -> tuple[Known, ...]:
        """Return everything that a row can be about."""
        return (*self.version.items, *self.version.parameters.values())


def _id(one: Known) -> str:
    return one.id if isinstance(one, Item) else one.name


def recognise(tables: Sequence[Table], version: Version, file: str) -> Recognised:
    """Return what the tables of a file change of a version. Raises ``RefusedDelivery`` with all that is wrong."""
    reader = _Reader(file, version)
    found = [(table, columns) for table in tables if (columns := find_columns(table, version.stages)) is not None]
    if not found:
        stages = "、".join(stage.label["zh"] for stage in version.stages) or "—"
        raise _refused(file, [Finding("import-without-table", file, {"file": file, "stages": stages})])
    for table, columns in found:
        _read_table(reader, table, columns)
    if reader.wrong:
        raise _refused(file, reader.wrong)
    if not reader.told:
        raise _refused(file, [Finding("import-without-numbers", file, {"file": file})])
    changes = tuple(change for change in reader.told.values() if change.before != change.after)
    sums = sums_after(version, {path: change.after for path, change in reader.told.items()})
    reader.heeded += about_sums(file, version, sums)
    weighed = {path[1] for path in reader.told if "weight" in path[2:]}
    missing = tuple(item.label for item in version.items if item.id not in weighed and _is_unweighed(item))
    confirmed = tuple(change for change in reader.told.values() if change.before == change.after)
    return Recognised(changes, confirmed, sums, missing, tuple(reader.heeded))


def _is_unweighed(item: Item) -> bool:
    return None in item.weight.values() if isinstance(item.weight, Mapping) else item.weight is None


def _refused(file: str, findings: Sequence[Finding]) -> RefusedDelivery:
    return RefusedDelivery(f"{file}: {findings[0].code}", findings=tuple(findings))


def _read_table(reader: _Reader, table: Table, columns: Columns) -> None:
    place = f"{reader.file}[{table.name}]" if table.name else reader.file
    body = table.rows[columns.body :]
    for heading in columns.repeated():
        reader.wrong.append(Finding("import-column-twice", place, {"where": place, "column": heading.text}))
    if columns.repeated():
        return
    for at in columns.of("unknown"):
        _heed_column(reader, place, columns.headings[at], [_cell(cells, at) for _, cells in body])
    added = dict.fromkeys(columns.of("weight"), Fraction(0))
    left_out = []
    for line, cells in body:
        row = _Row(f"{place}:{line}", _name_of(reader, cells, columns), cells)
        stated = [at for at in columns.of("weight", "reference") if not is_blank(_cell(cells, at))]
        targets = _targets(reader, row.name)
        if targets and stated:
            _read_row(reader, row, targets, columns, stated)
            for at in added:
                read = read_cell(_cell(cells, at), "")
                added[at] += read[0] if read is not None else 0
        elif fold(row.name) in _TOTALS:
            if not reader.wrong:  # a row that was refused is missing from the sum, and was told already
                _check_total(reader, row, columns, added)
            left_out.append(str(line))
        elif not targets and any(not is_blank(cell) for cell in cells):
            if stated and not _is_aside(reader, row.name):
                _refuse_row(reader, row)
            left_out.append(str(line))
    if left_out:
        reader.heeded.append(Finding("import-rows-left-out", place, {"where": place, "rows": "、".join(left_out)}))


def _check_total(reader: _Reader, row: _Row, columns: Columns, added: Mapping[int, Fraction]) -> None:
    """Refuse a total that is not the sum of the rows above it: one of them was lost or mistyped."""
    for at, total in added.items():
        read = read_cell(_cell(row.cells, at), "")
        if read is not None and read[0] != total:
            data = {
                "where": row.where,
                "column": columns.headings[at].text,
                "total": shown(read[0]),
                "sum": shown(total),
            }
            reader.wrong.append(Finding("import-total-differs", row.where, data))


def _is_aside(reader: _Reader, name: str) -> bool:
    """Return whether a row of numbers that is no indicator is one of a group, or a note."""
    folded = fold(name)
    is_group = any(folded in (group, f"{group}类", f"{group}指标", f"{group}类指标") for group in reader.groups)
    return is_group or folded in _SUBTOTALS or _NOTE.match(name) is not None


def _refuse_row(reader: _Reader, row: _Row) -> None:
    labels = [text for one in reader.all_known() for text in one.label.values()]
    near = "、".join(nearest(row.name, labels)) or "—"
    code = "import-row-unknown" if row.name else "import-row-nameless"
    reader.wrong.append(Finding(code, row.where, {"where": row.where, "label": row.name, "nearest": near}))


def _heed_column(reader: _Reader, place: str, heading: Heading, cells: Sequence[str]) -> None:
    """Refuse a column of numbers that nothing is known of; say of any other that it is not used."""
    expected = ["权重", "满分参考值", *(text for s in reader.version.stages for text in (s.id, *s.label.values()))]
    near = "、".join(nearest(heading.text, expected)) or "—"
    data = {"where": place, "column": heading.text, "nearest": near}
    filled = [cell for cell in cells if not is_blank(cell)]
    has_numbers = any(read_cell(cell, "") is not None for cell in filled)
    if has_numbers:
        reader.wrong.append(Finding("import-column-unknown", place, data))
    elif filled:
        reader.heeded.append(Finding("import-column-unused", place, data))


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _name_of(reader: _Reader, cells: Sequence[str], columns: Columns) -> str:
    """Return the label of a row: the rightmost that is known, else the rightmost there is."""
    places = columns.of("label") or columns.of("group")
    if not places:  # a table whose first column has no heading
        first = min(columns.of("weight", "reference"))
        places = tuple(place for place in columns.of("ignored") if place < first)
    filled = [cell.strip() for place in reversed(places) if not is_blank(cell := _cell(cells, place))]
    return next((text for text in filled if _targets(reader, text)), filled[0] if filled else "")


def _targets(reader: _Reader, name: str) -> list[Known]:
    return reader.known.get(fold(name)) or reader.known.get(fold(without_unit(name)[0])) or []


def _read_row(reader: _Reader, row: _Row, targets: Sequence[Known], columns: Columns, stated: Sequence[int]) -> None:
    if len(targets) > 1:
        both = "、".join(map(_id, targets))
        data = {"where": row.where, "label": row.name, "ids": both}
        reader.wrong.append(Finding("import-row-ambiguous", row.where, data))
        return
    unit = without_unit(row.name)[1]
    for at in columns.of("unit"):
        unit = _cell(row.cells, at).strip() if not is_blank(_cell(row.cells, at)) else unit
    for at in stated:
        _read_number(reader, row, targets[0], columns.headings[at], _cell(row.cells, at).strip(), unit)


def _read_number(reader: _Reader, row: _Row, one: Known, heading: Heading, cell: str, unit: str) -> None:
    is_weight = heading.sort == "weight" and isinstance(one, Item)
    read = read_cell(cell, "" if is_weight else (unit or heading.unit).casefold())
    data: dict[str, object] = {"where": row.where, "label": row.name, "column": heading.text, "value": cell}
    wrong = ""
    if read is None:
        wrong = "import-not-a-number"
    elif (read[0] * 10**_FINEST).denominator != 1:
        wrong = "import-number-too-fine"
    elif is_weight and (read[0] < 0 or read[1] == "%"):
        wrong = "import-weight-malformed"
    elif (change := _change(one, heading, read[0], row, reader.version)) is None:
        wrong = "import-number-not-taken"
    elif (first := _said_before(reader, change)) is not None:
        wrong, data["first"] = "import-row-twice", first.where
    else:
        reader.told[change.path] = change
        if not is_weight and not read[1]:
            reader.heeded += about_unit(one, change.after, data)
    if wrong:
        reader.wrong.append(Finding(wrong, row.where, data))


def _said_before(reader: _Reader, change: Change) -> Change | None:
    """Return what said the same before: the same number, or one weight for all beside weights by stage."""
    if change.path in reader.told or "weight" not in change.path:
        return reader.told.get(change.path)
    same_item = (told for path, told in reader.told.items() if path[:3] == change.path[:3])
    return next((told for told in same_item if len(told.path) != len(change.path)), None)


def _change(one: Known, heading: Heading, number: Fraction, row: _Row, version: Version) -> Change | None:
    """Return what a number of a column says of an indicator; None where it takes no such number."""
    if heading.sort == "weight" and isinstance(one, Item):
        own = one.weight
        before = (own.get(heading.stage) if heading.stage else None) if isinstance(own, Mapping) else own
        stage = next((stage.label for stage in version.stages if stage.id == heading.stage), _NO_WORDS)
        path = ("items", one.id, "weight", *([heading.stage] if heading.stage else []))
        return Change(path, one.label, stage, heading.text, before, number, row.where)
    target = _target(one, version) if heading.sort == "reference" else None
    if target is None:
        return None
    return Change(
        target[0],
        one.label,
        _NO_WORDS,
        heading.text,
        target[1],
        number,
        row.where,
        isinstance(one, ParameterDefinition),
    )


def _target(one: Known, version: Version) -> tuple[tuple[str, ...], Stated] | None:
    """Return which number of the version a reference value is, and what it was; None where there is none."""
    if isinstance(one, ParameterDefinition):
        return ("parameters", one.name, "value"), one.value
    lead = one.points.lead if isinstance(one.points, Ramp) else None
    if isinstance(lead, Parameter):
        return ("parameters", lead.name, "value"), version.parameters[lead.name].value
    return (("items", one.id, "ramp", "lead"), lead.value) if isinstance(lead, Constant) else None
