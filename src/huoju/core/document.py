"""Strict YAML: duplicate keys refused, numbers kept as text, every complaint with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from huoju.core.errors import DocumentError
from huoju.core.nearest import nearest

LANGUAGES = ("zh", "en")
_NUMBER = re.compile(r"([+-]?\d[\d_]*(?:\.\d+)?)(%|万|亿|)", re.ASCII)
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
            raise DocumentError(f"{self.place}: one value is needed here.")
        return str(self.node.value)

    def texts(self) -> tuple[str, ...]:
        """Return it as a list of texts; a single text is a list of one."""
        return (self.text(),) if self.is_text else tuple(item.text() for item in self.items())

    def number(self) -> Fraction:
        """Return it as an exact number."""
        found = exact_number(self.text())
        if found is None:
            raise DocumentError(f"{self.place}: a number such as 5%, 0.05 or 5000万 is needed, got {self.text()!r}.")
        return found

    def items(self) -> tuple[Item, ...]:
        """Return it as a list."""
        if not isinstance(self.node, SequenceNode):
            raise DocumentError(f"{self.place}: a list is needed here.")
        return tuple(Item(item) for item in self.node.value)

    def mapping(self) -> Document:
        """Return it as a mapping."""
        if not isinstance(self.node, MappingNode):
            raise DocumentError(f"{self.place}: a mapping is needed here.")
        return _document(Path(self.node.start_mark.name), self.node)


@dataclass(frozen=True, slots=True)
class Document:
    """A mapping of a YAML file whose every reading checks shape and names file and line when it is wrong."""

    path: Path
    line: int
    entries: Mapping[str, Node]

    def keys(self) -> tuple[str, ...]:
        """Return the keys in the order of the file."""
        return tuple(self.entries)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def at(self, key: str) -> str:
        """Return ``file:line`` of a key, or of the mapping where the key is absent."""
        node = self.entries.get(key)
        return f"{self.path}:{self.line}" if node is None else _place(node)

    def allow(self, *keys: str) -> None:
        """Raise ``DocumentError`` at the first key that is not one of ``keys``."""
        for key in self.entries:
            if key not in keys:
                near = nearest(key, keys)
                hint = f"did you mean {near[0]}? " if near else ""
                raise DocumentError(f"{self.at(key)}: unknown key {key!r}; {hint}expected one of {', '.join(keys)}.")

    def item(self, key: str) -> Item:
        """Return the value under ``key``, whatever its shape; an absent one is an error."""
        if key not in self.entries:
            raise DocumentError(f"{self.at(key)}: {key} is needed and absent.")
        return Item(self.entries[key])

    def items(self, key: str) -> tuple[Item, ...]:
        """Return the list under ``key``."""
        return self.item(key).items()

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return the text under ``key``, which must be one of ``allowed``."""
        written = self.text(key, default)
        if written not in allowed:
            near = nearest(written, allowed)
            hint = f"did you mean {near[0]}? " if near else ""
            raise DocumentError(f"{self.at(key)}: {key} {written} is not known; {hint}One of: {', '.join(allowed)}.")
        return written

    def child(self, key: str) -> Document:
        """Return the mapping under ``key``; an absent or empty one has no keys."""
        node = self.entries.get(key)
        if node is None or _is_null(node):
            return Document(self.path, self.line, MappingProxyType({}))
        if not isinstance(node, MappingNode):
            raise DocumentError(f"{self.at(key)}: {key} must be a mapping.")
        return _document(Path(node.start_mark.name), node)

    def children(self, key: str) -> tuple[Document, ...]:
        """Return the mappings of the list under ``key``; an absent one is empty."""
        node = self.entries.get(key)
        if node is None or _is_null(node):
            return ()
        if not isinstance(node, SequenceNode) or not all(isinstance(item, MappingNode) for item in node.value):
            raise DocumentError(f"{self.at(key)}: {key} must be a list of mappings.")
        return tuple(_document(Path(item.start_mark.name), item) for item in node.value)

    def text(self, key: str, default: str | None = None) -> str:
        """Return the text under ``key``; without it the default, and without one an error."""
        node = self.entries.get(key)
        if node is None or _is_null(node):
            if default is None:
                raise DocumentError(f"{self.at(key)}: {key} is needed and absent.")
            return default
        if not isinstance(node, ScalarNode):
            raise DocumentError(f"{self.at(key)}: {key} must be one value.")
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
            raise DocumentError(f"{self.at(key)}: {key} must be a list of texts.")
        return tuple(str(item.value) for item in node.value)

    def number(self, key: str) -> Fraction:
        """Return the number under ``key``, exactly as written; ``5%`` is one twentieth, ``2亿`` two hundred million."""
        written = self.text(key)
        found = exact_number(written)
        if found is None:
            raise DocumentError(f"{self.at(key)}: {key} must be a number such as 5%, 0.05 or 5000万, got {written!r}.")
        return found

    def optional_number(self, key: str) -> Fraction | None:
        """Return the number under ``key``, or None where it is absent or null (source needed)."""
        return self.number(key) if self.optional_text(key) is not None else None

    def integer(self, key: str) -> int:
        """Return the whole number under ``key``."""
        number = self.number(key)
        if number.denominator != 1:
            raise DocumentError(f"{self.at(key)}: {key} must be a whole number, got {self.text(key)!r}.")
        return int(number)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return the flag under ``key``: ``true`` or ``false``, nothing else."""
        written = self.text(key, default="true" if default else "false")
        if written not in ("true", "false"):
            raise DocumentError(f"{self.at(key)}: {key} must be true or false, got {written!r}.")
        return written == "true"

    def languages(self, key: str, required: bool = True) -> Mapping[str, str]:
        """Return the words under ``key`` in every language."""
        if not required and key not in self.entries:
            return MappingProxyType({})
        words = self.child(key)
        words.allow(*LANGUAGES)
        return MappingProxyType({language: words.text(language) for language in LANGUAGES})


def exact_number(written: str) -> Fraction | None:
    """Return what a written number is, exactly; None where it is none.

    >>> exact_number("5%"), exact_number("5000万"), exact_number("five")
    (Fraction(1, 20), Fraction(50000000, 1), None)
    """
    match = _NUMBER.fullmatch(written)
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
        raise DocumentError(f"{path}:{line}: not YAML: {error.problem}.") from error
    if node is None:
        return Document(path, 1, MappingProxyType({}))
    if not isinstance(node, MappingNode):
        raise DocumentError(f"{path}:1: the file must hold one mapping.")
    return _document(path, node)


def _document(path: Path, node: MappingNode) -> Document:
    entries: dict[str, Node] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise DocumentError(f"{path}:{line}: a key must be one word.")
        if key.value in entries:
            raise DocumentError(f"{path}:{line}: {key.value} stands twice; keep one of them.")
        entries[str(key.value)] = value
    return Document(path, node.start_mark.line + 1, MappingProxyType(entries))


def _place(node: Node) -> str:
    return f"{node.start_mark.name}:{node.start_mark.line + 1}"


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None and node.value in ("", "null", "~")
