"""DuckDB and a real Spark cluster give the same bytes: facts, panels, traces, scores and ratings."""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import import_zone
from tests.spark import running_cluster, why_not
from typer.testing import CliRunner

from huoju.cli.main import app
from huoju.core.panel import Panel
from huoju.core.view import View
from huoju.facts.explaining import explain
from huoju.facts.opening import open_engine
from huoju.facts.parts import join, pack, split, unpack
from huoju.fusion import MENTIONS
from huoju.ratings.decide import rate
from huoju.ratings.shipped import load_scheme, scheme_files
from huoju.services.home import Home, opened, owner, store_of
from huoju.services.import_delivery import import_delivery
from huoju.services.list_findings import list_findings
from huoju.services.panels import belief_at, day_or_latest, panel_at
from huoju.services.rate_zone import rate_zone
from huoju.services.score_zone import ZoneScore, score_zone

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,  # starts four JVMs
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "-"),
    pytest.mark.filterwarnings("ignore"),
]
SCHEMES = sorted(scheme_files()) if os.environ.get("HUOJU_DEEP") == "1" else ["innovation_points"]
REAL = ("inv_123_input", "inv_123_output", "inv_302_input", "inv_302_output")


@dataclass(frozen=True, slots=True)
class Twice:
    """The same deliveries in two homes, so that neither engine meets what the other kept."""

    duck: Home
    spark: Home
    panels: tuple[Panel, Panel]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from running_cluster(tmp_path_factory.mktemp("spark"))


def both(place: Path, cluster: str) -> Iterator[Twice]:
    """Give a home twice: as it is, and a copy without what was kept whose questions go to the cluster."""
    other = place.parent / "spark"
    shutil.copytree(place, other, ignore=shutil.ignore_patterns("cache"))
    with opened(place, create=False) as home:  # one process has one desk open, and both hold the same rows
        homes = (home, Home(other, cluster))
        (other / "cache").mkdir()
        panels = tuple(panel_at(store_of(home), day_or_latest(store_of(home), None)) for home in homes)
        yield Twice(*homes, (panels[0], panels[1]))


@pytest.fixture(scope="module")
def zone_twice(cluster: str, tmp_path_factory: pytest.TempPathFactory, deep: bool) -> Iterator[Twice]:
    from huoju.sandbox import make_zone

    place = tmp_path_factory.mktemp("twice")
    make_zone(enterprises=300 if deep else 40, months=36 if deep else 26, seed=20, folder=place / "zone")
    import_zone(place / "zone", place / "home")
    yield from both(place / "home", cluster)


def test_it_is_a_cluster_of_several_processes(cluster: str) -> None:
    from huoju.facts.spark import _session

    open_engine(cluster, threads=1, memory="1GB", spill=None).close()
    session = _session(cluster)
    assert session.sparkContext.master == cluster
    members = session.sparkContext._jsc.sc().getExecutorMemoryStatus
    until = time.monotonic() + 60  # a worker's process joins when it has started, not when the master answers
    while members().size() < 3 and time.monotonic() < until:
        time.sleep(0.2)
    assert members().size() == 3  # the driver and two workers
    assert session.conf.get("spark.sql.session.timeZone") == "UTC"
    assert session.conf.get("spark.sql.execution.arrow.pyspark.enabled") == "true"
    assert session.conf.get("spark.driver.host") == "127.0.0.1"


def test_facts_and_traces_are_the_same(zone_twice: Twice) -> None:
    stores = [store_of(zone_twice.duck), store_of(zone_twice.spark)]
    assert stores[1].engine_name.startswith("spark://")
    here, there = (store.facts(variables=MENTIONS, until=date(2024, 6, 30)) for store in stores)
    assert len(here) > 40
    assert_same({"mentions": here}, {"mentions": there})
    panel = zone_twice.panels[0]
    told = [explain(s, panel, belief_at(s, panel.as_of), panel.entities[0], "legal_name") for s in stores]
    assert len(told[0].claims) > 0
    for name in ("believed", "claims", "spans", "events"):
        assert_same({name: getattr(told[0], name)}, {name: getattr(told[1], name)})


def test_panels_of_a_zone_are_the_same(zone_twice: Twice) -> None:
    assert_same_panel(*zone_twice.panels)
    assert len(zone_twice.panels[0]) >= 40
    assert zone_twice.panels[0].events["judgment"].num_rows > 0


def test_scores_of_a_zone_are_the_same(zone_twice: Twice) -> None:
    """The cluster scores parts of the panel; together they are the whole, byte by byte."""
    here, there = (score_zone(home=home, who=owner()) for home in (zone_twice.duck, zone_twice.spark))
    assert_same(score_tables(here), score_tables(there))
    assert (here.fitted_on, here.policy, here.findings) == (there.fitted_on, there.policy, there.findings)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ratings_of_a_zone_are_the_same(zone_twice: Twice, scheme: str) -> None:
    """Every scheme where the full counts are asked for; else one, for all are read from the same panel."""
    here, there = (rate_zone(home=home, who=owner(), scheme=scheme) for home in (zone_twice.duck, zone_twice.spark))
    assert_same({scheme: here.table}, {scheme: there.table})
    assert here.content() == there.content()


