"""Real tables of Jinan under every scheme: what they tell is counted, what they do not tell stays unknown."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc
import pytest
from tests.sources.test_jinan import EXAMPLES, KNOWN, delivered

from huoju.core.variable import variables
from huoju.ratings.shipped import load_scheme, scheme_files
from huoju.services.home import Home, opened, owner, store_of
from huoju.services.import_delivery import import_delivery
from huoju.services.rate_enterprise import rate_enterprise, rate_whole
from huoju.services.rate_zone import OF_ENTERPRISES, rate_zone
from huoju.services.schemes import asked_facts

TABLES = ("register", "judgments", "specialised_smes", "technology_centres")
OF_ONE = [name for name in sorted(scheme_files()) if load_scheme(name).scheme.entity != "zone"]

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def jinan(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("jinan")
    with opened(folder / "home", create=True) as home:
        for name in TABLES:
            path = delivered(real_data, name, folder)
            mapping = str(EXAMPLES / name / "mapping.yaml")
            import_delivery(home=home, who=owner(), source=mapping, path=path, known=KNOWN, today=KNOWN)
        yield home


@pytest.mark.parametrize("scheme", OF_ONE)
def test_no_scheme_takes_what_no_table_tells_for_known(jinan: Home, scheme: str) -> None:
    """Nobody passes or fails by a fact that none of the tables states, and everybody misses just those."""
    told = set(pc.unique(store_of(jinan).facts()["variable"]).to_pylist())
    day = next((v.effective for v in load_scheme(scheme).scheme.versions if v.effective and v.effective > KNOWN), KNOWN)
    zone = rate_zone(home=jinan, who=owner(), scheme=scheme, as_of=day, year=2017)
    count = zone.table.num_rows
    assert count > 2_900
    assert sum(zone.counts.values()) == count
    asked = {one.name for one in asked_facts(who=owner(), scheme=scheme, on=day, home=jinan)}
    assert zone.counts["not_in_force"] == (0 if zone.version else count)
    if not asked & told:
        assert zone.counts["passed"] == zone.counts["failed"] == zone.counts["scored"] == 0
    for one in zone.wanted:
        assert one.name in asked - told
        assert one.supplier == (variables()[one.name].supplier if one.kind == "fact" else "")
        assert 0 <= one.alone <= one.count <= count
    if zone.counts["unknown"]:
        assert zone.wanted
    for row in zone.table.filter(pc.equal(zone.table["outcome"], "unknown")).slice(0, 1).to_pylist():
        one = rate_enterprise(home=jinan, who=owner(), scheme=scheme, enterprise=row["id"], as_of=day, year=2017)
        missing = {reading.name for reading in one.rating.missing if reading.sort in OF_ENTERPRISES}
        assert set(row["missing"].split(";")) == missing


def test_a_scheme_for_zones_has_all_of_them_as_members(jinan: Home) -> None:
    scheme = next(name for name in scheme_files() if load_scheme(name).scheme.entity == "zone")
    day = next(v.effective for v in load_scheme(scheme).scheme.versions if v.effective and v.effective > KNOWN)
    rated = rate_whole(home=jinan, who=owner(), scheme=scheme, as_of=day, year=2017)
    assert len(rated.contributions) > 2_900
    assert rated.rating.score is None
    assert rated.rating.missing
