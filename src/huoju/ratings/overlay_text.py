"""The text of a local scheme with imported numbers in it: what was there stays, remarks of its author too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from huoju.ratings.importing import Change
from huoju.ratings.points import shown
from huoju.ratings.scheme import Certainty, Version

_HEAD = "# 由 huoju scheme import 写成，可手工修改。Written by huoju scheme import; may be edited by hand.\n"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where imported numbers come from: who brought which file on which day, its source and how sure that is."""

    by: str
    at: date
    file: str
    sha256: str
    source: str
    certainty: Certainty


def overlay_text(version: Version, changes: Sequence[Change], origin: Origin, earlier: str | None) -> str:
    """Return the local scheme, or a new overlay, with the changes written into the version."""
    yaml = _yaml()
    scheme = CommentedMap({"extends": version.scheme}) if earlier is None else yaml.load(earlier)
    block = _entry(_list(scheme, "versions"), version.id, quoted=True)
    _remember(_list(block, "imported"), origin)
    for change in changes:
        _write(block, version, change, origin)
    stream = StringIO()
    yaml.dump(scheme, stream)
    return stream.getvalue() if earlier is not None else _HEAD + stream.getvalue()


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.representer.add_representer(type(None), _null)
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _null(representer: RoundTripRepresenter, _: None) -> ScalarNode:
    """Write null in full: an empty value looks forgotten."""
    node: ScalarNode = representer.represent_scalar("tag:yaml.org,2002:null", "null")
    return node


def _remember(imported: CommentedSeq, origin: Origin) -> None:
    """Keep who imported what and when; the same bytes again replace what was said of them."""
    told = _flow(
        {
            "by": origin.by,
            "at": origin.at,
            "from": origin.file,
            "sha256": origin.sha256,
            "source": origin.source,
            "certainty": origin.certainty,
        }
    )
    for place, one in enumerate(imported):
        if one.get("sha256") == origin.sha256:
            imported[place] = told
            return
    imported.append(told)


def _write(block: CommentedMap, version: Version, change: Change, origin: Origin) -> None:
    section, name, *keys = change.path
    entry = (
        _map(_map(block, section), name, flow=True) if section == "parameters" else _entry(_list(block, section), name)
    )
    inner = entry
    for place, key in enumerate(keys[:-1]):
        fresh = not isinstance(inner.get(key), CommentedMap)
        inner = _map(inner, key)
        if fresh and keys[place] == "weight":
            _name_stages(inner, version, name)
    inner[keys[-1]] = _number(shown(change.after))
    basis = _map(entry, "basis")
    if section == "parameters":
        basis["clause"] = change.heading
    basis["source"] = f"{origin.source}（{change.where}）"
    basis["certainty"] = origin.certainty


def _name_stages(weights: CommentedMap, version: Version, name: str) -> None:
    """Name every stage where the scheme below has one weight for all, so that the table is whole."""
    weights.fa.set_flow_style()
    own = next((item.weight for item in version.items if item.id == name), None)
    if not isinstance(own, Mapping):
        weights.update(dict.fromkeys((stage.id for stage in version.stages), None))


def _number(text: str) -> object:
    """Return a number as YAML that keeps its digits as they are."""
    return _yaml().load(text)


def _list(block: CommentedMap, key: str) -> CommentedSeq:
    if not isinstance(block.get(key), CommentedSeq):
        block[key] = CommentedSeq()
    found = block[key]
    assert isinstance(found, CommentedSeq)
    return found


def _map(block: CommentedMap, key: str, *, flow: bool = False) -> CommentedMap:
    if not isinstance(block.get(key), CommentedMap):
        block[key] = _flow({}) if flow or key in ("basis", "weight", "ramp") else CommentedMap()
    found = block[key]
    assert isinstance(found, CommentedMap)
    return found


def _entry(entries: CommentedSeq, name: str, *, quoted: bool = False) -> CommentedMap:
    """Return the entry of a list that has an id, a new one where there is none."""
    for entry in entries:
        if isinstance(entry, CommentedMap) and str(entry.get("id")) == name:
            return entry
    entries.append(CommentedMap({"id": DoubleQuotedScalarString(name) if quoted else name}))
    made = entries[-1]
    assert isinstance(made, CommentedMap)
    return made


def _flow(told: Mapping[str, object]) -> CommentedMap:
    made = CommentedMap(told)
    made.fa.set_flow_style()
    return made
