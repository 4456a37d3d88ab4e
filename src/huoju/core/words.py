"""The words that a user reads, looked up by code in one of the two languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ruamel.yaml.nodes import MappingNode

from huoju.core.document import LANGUAGES, Document, read_document
from huoju.core.errors import DocumentError

_BLANK = re.compile(r"\{([a-z_0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language; a code is the path of keys joined by dots, as ``finding.not-a-number``."""

    language: str
    sentences: Mapping[str, str]

    def say(self, code: str, data: Mapping[str, object] | None = None) -> str:
        """Return the sentence with its blanks filled; a blank without a value reads ``?``.

        Raises ``KeyError`` where the language lacks the code.
        """
        values = data or {}
        return _BLANK.sub(lambda blank: str(values.get(blank[1], "?")), self.sentences[code])

    def __contains__(self, code: str) -> bool:
        return code in self.sentences


def read_words(folder: Path, language: str) -> Words:
    """Return the words of one language from ``folder/<language>/*.yaml``.

    Raises ``DocumentError`` where two files hold the same code, ``ValueError`` for another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"Languages are {', '.join(LANGUAGES)}; got {language!r}.")
    sentences: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.yaml")):
        for code, sentence in _flatten(read_document(path), ""):
            if code in sentences:
                raise DocumentError(f"{path}: {code} stands in two files; keep one of them.")
            sentences[code] = sentence
    return Words(language, MappingProxyType(sentences))


def _flatten(document: Document, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key in document.keys():
        if isinstance(document.entries[key], MappingNode):
            found += _flatten(document.child(key), f"{prefix}{key}.")
        else:
            found.append((prefix + key, document.text(key)))
    return found
