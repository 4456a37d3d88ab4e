"""Why a file can't be read, as a code and its data: what crosses from the child to the parent."""

from __future__ import annotations


class Refusal(Exception):
    """A file is refused; ``code`` has a sentence in both languages and ``data`` fills its blanks."""

    def __init__(self, code: str, **data: object) -> None:
        super().__init__(code, data)
        self.code = code
        self.data = data
