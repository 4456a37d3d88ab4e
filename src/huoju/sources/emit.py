"""From rows to facts and events: whose they are, when they held, where they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.event import event_schema
from huoju.core.fact import FACT_SCHEMA
from huoju.core.finding import Finding
from huoju.core.period import add_months
from huoju.core.ports import Account, Reading
from huoju.core.uscc import are_valid
from huoju.core.variable import variables
from huoju.sources.cells import by_value
from huoju.sources.coded import are_first, each_text, is_coded, pairs, plain, recoded
from huoju.sources.complaints import SHOWN, spans
from huoju.sources.table import Rows

_EPOCH = date(1970, 1, 1)
LAST = 1 << 30  # the place of a finding after all that are said while a table is read


def subjects(rows: Rows, code: str = "uscc", name: str = "name", namespace: str = "") -> pa.Array:
    """Return the entity of each row; ``(n,)``.

    A valid code gives ``uscc:…``; else an identifier of the layout's namespace; else the source and a hash of
    name and code as delivered, so that the same words are the same subject. Unknown where nothing is written.
    """
    return plain(coded_subjects(rows, code, name, namespace))


def coded_subjects(rows: Rows, code: str = "uscc", name: str = "name", namespace: str = "") -> pa.Array:
    """Return what ``subjects`` does, coded where the columns are; ``(n,)``."""
    identifier = rows.cells.get("identifier")
    if identifier is not None and code == "uscc":
        return _prefixed(f"{rows.layout.namespace}:", identifier.folded)
    codes = rows.cells[code].folded if code in rows else pa.nulls(len(rows), pa.string())
    names = rows.cells[name].written if name in rows else pa.nulls(len(rows), pa.string())
    if namespace:
        return _prefixed(f"{namespace}:", names)
    if not (is_coded(codes) and is_coded(names)):
        return _called(rows.source.name, plain(codes), plain(names))
    numbers = pairs(codes, names)
    first = pa.array(are_first(numbers))
    each = _called(rows.source.name, plain(codes.filter(first)), plain(names.filter(first)))
    return recoded(each, numbers)


def _called(source: str, codes: pa.Array, names: pa.Array) -> pa.Array:
    rest = pc.invert(_valid(codes))
    joined = pc.binary_join_element_wise(
        pc.fill_null(names.filter(rest), ""), pc.fill_null(codes.filter(rest), ""), "|"
    )
    hashed = by_value(joined, lambda text: None if text == "|" else f"{source}:{digest(text)}")
    return pc.replace_with_mask(_prefixed("uscc:", codes), rest, hashed)


def digest(text: str) -> str:
    """Return the short hash by which the same words are known again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mentions(rows: Rows, entities: pa.Array, code: str = "uscc", name: str = "name") -> list[pa.Table]:
    """Return what the rows call their subjects, once for each wording: the facts that linking rests on."""
    found = []
    for variable, column in (("name_as_delivered", name), ("uscc_as_delivered", code)):
        if column in rows:
            texts = rows.cells[column].written
            known = texts.is_valid().to_numpy(zero_copy_only=False) & rows.cells[column].known
            keep = are_first(pairs(entities, texts)) & known & entities.is_valid().to_numpy(zero_copy_only=False)
            chosen = pa.array(keep)
            wordings = pc.binary_join_element_wise(plain(entities.filter(chosen)), plain(texts.filter(chosen)), "|")
            keep[np.flatnonzero(keep)] = _not_said_before(rows, variable, wordings)
            found.append(text_facts(rows, variable, entities, texts, keep))
    return found


def _not_said_before(rows: Rows, variable: str, wordings: pa.Array) -> NDArray[np.bool_]:
    """Return which wordings no earlier part of the delivery had, and remember them; ``(n,)``."""
    said = rows.memory.wordings.setdefault(f"{rows.titles[-2]}/{variable}", set())
    found = wordings.to_pylist()
    fresh = np.array([wording not in said for wording in found], dtype=bool)
    said.update(found)
    return fresh


