"""The points table as one SQL view that DuckDB and PostgreSQL run: points of each input, score and probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huoju.models.default_risk.points_table import Binned, Pair, PointsTable
from huoju.models.scale import BASE_ODDS, BASE_POINTS, DOUBLING, HIGHEST, LOWEST, whole

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
_LONGEST = 63  # bytes of a name in PostgreSQL


def to_sql(table: PointsTable, *, source: str = "inputs", key: str = "id", view: str = "scores") -> str:
    """Return the statement that makes ``view`` over the table ``source``; a row of it for each row there.

    ``source`` needs the column ``key``, which no input is named as, and one column for each input, whose NULL or NaN
    is unknown. The view has the key, the whole points of each input and pair, ``score`` and ``default_probability``:
    those of ``PointsTable``, points exactly. Names are quoted, so they are as written.
    """
    columns = part_columns(table)
    given = [f"CAST({_name(name)} AS double precision) AS {_name(name)}" for name in table.names]
    cases = [_input(part) if isinstance(part, Binned) else _pair(part, table.names) for part in table.parts]
    pointed = [f"{case} AS {_name(column)}" for case, column in zip(cases, columns, strict=True)]
    total = " + ".join([str(table.base_points), *(_name(column) for column in columns)])
    return f"""\
-- Points table of huoju 火炬: whole points, added up. NULL and NaN are unknown. Runs on DuckDB and PostgreSQL.
-- {source} needs {key} and the inputs below. score = {table.base_points} + the points of each line, held within \
{LOWEST}..{HIGHEST};
-- {BASE_POINTS} points are {BASE_ODDS} to 1 that nothing defaults within 12 months, {DOUBLING} more double the odds.
CREATE OR REPLACE VIEW {_name(view)} AS
WITH given AS (
  SELECT {_joined([_name(key), *given])}
  FROM {_name(source)}
), pointed AS (
  SELECT {_joined([_name(key), *pointed])}
  FROM given
), summed AS (
  SELECT *, LEAST({HIGHEST}, GREATEST({LOWEST}, {total})) AS score
  FROM pointed
)
SELECT *, 1 / (1 + {BASE_ODDS} * POWER({_number(2)}, (score - {BASE_POINTS}) / {_number(DOUBLING)})) \
AS default_probability
FROM summed;
"""


def part_columns(table: PointsTable) -> tuple[str, ...]:
    """Return the columns that hold the points of each input and pair, in their order and all different."""
    found: list[str] = []
    for place, part in enumerate(table.parts):
        stem = part.name if isinstance(part, Binned) else f"{table.names[part.first]}_and_{table.names[part.second]}"
        column = f"{stem}_points"
        is_free = column not in found and len(column.encode()) <= _LONGEST
        found.append(column if is_free else f"part_{place + 1}_points")
    return tuple(found)


def _input(part: Binned) -> str:
    points = [str(each) for each in whole(part.log_odds).tolist()]
    return _case(part.name, part.edges, points, "    ")


def _pair(part: Pair, names: Sequence[str]) -> str:
    rows = [
        _case(names[part.second], part.second_edges, [str(each) for each in row], "      ")
        for row in whole(part.log_odds).tolist()
    ]
    return _case(names[part.first], part.first_edges, rows, "    ")


def _case(name: str, edges: Floats, cells: Sequence[str], indent: str) -> str:
    """Return the cell of an input as an expression: unknown first, then bins upwards, the last without an end."""
    column = _name(name)
    unknown = f"{column} IS NULL OR {column} = CAST('NaN' AS double precision)"
    lines = [f"WHEN {unknown} THEN {cells[-1]}"]
    lines += [f"WHEN {column} <= {_number(edge)} THEN {cell}" for edge, cell in zip(edges, cells, strict=False)]
    lines.append(f"ELSE {cells[-2]} END")
    return "CASE\n" + "\n".join(indent + line for line in lines)


def _number(value: float) -> str:
    """Return a number that both engines read as the same double, bit for bit."""
    return f"CAST('{float(value)!r}' AS double precision)"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _joined(expressions: Sequence[str]) -> str:
    return ",\n    ".join(expressions)
