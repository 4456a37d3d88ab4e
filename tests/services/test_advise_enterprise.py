"""Advice for an enterprise of a home: the score that everyone sees, the cheapest way up, and what is wrong is said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.cli.test_commands import run

from huoju.core.errors import NothingFound, PolicyError
from huoju.core.panel import Panel
from huoju.models.default_risk.features import features, matrix
from huoju.models.default_risk.model import DefaultRisk
from huoju.models.torch_score.changes import DEFAULT, read_changes
from huoju.services.advise_enterprise import advice_content, advice_of, advise_enterprise, told
from huoju.services.assessing import learned
from huoju.services.home import Home, opened, owner, store_of
from huoju.services.panels import day_or_latest
from huoju.services.score_zone import short_ids

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("zone")]  # fits on the zone


@pytest.fixture(scope="module")
def fitted(zone_home: Path) -> tuple[Panel, DefaultRisk | None]:
    with opened(zone_home, create=False) as home:
        store = store_of(home)
        return learned(store, day_or_latest(store, None))


def test_advice_starts_from_the_score_and_says_so_at_every_door(
    zone_home: Path, fitted: tuple[Panel, DefaultRisk | None]
) -> None:
    panel, risk = fitted
    assert risk is not None
    scores = risk.table.score(matrix(panel))
    place, changes = int(scores.argmin()), read_changes()
    who = short_ids(panel)[place]
    highest = advice_of(panel, risk, enterprise=who, target=1000, changes=changes, supplied={})
    assert (highest.advice.found, highest.advice.score) == ("unreachable", scores[place])
    assert highest.advice.reached > scores[place]
    target = highest.advice.reached - 1
    found = advice_of(panel, risk, enterprise=who, target=target, changes=changes, supplied={})
    assert found.advice.found == "changes"
    assert found.advice.reached >= target
    assert found.advice.cheaper is not None
    assert found.advice.cheaper < target
    for step in found.advice.steps:
        change = changes.by_input[step.name]
        assert told(change, step.before, "zh") != told(change, step.after, "zh")
    printed = run("advise", who, "--target", str(target), "--home", str(zone_home), "--json")
    assert json.loads(printed.stdout) == json.loads(json.dumps(advice_content(found)))


def test_a_file_of_ones_own_decides_what_may_change(fitted: tuple[Panel, DefaultRisk | None], tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    text = DEFAULT.read_text(encoding="utf-8")
    path.write_text(text[: text.index("changes:")] + "changes: {}\n", encoding="utf-8")
    who = short_ids(fitted[0])[0]
    found = advice_of(*fitted, enterprise=who, target=1000, changes=read_changes(path), supplied={})
    assert (found.advice.found, found.advice.steps) == ("unreachable", ())
    assert {left.why for left in found.advice.left} <= {"held", "unknown"}


def test_a_document_of_what_is_known_already_is_refused(fitted: tuple[Panel, DefaultRisk | None]) -> None:
    values = matrix(fitted[0])
    place = next(at for at, feature in enumerate(features()) if feature.name == "largest_buyer")
    row = int((~np.isnan(values[:, place])).argmax())
    who = short_ids(fitted[0])[row]
    with pytest.raises(PolicyError) as caught:
        advice_of(*fitted, enterprise=who, target=600, changes=read_changes(), supplied={"largest_buyer": 0.1})
    assert caught.value.code == "supply-known"


def test_an_unknown_enterprise_is_said(fitted: tuple[Panel, DefaultRisk | None]) -> None:
    with pytest.raises(NothingFound):
        advice_of(*fitted, enterprise="nobody", target=600, changes=read_changes(), supplied={})


@pytest.mark.parametrize(
    ("target", "supplied", "code"),
    [
        (1001, (), "target-off-scale"),
        (600, ("cash=3",), "supply-unknown"),
        (600, ("cash_cover=much",), "supply-no-number"),
    ],
)
def test_what_is_wrong_is_said(home: Home, target: int, supplied: tuple[str, ...], code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        advise_enterprise(home=home, who=owner(), enterprise="any", target=target, supplied=supplied)
    assert caught.value.code == code
