"""How an imported table looks before anybody says yes: each number before and after, sums, what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from huoju.cli.speaking import heads, language, say, sentence, show_table

if TYPE_CHECKING:
    from huoju.ratings.importing import Change
    from huoju.ratings.scheme import Words
    from huoju.services.import_scheme import Proposal


def show_proposal(proposal: Proposal) -> None:
    """Print what an import changes, to standard output, and what to heed, to standard error."""
    from huoju.ratings.points import shown

    spoken, found, version = language(), proposal.recognised, proposal.version
    count = len(found.changes)
    title = say(
        "cli.import-title",
        scheme=proposal.scheme.label[spoken],
        version=version.id,
        count=count,
        same=len(found.confirmed),
        file=proposal.origin.file,
    )
    rows = [
        [
            one.label[spoken],
            _what(one),
            "null" if one.before is None else shown(one.before),
            shown(one.after),
            one.where,
        ]
        for one in found.changes
    ]
    typer.echo(title)
    if rows:
        show_table("", heads("criterion", "thing", "before", "after", "place"), rows, numeric=[2, 3])
    surer = len(proposal.written) - count
    if surer:
        certainty = say(f"term.certainty.{proposal.origin.certainty}")
        typer.echo(say("cli.import-surer", count=surer, certainty=certainty))
    labels = {stage.id: stage.label[spoken] for stage in version.stages}
    sums = [
        say("cli.import-sum-of", stage=labels.get(stage, ""), sum=shown(total)) for stage, total in found.sums.items()
    ]
    typer.echo(say("cli.import-sum", what=_joined([text.strip() for text in sums])))
    if found.missing:
        typer.echo(say("cli.import-missing", what=_labels(found.missing)))
    typer.echo(say("cli.import-left", what=_labels(proposal.left)) if proposal.left else say("cli.import-scores"))
    for finding in found.findings:
        typer.echo(sentence(finding), err=True)


def _what(change: Change) -> str:
    if "weight" in change.path[2:]:
        stage = change.stage[language()]
        return say("cli.import-weight-of", stage=stage) if stage else say("cli.import-weight")
    return say("cli.import-parameter" if change.is_parameter else "cli.import-reference")


def _labels(labels: Sequence[Words]) -> str:
    return _joined([label[language()] for label in labels])


def _joined(texts: Sequence[str]) -> str:
    return ("、" if language() == "zh" else ", ").join(texts)
