"""The name of an engine is one of a few forms, and what it lacks is said before anything starts."""

import socket

import pytest

from huoju.core.errors import EngineError
from huoju.facts import spark
from huoju.facts.opening import check_engine, open_engine

GOOD = [
    "duckdb",
    "spark://127.0.0.1:7077",
    "local[2]",
    "local[*]",
    "local-cluster[2,1,1024]",
    "yarn",
    "k8s://https://a:6443",
]


@pytest.mark.parametrize("name", GOOD)
def test_an_engine_is_named(name: str) -> None:
    assert check_engine(name) == name


@pytest.mark.parametrize("name", ["", "spark", "DuckDB", "local[]", "local-cluster[2]", "http://a", "spark://a b"])
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(EngineError) as error:
        check_engine(name)
    assert error.value.code == "engine-unknown"


def test_what_spark_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    assert _refusal("local[1]").code == "engine-without-pyspark"
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    error = _refusal("local[1]")
    assert (error.code, error.data["found"]) == ("engine-without-java", "-")
    monkeypatch.setattr(spark, "java_version", lambda: "17")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = _refusal(f"spark://127.0.0.1:{free.getsockname()[1]}")  # taken, but nobody listens
    assert error.code == "engine-not-reached"


def _refusal(name: str) -> EngineError:
    with pytest.raises(EngineError) as error:
        open_engine(name, threads=1, memory="1GB", spill=None)
    return error.value
