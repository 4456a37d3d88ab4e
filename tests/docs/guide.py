"""Reading a guide as a person follows it: the files it shows, the commands it types, what it says they print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"`([\w./-]+\.(?:yaml|json|md|csv))`")
_EXIT = re.compile(r"\s+#\s*(?:退出码|exit)\s+(\d+)$")


@dataclass(frozen=True)
class Shown:
    """A file that the guide tells to write."""

    path: str
    text: str


@dataclass(frozen=True)
class Typed:
    """A command that the guide types, the exit code and the lines that it promises."""

    command: str
    code: int
    lines: tuple[str, ...]


def steps(text: str) -> Iterator[Shown | Typed]:
    """Yield what a reader does, in the order of the guide."""
    for block in _BLOCK.finditer(text):
        language, body = block[1], block[2]
        if language == "console":
            yield from _typed(body)
        else:
            yield Shown(_FILE.findall(text[: block.start()])[-1], body)


def _typed(body: str) -> Iterator[Typed]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, *lines = part.strip().splitlines()
        code = _EXIT.search(command)
        yield Typed(_EXIT.sub("", command), int(code[1]) if code else 0, tuple(lines))


def typed(command: str, folder: Path, language: str) -> subprocess.CompletedProcess[str]:
    """Return what a command gives, run in a folder as a person would."""
    program, *arguments = shlex.split(command)
    assert program == "huoju"
    environment = {**os.environ, "HUOJU_LANGUAGE": language, "DJANGO_SETTINGS_MODULE": "huoju.site.settings"}
    call = [sys.executable, "-m", "huoju.cli.main", *arguments]
    return subprocess.run(
        call, cwd=folder, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def missing_lines(promised: tuple[str, ...], printed: str) -> list[str]:
    """Return the promised lines that were not printed in that order; ``…`` stands for anything, blanks don't count."""
    rest = [" ".join(line.split()) for line in printed.splitlines()]
    missing = []
    for line in promised:
        pattern = ".*".join(re.escape(" ".join(part.split())) for part in line.strip().split("…"))
        if line.strip() == "…":
            continue
        place = next((at for at, told in enumerate(rest) if re.fullmatch(pattern, told)), None)
        if place is None:
            missing.append(line)
        else:
            rest = rest[place + 1 :]
    return missing


def mistakes(text: str) -> list[tuple[str, str, str]]:
    """Return the table of mistakes: what stands there, what was written instead, what the program says."""
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", text, re.MULTILINE)
    return [row for row in rows if row[0] != row[1]]
