"""The difference between two states of a scheme: shipped and local, or one version and the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from huoju.core.document import Document
from huoju.core.errors import NothingFound
from huoju.ratings.shipped import merged, scheme_files
from huoju.services.home import Home, Who
from huoju.services.schemes import folders_of, scheme_of


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two states differ; None where it is not there at all."""

    place: str
    before: str | None
    after: str | None


def local_changes(*, who: Who, scheme: str, home: Home | None) -> tuple[Change, ...]:
    """Return what the overlays of a home change of what a scheme extends. Raises ``NothingFound`` for no overlay."""
    scheme_of(scheme, home)
    files = scheme_files(*folders_of(home))
    document, overlays = merged(scheme, files, ())
    if not overlays:
        raise NothingFound(f"{scheme} has no overlay.", code="scheme-without-overlay", data={"scheme": scheme})
    base_name = scheme if len(files[scheme]) > 1 else _extended(scheme, files)
    base, _ = merged(base_name, {**files, base_name: files[base_name][:1]}, ())
    return tuple(_differences("", _node(base), _node(document)))


def version_changes(*, who: Who, scheme: str, before: str, after: str, home: Home | None = None) -> tuple[Change, ...]:
    """Return what differs between two versions of a scheme."""
    document, _ = merged(scheme, scheme_files(*folders_of(home)), ())
    blocks = {block.text("id"): block for block in document.children("versions")}
    for version in (before, after):
        if version not in blocks:
            data = {"scheme": scheme, "version": version, "known": "、".join(blocks)}
            raise NothingFound(f"No version {version}.", code="scheme-version-unknown", data=data)
    return tuple(_differences("", _node(blocks[before]), _node(blocks[after])))


def _extended(scheme: str, files: Mapping[str, tuple[object, ...]]) -> str:
    from pathlib import Path

    from huoju.core.document import read_document

    return read_document(Path(str(files[scheme][0]))).text("extends")


def _node(document: Document) -> Mapping[str, Node]:
    return document.entries


def _differences(place: str, before: Mapping[str, Node], after: Mapping[str, Node]) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        yield from _compared(f"{place}.{key}" if place else key, before.get(key), after.get(key))


def _compared(place: str, before: Node | None, after: Node | None) -> Iterator[Change]:
    if isinstance(before, MappingNode) and isinstance(after, MappingNode):
        yield from _differences(place, _by_key(before), _by_key(after))
    elif isinstance(before, SequenceNode) and isinstance(after, SequenceNode):
        yield from _differences(place, _by_id(before), _by_id(after))
    elif _text(before) != _text(after):
        yield Change(place, _text(before), _text(after))


def _by_key(node: MappingNode) -> dict[str, Node]:
    return {key.value: value for key, value in node.value}


def _by_id(node: SequenceNode) -> dict[str, Node]:
    found = {}
    for place, item in enumerate(node.value):
        name = _by_key(item).get("id") if isinstance(item, MappingNode) else None
        found[name.value if isinstance(name, ScalarNode) else str(place)] = item
    return found


def _text(node: Node | None) -> str | None:
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode):
        return "[" + ", ".join(_text(item) or "" for item in node.value) + "]"
    return "{" + ", ".join(f"{key.value}: {_text(value)}" for key, value in node.value) + "}"
