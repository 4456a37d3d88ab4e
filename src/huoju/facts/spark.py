"""Spark as an engine: one session a process, on loopback unless its master is elsewhere; the same bytes as DuckDB."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from huoju.core.errors import EngineError
from huoju.facts.engine import Engine, Part

JAVA = ("17", "21")  # what Spark 4.0 runs on; 17 is the one that tests run
_PARTS = pa.schema([pa.field("place", pa.int64()), pa.field("part", pa.binary())])
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ALWAYS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    # Days are days: with java.sql.Date, a filter pushed into Parquet shifts by one where the JVM is east of UTC.
    "spark.sql.datetime.java8API.enabled": "true",
    "spark.sql.ansi.enabled": "true",  # a sum that does not fit is an error, never another number
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "false",
    "spark.driver.maxResultSize": "0",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",  # a delivery is a file: no job to list them
}
_HERE = {  # where master and workers are on this computer
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
}


class SparkEngine(Engine):
    """A Spark session that reads Parquet files which driver and workers see under the same path.

    Raises ``EngineError`` that says what to do where Java or pyspark is missing or the master does not answer.
    """

    def __init__(self, master: str) -> None:
        self._session = _session(master)
        self._backend: Any = ibis.pyspark.connect(self._session)
        self._views: list[str] = []
        self._frames: list[Any] = []

    def read(self, files: Sequence[Path]) -> ir.Table:
        """Return the rows of all files as one table."""
        types = import_module("pyspark.sql.pandas.types").from_arrow_schema(pq.read_schema(files[0]))
        reader = self._session.read.schema(types)
        return self._named(reader.parquet(*(f"file://{file.absolute()}" for file in files)))

    def small(self, table: pa.Table) -> ir.Table:
        """Return a small table of ours, for joining."""
        return self._named(self._session.createDataFrame(table))

    def keep(self, expression: ir.Table) -> ir.Table:
        """Return the table computed once: in the workers' memory, on their disks where it does not fit."""
        frame = self._frame(expression).persist()
        self._frames.append(frame)
        return self._named(frame)

    def fetch(self, expression: ir.Table, order: Sequence[str] = ()) -> pa.Table:
        """Return the rows of an expression; sorted here, because batches come as the workers finish them."""
        table: pa.Table = self._frame(expression).toArrow()
        table = table.cast(expression.schema().to_pyarrow())
        keys = [(name.lstrip("-"), "descending" if name.startswith("-") else "ascending") for name in order]
        return table.sort_by(keys) if keys else table

    def each(self, function: Part, parts: Sequence[bytes]) -> list[bytes]:
        """Return what the function gives for each part, computed by the workers."""

        def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                for place, part in zip(batch["place"].to_pylist(), batch["part"].to_pylist(), strict=True):
                    yield pa.record_batch([pa.array([place]), pa.array([function(part)], pa.binary())], names=names)

        names = _PARTS.names
        table = pa.table([list(range(len(parts))), list(parts)], schema=_PARTS)
        done = self._session.createDataFrame(table).mapInArrow(run, "place long, part binary").toArrow()
        return [bytes(part) for part in done.sort_by("place")["part"].to_pylist()]

    def close(self) -> None:
        """Let go of what was kept; the session stays for whoever asks next in this process."""
        for frame in self._frames:
            frame.unpersist()
        for view in self._views:
            self._session.catalog.dropTempView(view)
        self._frames.clear()
        self._views.clear()

    def _frame(self, expression: ir.Table) -> Any:
        return self._session.sql(self._backend.compile(expression))

    def _named(self, frame: Any) -> ir.Table:
        view = ibis.util.gen_name("huoju")
        frame.createOrReplaceTempView(view)
        self._views.append(view)
        table: ir.Table = self._backend.table(view)
        return table


_open: dict[str, Any] = {}


def _session(master: str) -> Any:
    """Return the session of this process, another one first ended; it ends with the process."""
    if master not in _open:
        stop()
        _check(master)
        _open[master] = _start(master)
    return _open[master]


@atexit.register
def stop() -> None:
    """End the session of this process, if there is one."""
    while _open:
        _open.popitem()[1].stop()


def _start(master: str) -> Any:
    os.environ.setdefault("SPARK_HOME", str(Path(str(import_module("pyspark").__file__)).parent))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = import_module("pyspark.sql").SparkSession.builder.appName("huoju").master(master)
    settings = _ALWAYS
    if _is_here(master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings = {**_ALWAYS, **_HERE}
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        data = {"engine": master, "reason": str(error).splitlines()[0]}
        raise EngineError(f"{master}: {error}", code="engine-not-started", data=data) from error


def _check(master: str) -> None:
    if find_spec("pyspark") is None:
        raise EngineError("pyspark is not installed.", code="engine-without-pyspark", data={"engine": master})
    found = java_version()
    if found not in JAVA:
        data = {"engine": master, "found": found or "-", "wanted": " / ".join(JAVA)}
        raise EngineError(f"Java {found or 'none'} found.", code="engine-without-java", data=data)
    place = urlsplit(master)
    if place.scheme == "spark":
        try:
            socket.create_connection((place.hostname or "", place.port or 7077), timeout=5).close()
        except (OSError, ValueError) as error:
            data = {"engine": master, "reason": str(error)}
            raise EngineError(f"{master}: {error}", code="engine-not-reached", data=data) from error


def _is_here(master: str) -> bool:
    return master.startswith("local") or urlsplit(master).hostname in _LOOPBACK


def java_version() -> str:
    """Return the number before the first dot of the Java that Spark would start; empty where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None:
        return ""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        return ""
    found = re.search(r'version "(\d+)', said)
    return found[1] if found else ""
