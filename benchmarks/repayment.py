"""P(cash flow below debt service) beside a DSCR logit, AutoETS and a direct LightGBM classifier; JSON.

Protocol of credit.md 2.6 and 4.4: EBITDA of the next year below a seven-year annuity at 8 % on the long-term debt of
this one; firms with long-term debt above 5 % of assets and a statement a year on (who has none is counted apart).
"All", and those who cover it now. Ours is read off the forecast of benchmarks/annual.py; nothing is fitted to the
label. ``--rehearse`` as there.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lightgbm
import numpy as np
import pandas as pd
from annual import _PEER, _SIZE, rows_of
from measures import CRPS_LEVELS, ranking
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from us_statements import Split, read_split

from huoju.models import annual
from huoju.models.repayment.model import chance_below

Floats = NDArray[np.float64]
Rows = NDArray[np.bool_]
SERVICE = 0.08 / (1 - 1.08**-7)
LEAST_DEBT = 0.05  # of assets


@dataclass(frozen=True, slots=True)
class Case:
    """Firm-years with debt: features, cover now, service and its line in units of assets, and whether it fell short."""

    rows: Floats
    cover: Floats
    service: Floats
    line: Floats
    short: Floats


def main() -> None:
    """Print AUC, Brier and ECE of each method, over all and over those covering now."""
    rehearse = "--rehearse" in sys.argv
    train = read_split("train")
    test = train if rehearse else read_split("validation")
    fitted, asked = rows_of(train, test, "ebitda", 1, rehearse)
    features = train.statements.features()
    model = annual.fit(
        features[fitted], train.targets["ebitda", 1][fitted], train.statements.firm[fitted], features[fitted][:, _SIZE]
    )
    learned, case = _case(train, fitted), _case(test, asked)
    given = {
        "huoju: forecast read at the line": chance_below(model.quantiles(case.rows, case.rows[:, _SIZE]), case.line),
        "direct LightGBM classifier": _direct(learned, case),
        "DSCR logit": _logit(learned, case),
        "AutoETS distribution": _auto_ets(test, asked & _indebted(test), case),
        "LightGBM quantile, read at the line": _read_peer(train, fitted, case),
    }
    covering = case.cover >= 1
    print(
        json.dumps(
            {
                "benchmark": "repayment" + (" (rehearsal)" if rehearse else ""),
                "without a statement a year on": _leavers(test, rehearse),
                "all": _figures(given, case.short, np.ones(len(covering), dtype=bool)),
                "covering now": _figures(given, case.short, covering),
            },
            indent=1,
        )
    )


def _figures(given: Mapping[str, Floats], short: Floats, rows: Rows) -> dict[str, object]:
    told: dict[str, object] = {"n": int(rows.sum()), "share short": float(short[rows].mean())}
    return {**told, **{name: ranking(short[rows], chance[rows], bins=10) for name, chance in given.items()}}


def _indebted(split: Split) -> Rows:
    items = split.statements.items
    return np.asarray(items["long_term_debt"] / items["total_assets"] > LEAST_DEBT)


def _leavers(split: Split, rehearse: bool) -> int:
    seasoned = _indebted(split) & (split.statements.earlier() >= 1) & (split.year >= (2007 if rehearse else 2011))
    return int((seasoned & np.isnan(split.statements.lag(split.statements.items["ebitda"], -1))).sum())


def _case(split: Split, rows: Rows) -> Case:
    chosen = rows & _indebted(split)
    items = {name: values[chosen] for name, values in split.statements.items.items()}
    later = split.statements.lag(split.statements.items["ebitda"], -1)[chosen]
    service = SERVICE * items["long_term_debt"]
    assets = items["total_assets"]
    return Case(
        rows=split.statements.features()[chosen],
        cover=items["ebitda"] / service,
        service=service / assets,
        line=(service - items["ebitda"]) / assets,
        short=(later < service).astype(np.float64),
    )


def _direct(learned: Case, asked: Case) -> Floats:
    settings = {**_PEER, "objective": "binary", "learning_rate": 0.03, "min_data_in_leaf": 30}
    data = lightgbm.Dataset(_widened(learned), learned.short)
    return np.asarray(lightgbm.train(settings, data, 200).predict(_widened(asked)))


def _widened(case: Case) -> Floats:
    return np.concatenate([case.rows, case.cover[:, None], case.service[:, None]], axis=1)


def _logit(learned: Case, asked: Case) -> Floats:
    told = [np.stack([np.clip(c.cover, -20, 20), np.tanh(c.cover / 2)], axis=1) for c in (learned, asked)]
    return np.asarray(LogisticRegression(C=1.0).fit(told[0], learned.short).predict_proba(told[1])[:, 1])


def _read_peer(train: Split, fitted: Rows, case: Case) -> Floats:
    """Return the probabilities read off credit.md's peer, straight lines between its levels, .01 to .99."""
    data = lightgbm.Dataset(train.statements.features()[fitted], train.targets["ebitda", 1][fitted])
    levels = [lightgbm.train({**_PEER, "alpha": level}, data, 160).predict(case.rows) for level in CRPS_LEVELS]
    return _at_line(np.sort(np.stack(levels, axis=1), axis=1), case.line)


def _at_line(quantiles: Floats, line: Floats) -> Floats:
    found = [np.interp(at, row, CRPS_LEVELS, left=0.01, right=0.99) for at, row in zip(line, quantiles, strict=True)]
    return np.array(found)


def _auto_ets(split: Split, chosen: Rows, case: Case) -> Floats:
    """Return the probabilities of each firm's own AutoETS, Naive where the series is too short for it."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoETS, Naive

    statements, parts = split.statements, []
    for number, row in enumerate(np.flatnonzero(chosen)):
        past = np.arange(row - statements.earlier()[row], row + 1)
        days = pd.to_datetime(statements.year[past].astype(str)) + pd.offsets.YearEnd(0)
        parts.append(pd.DataFrame({"unique_id": number, "ds": days, "y": statements.items["ebitda"][past]}))
    levels = sorted({round(abs(2 * level - 1) * 100) for level in CRPS_LEVELS} - {0})
    engine = StatsForecast([AutoETS(season_length=1)], freq="YE", fallback_model=Naive())
    made = engine.forecast(df=pd.concat(parts), h=1, level=levels).sort_values("unique_id")
    columns = [
        "AutoETS" if level == 0.5 else f"AutoETS-{'lo' if level < 0.5 else 'hi'}-{round(abs(2 * level - 1) * 100)}"
        for level in CRPS_LEVELS
    ]
    assets = statements.items["total_assets"][chosen]
    change = (made[columns].to_numpy() - statements.items["ebitda"][chosen][:, None]) / assets[:, None]
    middle = np.nan_to_num(change[:, [6]])
    return _at_line(np.sort(np.where(np.isnan(change), middle, change), axis=1), case.line)


if __name__ == "__main__":
    main()