def test_findings_of_a_zone_are_the_same(zone_twice: Twice) -> None:
    here, there = (list_findings(home=home, who=owner()) for home in (zone_twice.duck, zone_twice.spark))
    assert here == there
    assert here


def test_ratings_of_parts_are_the_ratings_of_the_whole(zone_twice: Twice) -> None:
    from pyspark.cloudpickle import register_pickle_by_value

    register_pickle_by_value(sys.modules[__name__])  # workers know the product, not its tests
    panel = zone_twice.panels[0]
    run = partial(rated_part, "innovation_points")
    whole = run(split(panel, 1)[0])
    engine = store_of(zone_twice.spark).engine()
    try:
        there = [unpack(part)["ratings"] for part in engine.each(run, split(panel, 5))]
    finally:
        engine.close()
    assert_same(unpack(whole), {"ratings": pa.concat_tables(there)})


def test_what_an_enterprise_lacks_is_the_same(zone_twice: Twice) -> None:
    """By the command; the last test of the zone, for a command closes the desk when it ends."""
    enterprise = str(zone_twice.panels[0].entities[0])
    asked = ["gap", "innovation_points", "--home", str(zone_twice.spark.path), "--enterprise", enterprise, "--json"]
    told = [CliRunner().invoke(app, [*asked, "--engine", engine]) for engine in ("duckdb", zone_twice.spark.engine)]
    assert [one.exit_code for one in told] == [0, 0]
    assert told[0].stdout == told[1].stdout
    assert json.loads(told[0].stdout)["rating"]["enterprise"] == enterprise
    refused = CliRunner().invoke(app, [*asked, "--engine", "abacus"])
    assert refused.exit_code == 2
    assert "abacus" in refused.stderr


@pytest.fixture(scope="module")
def invoices_twice(
    cluster: str, real_data: Path, tmp_path_factory: pytest.TempPathFactory, deep: bool
) -> Iterator[Twice]:
    """Give one of the four files (162,484 rows), or all of them where the full counts are asked for."""
    folder, place = real_data / "cumcm2020c", tmp_path_factory.mktemp("invoices") / "home"
    if not folder.is_dir():
        pytest.skip("the real invoices are not there (cumcm2020c)")
    with opened(place, create=True) as home:
        for name in REAL if deep else REAL[1:2]:
            path = folder / f"{name}.parquet"
            day = date(2020, 2, 22)
            import_delivery(home=home, who=owner(), source="vat_invoice", path=path, known=None, today=day)
    yield from both(place, cluster)


def test_panels_of_the_real_invoices_are_the_same(invoices_twice: Twice) -> None:
    assert_same_panel(*invoices_twice.panels)
    assert len(invoices_twice.panels[0]) > 100


def test_scores_of_the_real_invoices_are_the_same(invoices_twice: Twice) -> None:
    here, there = (score_zone(home=home, who=owner()) for home in (invoices_twice.duck, invoices_twice.spark))
    assert_same(score_tables(here), score_tables(there))
    assert here.enterprises.num_rows == len(invoices_twice.panels[0])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ratings_of_the_real_invoices_are_the_same(invoices_twice: Twice, scheme: str) -> None:
    homes = (invoices_twice.duck, invoices_twice.spark)
    here, there = (rate_zone(home=home, who=owner(), scheme=scheme) for home in homes)
    assert here.content() == there.content()
    assert here.table.num_rows == len(invoices_twice.panels[0])


def score_tables(zone: ZoneScore) -> dict[str, pa.Table]:
    return {"enterprises": zone.enterprises, "monthly": zone.monthly, "reasons": zone.reasons}


def rated_part(scheme: str, part: bytes) -> bytes:
    """Rate every enterprise of a part of a panel: what a worker does."""
    panel = join(part)
    view, prepared = View(panel, panel.as_of.year - 1), load_scheme(scheme)
    rows = [str(rate(prepared, view, row)) for row in range(len(panel))]
    return pack({"ratings": pa.table({"entity": list(panel.entities), "rating": rows})})


def assert_same_panel(here: Panel, there: Panel) -> None:
    assert here.as_of == there.as_of
    assert here.entities == there.entities
    assert here.findings == there.findings
    assert list(here.columns) == list(there.columns)
    assert_same({"facts": here.facts, **here.events}, {"facts": there.facts, **there.events})


def assert_same(here: dict[str, pa.Table], there: dict[str, pa.Table]) -> None:
    """Fail where tables differ in a name, a type, the order of rows, or a single byte of a value."""
    assert list(here) == list(there)
    for name, table in here.items():
        assert table.schema.equals(there[name].schema, check_metadata=True), name
        assert packed(table) == packed(there[name]), name


def packed(table: pa.Table) -> bytes:
    """Return the table as the bytes of a Parquet file, in which cells without a value hold no left-over bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink)
    return bytes(sink.getvalue())