def text_facts(rows: Rows, variable: str, entities: pa.Array, texts: pa.Array, keep: NDArray[np.bool_]) -> pa.Table:
    """Return one text fact for each row in ``keep``, holding on the day it became known."""
    return _facts(rows, variable, entities, keep, text=texts, original=texts, start=rows.known, end=rows.known + 1)


def number_facts(
    rows: Rows,
    entities: pa.Array,
    wanted: Mapping[str, str],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> list[pa.Table]:
    """Return the facts of several columns: ``wanted`` maps variables to columns; unknown cells give none."""
    found = []
    has_entity = entities.is_valid().to_numpy(zero_copy_only=False)
    for variable, column in wanted.items():
        if column not in rows:
            continue
        cell = rows.cells[column]
        keep = cell.known & has_entity
        if variables()[variable].dtype == "text":
            found.append(
                _facts(rows, variable, entities, keep, text=cell.folded, original=cell.written, start=start, end=end)
            )
        else:
            number = pa.array(cell.values)
            found.append(
                _facts(
                    rows,
                    variable,
                    entities,
                    keep,
                    text=None,
                    original=cell.written,
                    start=start,
                    end=end,
                    number=number,
                )
            )
    return found


def stated_facts(
    rows: Rows,
    entities: pa.Array,
    stated: Mapping[str, str],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> list[pa.Table]:
    """Return the facts that being listed states: the same value for every row, whose original is none."""
    found = []
    has_entity = entities.is_valid().to_numpy(zero_copy_only=False)
    nothing = pa.nulls(len(rows), pa.string())
    for variable, value in stated.items():
        is_text = variables()[variable].dtype == "text"
        given = pa.repeat(value if is_text else int(value), len(rows))
        column = {"text": given} if is_text else {"text": None, "number": given}
        found.append(_facts(rows, variable, entities, has_entity, original=nothing, start=start, end=end, **column))
    return found


def _facts(
    rows: Rows,
    variable: str,
    entities: pa.Array,
    keep: NDArray[np.bool_],
    *,
    text: pa.Array | None,
    original: pa.Array,
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    number: pa.Array | None = None,
) -> pa.Table:
    chosen, count = pa.array(keep), int(keep.sum())
    columns = [
        plain(entities.filter(chosen)),
        pa.repeat(variable, count),
        pa.nulls(count, pa.int64()) if number is None else number.filter(chosen),
        pa.nulls(count, pa.string()) if text is None else plain(text.filter(chosen)),
        _day_array(start[keep]),
        _day_array(end[keep]),
        _day_array(rows.known[keep]),
        pa.repeat(rows.source.name, count),
        rows.record.filter(chosen),
        plain(original.filter(chosen)),
    ]
    return pa.table(columns, schema=FACT_SCHEMA)


def span(days: NDArray[np.int64], unit: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first and following first day of the months or years that begin on ``days``; ``(n,)`` each."""
    months = {"month": 1, "year": 12}[unit]
    distinct, places = np.unique(days, return_inverse=True)
    ends = [(add_months(date.fromordinal(_EPOCH.toordinal() + int(day)), months) - _EPOCH).days for day in distinct]
    return days, np.array(ends, dtype=np.int64)[places] if len(days) else days


def events(
    rows: Rows, kind: str, columns: Mapping[str, pa.Array | NDArray[np.int64]], keep: NDArray[np.bool_]
) -> pa.Table:
    """Return the events of the rows in ``keep``; ``columns`` gives entity, key, at and what else the kind has."""
    count = len(rows)
    given: dict[str, pa.Array | NDArray[np.int64]] = {
        "kind": pa.repeat(kind, count),
        "known": _day_array(rows.known),
        "source": pa.repeat(rows.source.name, count),
        "record": rows.record,
        **columns,
    }
    schema, arrays, chosen = event_schema(kind), [], pa.array(keep)
    is_whole = bool(keep.all())
    for field in schema:
        column = given.get(field.name)
        array = pa.nulls(count, field.type) if column is None else column
        if isinstance(array, np.ndarray):
            array = _day_array(array) if pa.types.is_date32(field.type) else pa.array(array)
        arrays.append((array if is_whole else array.filter(chosen)).cast(field.type))
    return pa.table(arrays, schema=schema)


def values(rows: Rows, name: str) -> pa.Array:
    """Return a column's whole numbers as an Arrow array, null where unknown or not delivered."""
    if name not in rows:
        return pa.nulls(len(rows), pa.int64())
    return pa.array(rows.cells[name].values, mask=~rows.cells[name].known)


def texts(rows: Rows, name: str) -> pa.Array:
    """Return a column's folded texts, null where unknown or not delivered."""
    return rows.cells[name].texts if name in rows else pa.nulls(len(rows), pa.string())


def keys(rows: Rows, names: Iterable[str]) -> pa.Array:
    """Return the key of each row: the named columns joined, or a hash of all its columns where named ``all``."""
    wanted = tuple(names)
    if wanted == ("all",):
        return pa.array(
            [hashlib.blake2b(text.encode(), digest_size=12).hexdigest() for text in rows.digest.to_pylist()]
        )
    columns = [texts(rows, name) for name in wanted]
    return pc.binary_join_element_wise(*(pc.fill_null(c, "") if c.null_count else c for c in columns), "|")


def reading(
    tables: Iterable[Rows], facts: list[pa.Table], happened: Mapping[str, list[pa.Table]], *, adds_rows: bool = False
) -> Reading:
    """Return what all tables of a delivery give together, with where every row went.

    With ``adds_rows`` several rows make one fact, which names the first of them: none of them is silent.
    """
    all_rows = list(tables)
    kept = sum(len(rows) for rows in all_rows)
    made = pa.concat_tables([FACT_SCHEMA.empty_table(), *facts]).combine_chunks()
    events_ = {kind: pa.concat_tables(parts).combine_chunks() for kind, parts in happened.items() if parts}
    findings = [finding for rows in all_rows for finding in rows.findings]
    silent = 0
    records = pa.chunked_array([rows.record for rows in all_rows], pa.string())
    # One event for each row leaves none silent; matching millions of records would cost more than reading them.
    adds_rows = adds_rows or any(table["record"].equals(records) for table in events_.values())
    told = pa.chunked_array(
        [chunk for table in (made, *events_.values()) for chunk in table["record"].chunks], pa.string()
    )
    for rows in () if adds_rows else all_rows:
        quiet = pc.invert(pc.is_in(rows.record, value_set=told.combine_chunks()))
        count = pc.sum(quiet).as_py() or 0
        if count:
            silent += count
            findings.append(_silent(rows, rows.record.filter(quiet)))
    aside = pa.concat_tables([rows.aside for rows in all_rows])
    return Reading(
        rows=sum(rows.seen for rows in all_rows),
        facts=made,
        events=events_,
        findings=tuple(findings),
        aside=aside,
        account=Account(
            told=kept - silent,
            silent=silent,
            aside=len(aside),
            repeated=sum(rows.repeated for rows in all_rows),
            left_out=sum(rows.left_out for rows in all_rows),
        ),
        profiles={rows.layout.name: rows.profile for rows in all_rows},
    )


def _silent(rows: Rows, records: pa.Array) -> Finding:
    place = records[0].as_py()
    rows.memory.order.setdefault((place.rpartition(":")[0], "row-says-nothing", ""), LAST)
    numbers = np.array([int(record.rpartition(":")[2]) for record in records.to_pylist()], dtype=np.int64)
    shown = ", ".join(map(str, numbers[:SHOWN])) + (", …" if len(numbers) > SHOWN else "")
    return Finding("row-says-nothing", place, {"count": len(numbers), "rows": shown, "every": spans(numbers)})


def _prefixed(prefix: str, texts_: pa.Array) -> pa.Array:
    return each_text(texts_, lambda texts: pc.binary_join_element_wise(pa.scalar(prefix), texts, ""))


def _valid(codes: pa.Array) -> pa.Array:
    coded = codes.dictionary_encode()
    good = pa.array(are_valid(coded.dictionary)) if len(coded.dictionary) else pa.array([], pa.bool_())
    return pc.fill_null(good.take(coded.indices), False)


def _day_array(days: NDArray[np.int64]) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32())
