"""The schemes that are there: those shipped, those of a home, local ones merged over what they extend."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from huoju.core.document import Document, read_document
from huoju.core.errors import DocumentError, NothingFound, malformed
from huoju.core.nearest import nearest
from huoju.ratings.plan import Prepared
from huoju.ratings.reading import read_scheme

SHIPPED = Path(__file__).parent


def scheme_files(*folders: Path) -> Mapping[str, tuple[Path, ...]]:
    """Return the files of every scheme by id: the shipped one first, then those of ``folders`` of the same id."""
    found: dict[str, tuple[Path, ...]] = {}
    for folder in (SHIPPED, *folders):
        for path in sorted(folder.glob("*/scheme.yaml")):
            found[path.parent.name] = (*found.get(path.parent.name, ()), path)
    return dict(sorted(found.items()))


def load_scheme(name: str, *folders: Path) -> Prepared:
    """Return a scheme with the overlays of ``folders`` merged over it.

    Raises ``NothingFound`` for an unknown name and ``DocumentError`` for a malformed file.
    """
    files = scheme_files(*folders)
    if name not in files:
        near = "、".join(nearest(name, files)) or "、".join(files)
        raise NothingFound(f"There is no scheme {name}.", code="scheme-unknown", data={"scheme": name, "nearest": near})
    document, overlays = merged(name, files, ())
    return Prepared(read_scheme(document, overlays))


def merged(
    name: str, files: Mapping[str, tuple[Path, ...]], above: tuple[str, ...]
) -> tuple[Document, tuple[str, ...]]:
    """Return the document of a scheme with everything it extends below it, and the files merged over the lowest."""
    document: Document | None = None
    overlays: list[str] = []
    for path in files[name]:
        own = read_document(path)
        base = own.optional_text("extends") if "extends" in own else None
        if base is not None and (base != name or document is None):
            if base in (*above, name) or base not in files:
                near = ", ".join(nearest(base, files)) or "—"
                message = f"there is no scheme {base} to extend; nearest: {near}."
                raise malformed(own.at("extends"), "extends-unknown", message, what=base, nearest=near)
            document, inherited = merged(base, files, (*above, name))
            overlays += inherited
        if document is None:
            document = own
        elif base is None:
            message = f"{name} is there already; say extends: {name} or choose another id."
            raise malformed(f"{path}:1", "scheme-twice", message, what=name)
        else:
            document = _over(document, own)
            overlays.append(str(path))
    if document is None:
        raise DocumentError(f"{name}: no file states this scheme.")
    return document, tuple(overlays)


def _over(base: Document, overlay: Document) -> Document:
    entries = dict(base.entries)
    for key, node in overlay.entries.items():
        if key != "extends":
            entries[key] = _merge(entries.get(key), node)
    return Document(overlay.path, overlay.line, entries)


def _merge(base: Node | None, over: Node) -> Node:
    if isinstance(base, MappingNode) and isinstance(over, MappingNode):
        return _merge_mapping(base, over)
    if isinstance(base, SequenceNode) and isinstance(over, SequenceNode) and _ids(base) and _ids(over):
        return _merge_list(base, over)
    return over


def _merge_mapping(base: MappingNode, over: MappingNode) -> MappingNode:
    keys = {key.value: place for place, (key, _) in enumerate(base.value)}
    pairs = list(base.value)
    for key, node in over.value:
        if key.value in keys:
            pairs[keys[key.value]] = (key, _merge(pairs[keys[key.value]][1], node))
        else:
            pairs.append((key, node))
    return MappingNode(over.tag, pairs, start_mark=over.start_mark, end_mark=over.end_mark)


def _merge_list(base: SequenceNode, over: SequenceNode) -> SequenceNode:
    entries = dict(zip(_ids(base), base.value, strict=True))
    for name, node in zip(_ids(over), over.value, strict=True):
        if any(key.value == "drop" and value.value == "true" for key, value in node.value):
            if name not in entries:
                place = f"{node.start_mark.name}:{node.start_mark.line + 1}"
                raise malformed(place, "drop-unknown", f"there is no {name} to drop.", what=name)
            del entries[name]
        else:
            entries[name] = _merge(entries.get(name), node)
    return SequenceNode(over.tag, list(entries.values()), start_mark=over.start_mark, end_mark=over.end_mark)


def _ids(node: SequenceNode) -> list[str]:
    """Return the ids of a list of mappings; empty where an entry has none."""
    found = []
    for item in node.value:
        own = (
            [v.value for k, v in item.value if k.value == "id" and isinstance(v, ScalarNode)]
            if isinstance(item, MappingNode)
            else []
        )
        if not own:
            return []
        found.append(own[0])
    return found
