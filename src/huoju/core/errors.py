"""Every exception that huoju raises on purpose, as one family.

HuojuError                  root: catch this at a door
├── DocumentError           a YAML file of ours is malformed: file, line, expected, next
├── RefusedDelivery         a delivery can't be taken as a whole; carries the findings that say why
├── NothingFound            what was asked for is not in the home: an enterprise, a variable, a file
├── Forbidden               whoever asks may not: no role of theirs, no such account, no such purpose
├── HomeError               the home directory can't be used: not writable, of a newer version, locked
├── EngineError             the engine that was asked for is none, is not installed, or does not answer
└── PolicyError             a policy, plan or argument contradicts itself

An exception carries a code of ``locale`` and the data of its sentence, so that a door can say it in the
user's language; ``str(error)`` is the developer's English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huoju.core.finding import Finding


class HuojuError(Exception):
    """The root of all errors raised on purpose; ``code`` and ``data`` give the sentence a user reads."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, data: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.data: dict[str, object] = dict(data or {})


class DocumentError(HuojuError):
    """A YAML document of ours is malformed; the message names file and line."""

    code = "document-malformed"


def malformed(place: str, code: str, message: str, **data: object) -> DocumentError:
    """Return the error of a malformed document: file and line, and what a user reads of it in both languages."""
    return DocumentError(f"{place}: {message}", code=f"document-{code}", data={"place": place, **data})


class RefusedDelivery(HuojuError):
    """A delivery is refused as a whole and nothing of it was kept."""

    code = "delivery-refused"

    def __init__(self, message: str, *, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class NothingFound(HuojuError):
    """What was asked for is not in the home."""

    code = "nothing-found"


class Forbidden(HuojuError):
    """Whoever asks may not; the sentence says who may."""

    code = "forbidden"


class HomeError(HuojuError):
    """The home directory can't be used."""

    code = "home-unusable"


class EngineError(HuojuError):
    """The engine that was asked for can't run; the sentence says what to do."""

    code = "engine-unusable"


class PolicyError(HuojuError):
    """A policy or an argument contradicts itself."""

    code = "policy-malformed"
