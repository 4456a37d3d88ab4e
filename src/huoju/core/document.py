"""Strict YAML: duplicate keys refused, numbers kept as text, every complaint with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from huoju.core.errors import DocumentError, malformed
from huoju.core.nearest import nearest

LANGUAGES = ("zh", "en")
_NUMBER = re.compile(r"([+-]?\d[\d_]*(?:\.\d+)?)(%|万|亿|)", re.ASCII)
_LONGEST = 200  # characters of a written number
_UNITS = {"": Fraction(1), "%": Fraction(1, 100), "万": Fraction(10_000), "亿": Fraction(100_000_000)}


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a YAML file, whatever its shape; reading it as another shape names file and line."""

    node: Node

    @property
    def place(self) -> str:
        """Where it stands: ``file:line``."""
        return _place(self.node)

    @property
    def is_text(self) -> bool:
        """Whether it is one value, and not null."""
        return isinstance(self.node, ScalarNode) and not _is_null(self.node)

    @property
    def is_null(self) -> bool:
        """Whether nothing is stated."""
        return _is_null(self.node)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.node, SequenceNode)

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self.node, MappingNode)

    def text(self) -> str:
        """Return it as one value."""
        if not self.is_text:
            raise malformed(self.place, "one-value", "one value is needed here.")
        return str(self.node.value)

    def texts(self) -> tuple[str, ...]:
        """Return it as a list of texts; a single text is a list of one."""
        return (self.text(),) if self.is_text else tuple(item.text() for item in self.items())

    def number(self) -> Fraction:
        """Return it as an exact number."""
        found = exact_number(self.text())
        if found is None:
            raise not_a_number(self.place, "", self.text())
        return found

    def items(self) -> tuple[Item, ...]:
        """Return it as a list."""
        if not isinstance(self.node, SequenceNode):
            raise malformed(self.place, "list-needed", "a list is needed here.")
        return tuple(Item(item) for item in self.node.value)

    def mapping(self) -> Document:
        """Return it as a mapping."""
        if not isinstance(self.node, MappingNode):
            raise malformed(self.place, "mapping-needed", "a mapping is needed here.")
        return _document(Path(self.node.start_mark.name), self.node)


