"""A fitted linker as one Parquet file: its tables as rows, its weights and the day of fitting in the file's head."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huoju.core.errors import HuojuError
from huoju.fusion import blocking
from huoju.fusion.blocking import Frozen
from huoju.fusion.frequencies import KINDS, Counts, Frequencies
from huoju.fusion.link_model import model_from
from huoju.fusion.linker import Linker

_HEAD = b"huoju.linker"
VERSION = 1  # of keys and levels; a file of another one is fitted anew, never read


def write_linker(linker: Linker, path: Path) -> None:
    """Write a linker; the same linker gives the same bytes."""
    kinds, keys, counts = [], [], []
    for kind in KINDS:
        held = linker.frequencies.counts[kind]
        kinds += [kind] * len(held.keys)
        keys.append(held.keys)
        counts.append(held.most)
    common = np.concatenate(list(linker.frozen.common.values()))
    for kind, too_common in linker.frozen.common.items():
        kinds += [f"too-common: {kind}"] * len(too_common)
    table = pa.table(
        {
            "kind": pa.array(kinds, pa.string()).dictionary_encode(),
            "key": np.concatenate([*keys, common]),
            "count": np.concatenate([*counts, np.zeros(len(common), np.int32)]),
        }
    )
    head = {
        "version": VERSION,
        "fitted_on": str(linker.fitted_on or ""),
        "size": linker.frequencies.size,
        **linker.model.told(),
    }
    told = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    pq.write_table(table.replace_schema_metadata({_HEAD: told}), path, compression="zstd")


def read_linker(path: Path) -> Linker:
    """Return the linker of a file. Raises ``HuojuError`` where it is none, or one of another version."""
    try:
        table = pq.read_table(path)
        head = json.loads((table.schema.metadata or {})[_HEAD])
    except (OSError, pa.ArrowException, KeyError, ValueError):
        raise HuojuError(f"{path} is no linker.", code="linker-unreadable", data={"path": str(path)}) from None
    if head.get("version") != VERSION:
        raise HuojuError(f"{path} is of another version.", code="linker-version", data={"path": str(path)})
    kind = table["kind"].cast(pa.string())

    def rows(name: str) -> pa.Table:
        return table.filter(pc.equal(kind, name))

    counts = {name: Counts(rows(name)["key"].to_numpy(), rows(name)["count"].to_numpy()) for name in KINDS}
    return Linker(
        model_from(head),
        Frequencies(int(head["size"]), MappingProxyType(counts)),
        Frozen({name: rows(f"too-common: {name}")["key"].to_numpy() for name in blocking.KEYS}),
        date.fromisoformat(head["fitted_on"]) if head["fitted_on"] else None,
    )
