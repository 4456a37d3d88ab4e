"""Make a made-up zone on disk."""

from __future__ import annotations

from pathlib import Path

from huoju.core.errors import PolicyError
from huoju.sandbox import ZoneReport, economies, make_zone


def make_sandbox(*, folder: Path, enterprises: int, months: int, seed: int, economy: str = "usual") -> ZoneReport:
    """Write the zone into ``folder``, which must be new or empty.

    Raises ``PolicyError`` where it holds something, where the zone would be too small to be one, or for an
    ``economy`` that there is not.
    """
    if folder.exists() and any(folder.iterdir()):
        raise PolicyError(f"{folder} is not empty.", code="folder-not-empty", data={"path": str(folder)})
    if economy not in economies():
        known = ", ".join(economies())
        raise PolicyError(f"No economy {economy}.", code="economy-unknown", data={"economy": economy, "known": known})
    try:
        return make_zone(enterprises=enterprises, months=months, seed=seed, folder=folder, economy=economy)
    except ValueError as error:
        raise PolicyError(
            str(error), code="zone-too-small", data={"enterprises": enterprises, "months": months}
        ) from error