@dataclass(frozen=True, slots=True)
class Document:
    """A mapping of a YAML file whose every reading checks shape and names file and line when it is wrong."""

    path: Path
    line: int
    entries: Mapping[str, Node]
    places: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def keys(self) -> tuple[str, ...]:
        """Return the keys in the order of the file."""
        return tuple(self.entries)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def at(self, key: str) -> str:
        """Return ``file:line`` of a key, or of the mapping where the key is absent."""
        node = self.entries.get(key)
        return f"{self.path}:{self.line}" if node is None else _place(node)

    def key_place(self, key: str) -> str:
        """Return ``file:line`` of the key itself, which may stand above its value."""
        return self.places.get(key, f"{self.path}:{self.line}")

    def absent(self, key: str) -> DocumentError:
        """Return the error of a key that is needed and is not there, or is there and empty."""
        place = self.key_place(key)
        return malformed(place, "key-absent", f"{key} is needed and absent.", key=key)

    def allow(self, *keys: str) -> None:
        """Raise ``DocumentError`` at the first key that is not one of ``keys``."""
        for key in self.entries:
            if key not in keys:
                near, known = "".join(nearest(key, keys, 1)) or "—", ", ".join(keys)
                message = f"unknown key {key!r}; nearest: {near}; expected one of {known}."
                raise malformed(self.key_place(key), "key-unknown", message, key=key, nearest=near, known=known)

    def item(self, key: str) -> Item:
        """Return the value under ``key``, whatever its shape; an absent one is an error."""
        if key not in self.entries:
            raise self.absent(key)
        return Item(self.entries[key])

    def items(self, key: str) -> tuple[Item, ...]:
        """Return the list under ``key``."""
        return self.item(key).items()

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return the text under ``key``, which must be one of ``allowed``."""
        written = self.text(key, default)
        if written not in allowed:
            near, known = "".join(nearest(written, allowed, 1)) or "—", ", ".join(allowed)
            message = f"{key} {written} is not known; nearest: {near}; one of: {known}."
            raise malformed(self.at(key), "choice", message, key=key, value=written, nearest=near, known=known)
        return written

    def child(self, key: str) -> Document:
        """Return the mapping under ``key``; an absent or empty one has no keys."""
        node = self.entries.get(key)
        if node is None or _is_null(node):
            return Document(self.path, self.line, MappingProxyType({}))
        if not isinstance(node, MappingNode):
            raise malformed(self.at(key), "mapping-needed", f"{key} must be a mapping.", key=key)
        return _document(Path(node.start_mark.name), node)

    def children(self, key: str) -> tuple[Document, ...]:
        """Return the mappings of the list under ``key``; an absent one is empty."""
        node = self.entries.get(key)
        if node is None or _is_null(node):
            return ()
        if not isinstance(node, SequenceNode) or not all(isinstance(item, MappingNode) for item in node.value):
            raise malformed(self.at(key), "mappings-needed", f"{key} must be a list of mappings.", key=key)
        return tuple(_document(Path(item.start_mark.name), item) for item in node.value)

    def text(self, key: str, default: str | None = None) -> str:
        """Return the text under ``key``; without it the default, and without one an error."""
        node = self.entries.get(key)
        if node is None or _is_null(node):
            if default is None:
                raise self.absent(key)
            return default
        if not isinstance(node, ScalarNode):
            raise malformed(self.at(key), "one-value", f"{key} must be one value.", key=key)
        return str(node.value)

    def optional_text(self, key: str) -> str | None:
        """Return the text under ``key``, or None where the key is absent or null."""
        return self.text(key) if key in self.entries and not _is_null(self.entries[key]) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the list of texts under ``key``; an absent one is empty, a single text is a list of one."""
        node = self.entries.get(key)
        if node is None or _is_null(node):
            return ()
        if isinstance(node, ScalarNode):
            return (str(node.value),)
        if not isinstance(node, SequenceNode) or not all(isinstance(item, ScalarNode) for item in node.value):
            raise malformed(self.at(key), "list-needed", f"{key} must be a list of texts.", key=key)
        return tuple(str(item.value) for item in node.value)

    def number(self, key: str) -> Fraction:
        """Return the number under ``key``, exactly as written; ``5%`` is one twentieth, ``2亿`` two hundred million."""
        written = self.text(key)
        found = exact_number(written)
        if found is None:
            raise not_a_number(self.at(key), key, written)
        return found

    def optional_number(self, key: str) -> Fraction | None:
        """Return the number under ``key``, or None where it is absent or null (source needed)."""
        return self.number(key) if self.optional_text(key) is not None else None

    def integer(self, key: str) -> int:
        """Return the whole number under ``key``."""
        number = self.number(key)
        if number.denominator != 1:
            written = self.text(key)
            message = f"{key} must be a whole number, got {written!r}."
            raise malformed(self.at(key), "not-whole", message, key=key, value=written)
        return int(number)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return the flag under ``key``: ``true`` or ``false``, nothing else."""
        written = self.text(key, default="true" if default else "false")
        if written not in ("true", "false"):
            message = f"{key} must be true or false, got {written!r}."
            raise malformed(self.at(key), "not-a-flag", message, key=key, value=written)
        return written == "true"

    def languages(self, key: str, required: bool = True) -> Mapping[str, str]:
        """Return the words under ``key`` in every language."""
        if not required and key not in self.entries:
            return MappingProxyType({})
        words = self.child(key)
        words.allow(*LANGUAGES)
        return MappingProxyType({language: words.text(language) for language in LANGUAGES})


def not_a_number(place: str, key: str, written: str) -> DocumentError:
    """Return the error of a text that is no number."""
    message = f"{key or 'this'} must be a number such as 5%, 0.05 or 5000万, got {written!r}."
    return malformed(place, "not-a-number", message, key=key, value=written)


def exact_number(written: str) -> Fraction | None:
    """Return what a written number is, exactly; None where it is none.

    >>> exact_number("5%"), exact_number("5000万"), exact_number("five")
    (Fraction(1, 20), Fraction(50000000, 1), None)
    """
    match = _NUMBER.fullmatch(written) if len(written) <= _LONGEST else None
    return Fraction(match[1].replace("_", "")) * _UNITS[match[2]] if match else None


def read_document(path: Path) -> Document:
    """Return the mapping that a YAML file holds.

    Scalars stay text until they are asked for, so ``010`` and ``no`` are what was written. Raises
    ``DocumentError`` where the file is not YAML, holds a key twice, or is no mapping.
    """
    try:
        stream = StringIO(path.read_text(encoding="utf-8"))
        stream.name = str(path)
        node = YAML(typ="safe", pure=True).compose(stream)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise malformed(f"{path}:{line}", "not-yaml", f"not YAML: {error.problem}.", problem=error.problem) from error
    except (UnicodeDecodeError, ReaderError):
        raise malformed(f"{path}:1", "not-utf8", "not UTF-8 text; save the file as UTF-8.") from None
    except RecursionError:
        raise malformed(f"{path}:1", "too-deep", "nested too deep; write it flatter.") from None
    if node is None:
        return Document(path, 1, MappingProxyType({}))
    if not isinstance(node, MappingNode):
        raise malformed(f"{path}:1", "mapping-needed", "the file must hold one mapping.")
    return _document(path, node)


def _document(path: Path, node: MappingNode) -> Document:
    entries: dict[str, Node] = {}
    places: dict[str, str] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise malformed(f"{path}:{line}", "key-not-a-word", "a key must be one word.")
        if key.value in entries:
            message = f"{key.value} stands twice; keep one of them."
            raise malformed(f"{path}:{line}", "key-twice", message, key=key.value)
        entries[str(key.value)] = value
        places[str(key.value)] = f"{key.start_mark.name}:{line}"
    return Document(path, node.start_mark.line + 1, MappingProxyType(entries), MappingProxyType(places))


def _place(node: Node) -> str:
    return f"{node.start_mark.name}:{node.start_mark.line + 1}"


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None and node.value in ("", "null", "~")
