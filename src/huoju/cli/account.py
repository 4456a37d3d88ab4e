"""`huoju account` and `huoju organisation`: who may act for whom."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from huoju.cli.asking import Commands, asker
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import answering, heads, home_of, named, say, show_table

app = Commands("account")
organisations = Commands("organisation")


@app.verb("add")
def add(
    name: Annotated[str, typer.Argument(help=say("help.account-name"))],
    organisation: Annotated[str, typer.Option("--organisation", help=say("help.account-organisation"))],
    role: Annotated[list[str], typer.Option("--role", help=say("help.account-role"))],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Add an account, or a role to one."""
    with answering(), home_of(home, create=True) as opened:
        from huoju.services.accounts import add_account
        from huoju.services.home import Home

        made = add_account(home=cast("Home", opened), who=asker(), username=name, organisation=organisation, roles=role)
        roles = named(";".join(made.roles), "term.role")
        typer.echo(say("cli.account-added", account=made.account, organisation=made.organisation, roles=roles))


@app.verb("list")
def list_(home: HomeOption = DEFAULT_HOME) -> None:
    """List accounts."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.accounts import list_accounts
        from huoju.services.home import Home

        found = list_accounts(home=cast("Home", opened), who=asker())
        show_table(
            say("cli.accounts-title"),
            heads("account-name", "account-organisation", "account-roles"),
            [[one.account, one.organisation, named(";".join(one.roles), "term.role")] for one in found],
        )


@organisations.verb("add")
def add_organisation(
    code: Annotated[str, typer.Argument(help=say("help.organisation-code"))],
    kind: Annotated[str, typer.Option("--kind", help=say("help.organisation-kind"))],
    name: Annotated[str, typer.Option("--name", help=say("help.organisation-name"))],
    enterprise: Annotated[str, typer.Option("--enterprise", help=say("help.organisation-enterprise"))] = "",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Add an organisation."""
    with answering(), home_of(home, create=True) as opened:
        from huoju.services import accounts
        from huoju.services.home import Home

        of = cast("Home", opened)
        made = accounts.add_organisation(home=of, who=asker(), code=code, kind=kind, name=name, enterprise=enterprise)
        typer.echo(say("cli.organisation-added", organisation=made))
