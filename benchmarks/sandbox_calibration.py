"""The made-up zone beside the real invoices it is calibrated on: sizes, counts, gaps, concentration; JSON.

Both by the same SQL on invoices in one run: real ones of 2018 and 2019, made-up ones of the first two years.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
from real_invoices import DATA, require_data

from huoju.sandbox import make_zone
from huoju.sources import open_delivery, read

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
SIDES = {
    "sales": ("output", "购方单位代号", "sales_invoice"),
    "purchases": ("input", "销方单位代号", "purchase_invoice"),
}
QUESTIONS = {
    "invoices a month with any": "select avg(n) from by_month group by entity",
    "median monthly amount, yuan": "select median(amount) from by_month group by entity",
    "share of months with any": "select count(*) / 24.0 from by_month group by entity",
    "days between invoices": (
        'select (max("at") - min("at")) / greatest(count(distinct "at") - 1, 1) from invoices group by entity'
    ),
    "invoice, yuan": "select amount from invoices where amount > 0 and not voided",
    "partners": "select count(*) from by_partner group by entity",
    "largest partner's share": "select max(amount) / sum(amount) from by_partner group by entity",
    "Herfindahl of partners": (
        "select sum(amount * amount) / (sum(amount) * sum(amount)) from by_partner group by entity"
    ),
    "voided share": "select avg(voided::int) from invoices group by entity",
    "red-letter share": "select avg((amount < 0)::int) from invoices group by entity",
}


def main() -> None:
    """Print the quantiles of both, side by side."""
    require_data()
    made = _made_up()
    found = {}
    for side, (file, partner, kind) in SIDES.items():
        real = (
            f'select 企业代号 entity, 开票日期::date "at", {partner} other, 价税合计 amount, '
            "发票状态 like '%作废%' voided from "
            "(select distinct * from "
            f"read_parquet(['{DATA}/inv_123_{file}.parquet', '{DATA}/inv_302_{file}.parquet'])) "
            "where 开票日期 >= '2018-01-01' and 开票日期 < '2020-01-01'"
        )
        found[side] = {"real": _answers(real, None), "sandbox": _answers("select * from given", made[kind])}
    table = {
        f"{side}: {question}": {"real": found[side]["real"][question], "sandbox": found[side]["sandbox"][question]}
        for side in SIDES
        for question in QUESTIONS
    }
    print(json.dumps({"benchmark": "sandbox calibration", "quantiles": QUANTILES, **table}, indent=1))


def _made_up() -> dict[str, pa.Table]:
    with tempfile.TemporaryDirectory() as place:
        zone = make_zone(enterprises=300, months=36, seed=20, folder=Path(place))
        parts: dict[str, list[pa.Table]] = {}
        for file in sorted((zone.folder / "deliveries" / "vat_invoice").iterdir()):
            for kind, table in read("vat_invoice", open_delivery(file), zone.last_day).events.items():
                parts.setdefault(kind, []).append(table)
    return {kind: _as_last_known(pa.concat_tables(tables)) for kind, tables in parts.items()}


def _as_last_known(delivered: pa.Table) -> pa.Table:
    """Return each invoice of the first two years once, as it was known last."""
    connection = duckdb.connect()
    connection.register("delivered", delivered)
    return connection.execute(
        """select entity, "at", other, amount / 100.0 amount, voided = 1 voided from
        (select *, row_number() over (partition by entity, key order by known desc) place from delivered)
        where place = 1 and "at" < date '2025-01-01'"""
    ).to_arrow_table()


def _answers(query: str, given: pa.Table | None) -> dict[str, list[float]]:
    connection = duckdb.connect()
    if given is not None:
        connection.register("given", given)
    connection.execute(f"create table invoices as {query}")
    connection.execute(
        "create table by_month as select entity, date_trunc('month', \"at\") m, count(*) n, "
        "coalesce(sum(amount) filter (not voided), 0) amount from invoices group by all"
    )
    connection.execute(
        "create table by_partner as select entity, other, sum(amount) amount from invoices where not voided "
        "group by all having sum(amount) > 0"
    )
    asked = ", ".join(map(str, QUANTILES))
    return {
        name: [
            round(float(x), 4)
            for x in connection.execute(f"select quantile_cont(v, [{asked}]) from ({sql}) t(v)").fetchone()[0]
        ]
        for name, sql in QUESTIONS.items()
    }


if __name__ == "__main__":
    main()
