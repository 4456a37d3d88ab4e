"""`huoju sources`: the kinds of delivery that can be imported."""

from __future__ import annotations

from huoju.cli.speaking import answering, heads, language, show_table


def sources() -> None:
    """Print every source with who delivers it and in which layouts."""
    with answering():
        from huoju.services.list_sources import list_sources

        spoken = language()
        rows = [[s.name, s.label[spoken], s.publisher[spoken], ", ".join(s.layouts)] for s in list_sources()]
        show_table("", heads("code", "label", "publisher", "layouts"), rows)
