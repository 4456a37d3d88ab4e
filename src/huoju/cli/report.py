"""`huoju report`: one enterprise's credit reference as a file."""

from __future__ import annotations

from typing import cast

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, AsOfOption, EngineOption, EnterpriseArgument, HomeOption, OutputOption
from huoju.cli.speaking import answering, day, home_of, language, tell


def report(
    enterprise: EnterpriseArgument,
    output: OutputOption,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    engine: EngineOption = None,
) -> None:
    """Write the report; the ending says whether PDF, page or JSON."""
    with answering(), home_of(home, create=False, engine=engine) as opened:
        from huoju.services.home import Home
        from huoju.services.write_report import is_number, write_again, write_report

        if is_number(enterprise):
            again = write_again(home=cast("Home", opened), who=asker(), number=enterprise, path=output)
            tell("cli.written", path=again)
            return
        path = write_report(
            home=cast("Home", opened),
            who=asker(),
            enterprise=enterprise,
            path=output,
            as_of=day(as_of),
            language=language(),
        )
        tell("cli.written", path=path)
