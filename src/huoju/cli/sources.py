"""`huoju sources`: the kinds of delivery that can be imported."""

from __future__ import annotations

from typing import cast

from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import answering, heads, home_of, language, show_table


def sources(home: HomeOption = DEFAULT_HOME) -> None:
    """Print every source with who delivers it and in which layouts, those of the home's mappings too."""
    with answering():
        from huoju.services.home import Home
        from huoju.services.list_sources import list_sources

        if (home / "huoju.sqlite").exists():
            with home_of(home, create=False) as opened:
                found = list_sources(home=cast("Home", opened))
        else:
            found = list_sources()
        spoken = language()
        rows = [[s.name, s.label[spoken], s.publisher[spoken], ", ".join(s.layouts)] for s in found]
        show_table("", heads("code", "label", "publisher", "layouts"), rows)
