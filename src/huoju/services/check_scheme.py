"""Check a scheme: does it load, do its worked cases hold, what does no source state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huoju.core.document import read_document
from huoju.core.errors import NothingFound
from huoju.ratings.checking import Failure, failures, read_cases
from huoju.ratings.plan import Prepared
from huoju.ratings.shipped import load_scheme, scheme_files
from huoju.services.home import Home, Who
from huoju.services.schemes import folders_of


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: how many cases were run, those that fail, which versions are drafts."""

    scheme: str
    files: tuple[Path, ...]
    prepared: Prepared
    cases: int
    failures: tuple[Failure, ...]
    drafts: tuple[str, ...]


def check_scheme(*, who: Who, scheme: str, home: Home | None = None) -> Checked:
    """Return what is found of a scheme, named by its id or by its folder; its cases are run.

    Raises ``DocumentError`` with file and line where scheme or cases are malformed, ``NothingFound`` for no scheme.
    """
    folders = list(folders_of(home))
    name = scheme
    own = Path(scheme)
    if own.is_dir() or own.suffix == ".yaml":
        folder = own if own.is_dir() else own.parent
        if not (folder / "scheme.yaml").exists():
            raise NothingFound(
                f"No scheme.yaml in {folder}.", code="file-absent", data={"path": folder / "scheme.yaml"}
            )
        name = read_document(folder / "scheme.yaml").text("id")
        if name != folder.name:
            folder_wrong = {"folder": folder.name, "scheme": name}
            raise NothingFound(f"{folder} holds {name}.", code="scheme-folder-named-otherwise", data=folder_wrong)
        folders.append(folder.parent)
    files = scheme_files(*folders)
    prepared = load_scheme(name, *folders)
    found: list[Failure] = []
    count = 0
    for path in _case_files(files[name]):
        cases = read_cases(path, prepared.scheme)
        count += len(cases)
        found += failures(prepared, cases)
    drafts = tuple(version.id for version in prepared.scheme.versions if prepared.plans[version.id].is_draft)
    return Checked(name, files[name], prepared, count, tuple(found), drafts)


def _case_files(files: Sequence[Path]) -> list[Path]:
    """Return the case files that hold: those of the last file that has some; an overlay may state its own."""
    beside = [path.with_name("cases.yaml") for path in reversed(files) if path.with_name("cases.yaml").exists()]
    return beside[:1]
