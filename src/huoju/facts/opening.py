"""Which engine a name means: one setting says where questions are answered."""

from __future__ import annotations

import re
from pathlib import Path

from huoju.core.errors import EngineError
from huoju.facts.engine import DUCKDB, DuckEngine, Engine
from huoju.facts.spark import SparkEngine

_SPARK = re.compile(r"spark://\S+|local-cluster\[\d+,\d+,\d+\]|local(\[(\d+|\*)\])?|yarn|k8s://\S+")


def check_engine(name: str) -> str:
    """Return the name of an engine: ``duckdb`` or the master of a Spark. Raises ``EngineError`` for any other."""
    if name != DUCKDB and not _SPARK.fullmatch(name):
        raise EngineError(f"{name} is no engine.", code="engine-unknown", data={"engine": name})
    return name


def open_engine(name: str, *, threads: int, memory: str, spill: Path | None) -> Engine:
    """Return the engine of that name; the bounds are DuckDB's, Spark has its own in ``spark-defaults.conf``.

    Raises ``EngineError`` where the name is none, or what Spark needs is not there.
    """
    if check_engine(name) == DUCKDB:
        return DuckEngine(threads=threads, memory=memory, spill=spill)
    return SparkEngine(name)
