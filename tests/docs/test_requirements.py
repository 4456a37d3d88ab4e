"""Pins: one version of each package, no addresses, and the conflicts that are known kept apart."""

import ast
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
IN_ONE_ENVIRONMENT = ("run", "dev", "spark", "numba")


def pins(name: str) -> dict[str, str]:
    lines = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ;")[0].strip().split("==") for line in lines if line.strip())  # type: ignore[misc]


def test_no_package_has_two_versions_in_one_environment() -> None:
    seen: dict[str, str] = {}
    for name in IN_ONE_ENVIRONMENT:
        for package, version in pins(name).items():
            assert seen.setdefault(package, version) == version, package


def test_no_line_holds_an_address_or_an_index() -> None:
    for path in REQUIREMENTS.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text


def test_known_conflicts_are_kept_apart() -> None:
    run, bench = pins("run"), pins("bench")
    assert int(run["duckdb"].split(".")[0]) < 2
    assert tuple(map(int, run["sqlglot"].split(".")[:2])) < (30, 18)
    assert int(run["pandas"].split(".")[0]) < 3
    assert run["django"].startswith("5.2.")
    assert pins("spark")["pyspark"] == "4.0.5"
    assert "ortools" not in run  # highspy and ortools die in one process
    assert "ortools" in bench
    assert "zhconv" not in run


def test_peers_stand_on_bench_alone() -> None:
    """They run in an environment that has neither huoju nor what only run.txt installs."""
    modules = {"interpret": "interpret-core", "openfisca_core": "openfisca-core", "sklearn": "scikit-learn"}
    scripts = sorted((REQUIREMENTS.parent / "benchmarks" / "peers").glob("*.py"))
    assert scripts
    for script in scripts:
        tree = ast.parse(script.read_text(encoding="utf-8"))
        plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        named = [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        tops = {name.split(".")[0] for name in (*plain, *named)} - sys.stdlib_module_names
        assert {modules.get(top, top) for top in tops} <= set(pins("bench")), script.name
