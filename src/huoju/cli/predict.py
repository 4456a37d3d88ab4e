"""`huoju predict`: what a fitted model says of every enterprise of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoju.cli.speaking import answering, percent, say, tell


def predict(
    model: Annotated[Path, typer.Argument(help=say("help.predict-model"))],
    cases: Annotated[Path, typer.Argument(help=say("help.predict-cases"))],
    output: Annotated[Path, typer.Option("-o", "--output", help=say("help.output"))],
    directions: Annotated[Path | None, typer.Option("--directions", help=say("help.fit-directions"))] = None,
    tendency: Annotated[float | None, typer.Option("--central-tendency", help=say("help.predict-tendency"))] = None,
    points: Annotated[bool, typer.Option("--points", help=say("help.predict-points"))] = False,
) -> None:
    """Predict, write the file, and say what stands in it."""
    with answering():
        from huoju.services.predict_file import predict_file

        said = predict_file(
            model=model, cases=cases, output=output, directions=directions, tendency=tendency, all_points=points
        )
        tell("credit.predicted", enterprises=said.enterprises, mean=percent(said.mean, 2), referred=said.referred)
        if said.unknown:
            tell("credit.never-known", inputs=", ".join(said.unknown))
        tell("cli.written", path=said.path)
