"""Linking two lists: which record of the right one is which of the left, with probability and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa

from huoju.core.money import MICRO
from huoju.core.words import Words
from huoju.fusion.frozen_file import read_linker, write_linker
from huoju.fusion.judgements import ACCEPT, REJECT, Judgement
from huoju.fusion.linker import Linker, fit_with_index
from huoju.fusion.reading_links import RELATIONS, read_links
from huoju.fusion.records import prepare
from huoju.services.list_files import mapping_of, read_labels, read_list
from huoju.services.words import words_in
from huoju.services.write_scores import write_table

_SHOWN = 4  # reasons of a link, most telling first; the rest are one sum


@dataclass(frozen=True, slots=True)
class LinkedLists:
    """What came of linking: links by relation, the sizes of both lists, what the model was taught by, files written."""

    links: Mapping[str, int]
    left: int
    right: int
    taught: Mapping[str, int]
    fitted_on: date | None
    written: tuple[Path, ...]


def link_lists(
    *,
    left: Path,
    right: Path,
    output: Path,
    today: date,
    language: str,
    mapping: Path | None = None,
    labels: Path | None = None,
    frozen: Path | None = None,
    keep: Path | None = None,
    one_to_one: bool = False,
) -> LinkedLists:
    """Link two files and write left_id, right_id, relation, probability and reasons, by right record.

    Without ``frozen`` the weights and frequency tables are fitted on the two lists; ``keep`` stores them. ``labels``
    teach, and win over the model in these links.
    """
    named = mapping_of(mapping)
    tables = read_list(left, named[0]), read_list(right, named[1])
    one, other = prepare(tables[0]), prepare(tables[1])
    answers = read_labels(labels) if labels is not None else {}
    index = None
    if frozen is not None:
        linker = read_linker(frozen)
    else:
        linker, index = fit_with_index(one, other, labels=answers, fitted_on=today)
    moment = datetime.combine(today, time())
    judgements = [
        Judgement(left_id, right_id, ACCEPT if is_same else REJECT, labels.name if labels else "", moment)
        for (left_id, right_id), is_same in answers.items()
    ]
    links = read_links(linker.pairs(one, other, index), judgements, one_to_one=one_to_one)
    output.parent.mkdir(parents=True, exist_ok=True)
    write_table(with_reasons(links, linker, words_in(language)), output)
    written = [output]
    if keep is not None:
        write_linker(linker, keep)
        written.append(keep)
    counted = Counter(links["relation"].to_pylist())
    return LinkedLists(
        {relation: counted[relation] for relation in RELATIONS},
        len(one),
        len(other),
        linker.model.taught,
        linker.fitted_on,
        tuple(written),
    )


def with_reasons(links: pa.Table, linker: Linker, words: Words) -> pa.Table:
    """Return links as people read them: probability as decimal text, reasons as words that add up to the log-odds."""
    reasons, seen = [], dict[bytes, str]()
    for relation, levels, who in zip(*(links[n].to_pylist() for n in ("relation", "levels", "who")), strict=True):
        if who is not None:
            reasons.append(words.say("link.reason.judged", {"who": who}))
        elif relation == "group_of":
            reasons.append(words.say("link.reason.group"))
        else:
            if levels not in seen:
                seen[levels] = sentence_of(linker, levels, words)
            reasons.append(seen[levels])
    probability = [f"{int(p) // 100 / 10_000:.4f}" for p in links["probability"].to_pylist()]
    columns = {name: links[name] for name in ("left_id", "right_id", "relation")}
    return pa.table(
        {**columns, "probability": pa.array(probability, pa.string()), "reasons": pa.array(reasons, pa.string())}
    )


def sentence_of(linker: Linker, levels: bytes, words: Words) -> str:
    """Return why a pair scores as it does: each comparison with its weight, the start, and their sum."""
    lines = linker.model.lines(tuple(levels))
    said = [f"{words.say(f'link.{name}.{level}')} {weight:+.1f}" for name, level, weight in lines[:_SHOWN]]
    rest = sum(weight for _, _, weight in lines[_SHOWN:])
    if lines[_SHOWN:]:
        said.append(f"{words.say('link.reason.rest')} {rest:+.1f}")
    base = linker.model.base / MICRO
    said.append(f"{words.say('link.reason.start')} {base:+.1f}")
    total = base + sum(weight for _, _, weight in lines)
    return words.say(
        "link.reason.sum", {"parts": words.say("link.reason.between").join(said), "total": f"{total:+.1f}"}
    )
