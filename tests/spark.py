"""One real Spark cluster for a whole test run: a master and two workers on loopback, stopped at its end."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "spark_cluster.sh"
# The JVMs live for seconds: compiling less pays.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SETTINGS = f"spark.driver.extraJavaOptions {QUICK}\nspark.executor.extraJavaOptions {QUICK}\n"


def why_not() -> str:
    """Return what a Spark cluster lacks on this machine; empty where it lacks nothing."""
    from huoju.facts.spark import java_version

    if find_spec("pyspark") is None:
        return "requirements/spark.txt is not installed"
    if shutil.which("bash") is None or not Path("/proc/self/stat").exists():
        return "scripts/spark_cluster.sh needs bash and /proc"
    return "" if java_version() == "17" else "Java 17 is not installed"


def running_cluster(folder: Path) -> Iterator[str]:
    """Give the address of a cluster's master for the length of a generator."""
    conf = folder / "conf"
    conf.mkdir()
    (conf / "spark-defaults.conf").write_text(SETTINGS, encoding="utf-8")
    before = os.environ.get("SPARK_CONF_DIR")
    os.environ["SPARK_CONF_DIR"] = str(conf)
    command = ["bash", str(SCRIPT), "start", str(folder / "cluster"), "0", sys.executable]
    started = subprocess.run(command, capture_output=True, text=True, check=False)
    if started.returncode:
        pytest.fail(f"the Spark cluster did not start: {started.stderr}")
    try:
        yield started.stdout.strip()
    finally:
        from huoju.facts.spark import stop

        stop()
        subprocess.run(["bash", str(SCRIPT), "stop", str(folder / "cluster")], check=True)
        if before is None:
            del os.environ["SPARK_CONF_DIR"]
        else:
            os.environ["SPARK_CONF_DIR"] = before
