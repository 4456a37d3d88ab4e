"""`huoju fit default-risk`: a model from a file of cases with outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoju.cli.asking import Commands
from huoju.cli.speaking import answering, say, tell

app = Commands("fit")


@app.callback()
def fit() -> None:
    """Hold the models that can be fitted."""


@app.verb("default-risk")
def fit_default_risk(
    train: Annotated[Path, typer.Option("--train", help=say("help.fit-train"))],
    output: Annotated[Path, typer.Option("-o", "--output", help=say("help.fit-output"))],
    validation: Annotated[Path | None, typer.Option("--validation", help=say("help.fit-validation"))] = None,
    tendency: Annotated[float | None, typer.Option("--central-tendency", help=say("help.fit-tendency"))] = None,
    directions: Annotated[Path | None, typer.Option("--directions", help=say("help.fit-directions"))] = None,
    seed: Annotated[int, typer.Option("--seed", help=say("help.fit-seed"))] = 0,
    deep: Annotated[bool, typer.Option("--deep", help=say("help.fit-deep"))] = False,
) -> None:
    """Fit, write the folder, and say what was measured."""
    with answering():
        from huoju.services.fit_model import fit_model

        said = fit_model(
            train=train,
            validation=validation,
            output=output,
            tendency=tendency,
            directions=directions,
            seed=seed,
            deep=deep,
        )
        layout = say(f"credit.layout.{said.layout}")
        counts = {"enterprises": said.enterprises, "defaults": said.defaults, "tendency": f"{said.tendency:.2%}"}
        tell("credit.fitted", layout=layout, **counts)
        if said.measured is None:
            tell("credit.unmeasured")
        else:
            tell("credit.measured", **said.measured)
            if said.in_both:
                tell("credit.same-enterprises", count=said.in_both)
        tell("cli.written", path=output)
