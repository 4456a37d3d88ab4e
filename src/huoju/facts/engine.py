"""The one place where queries run: Ibis expressions over Parquet, DuckDB by default, Spark beyond one computer.

Engines only filter, join, count, take first or last, and add integers; whatever divides or takes a root
happens in numpy afterwards, so that engines can't disagree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

DUCKDB = "duckdb"
Part = Callable[[bytes], bytes]


class Engine(ABC):
    """A connection that reads Parquet files as tables; whoever opens it closes it."""

    @abstractmethod
    def read(self, files: Sequence[Path]) -> ir.Table:
        """Return the rows of all files as one table."""

    @abstractmethod
    def small(self, table: pa.Table) -> ir.Table:
        """Return a small table of ours, for joining."""

    @abstractmethod
    def keep(self, expression: ir.Table) -> ir.Table:
        """Return the table computed once, so that several questions can be asked of it."""

    @abstractmethod
    def fetch(self, expression: ir.Table, order: Sequence[str] = ()) -> pa.Table:
        """Return the rows of an expression in its types, sorted by ``order``; ``-name`` is descending, unknown last.

        Without an order they come as the engine has them.
        """

    @abstractmethod
    def each(self, function: Part, parts: Sequence[bytes]) -> list[bytes]:
        """Return what a pure function gives for each part, in their order, wherever it runs."""

    @abstractmethod
    def close(self) -> None:
        """Let go of memory and files."""


class DuckEngine(Engine):
    """DuckDB inside this process; it asks no network for anything.

    ``memory`` as DuckDB writes it, e.g. ``2GB``; what does not fit goes to the folder ``spill``, or fails without one.
    """

    def __init__(self, *, threads: int = 2, memory: str = "4GB", spill: Path | None = None) -> None:
        self._backend: Any = ibis.duckdb.connect(
            threads=threads,
            memory_limit=memory,
            temp_directory="" if spill is None else str(spill),
            autoinstall_known_extensions="false",
        )
        self._made = 0

    def read(self, files: Sequence[Path]) -> ir.Table:
        """Return the rows of all files as one table."""
        table: ir.Table = self._backend.read_parquet([str(file) for file in files])
        return table

    def small(self, table: pa.Table) -> ir.Table:
        """Return a small table of ours, for joining."""
        return self.keep(ibis.memtable(table))

    def keep(self, expression: ir.Table) -> ir.Table:
        """Return the table computed once, as a table of this connection alone."""
        self._made += 1
        table: ir.Table = self._backend.create_table(f"kept_{self._made}", expression, temp=True)
        return table

    def fetch(self, expression: ir.Table, order: Sequence[str] = ()) -> pa.Table:
        """Return the rows of an expression."""
        if order:
            keys = [ibis.desc(name[1:]) if name.startswith("-") else ibis.asc(name) for name in order]
            expression = expression.order_by(keys)
        table: pa.Table = self._backend.to_pyarrow(expression)
        return table

    def each(self, function: Part, parts: Sequence[bytes]) -> list[bytes]:
        """Return what the function gives for each part, one after the other."""
        return [function(part) for part in parts]

    def close(self) -> None:
        """Let go of memory and files."""
        self._backend.disconnect()


def winners(table: ir.Table, identity: Sequence[str], order: Sequence[ir.Value | ir.Column | Any]) -> ir.Table:
    """Return the first row of each group of ``identity`` by ``order``."""
    window = ibis.window(group_by=list(identity), order_by=list(order))
    ranked = table.mutate(place=ibis.row_number().over(window))
    return ranked.filter(ranked["place"] == 0).drop("place")
