"""What benchmarks measure with: peak memory of this process alone, and the Python in which peers run."""

from __future__ import annotations

import os
from pathlib import Path


def peak_mb() -> float:
    """Return the high-water mark of this process's memory in MB (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no VmHWM.")


def peers_python() -> Path | None:
    """Return the Python that has requirements/bench.txt: ``HUOJU_PEERS``, else the one `make bench` makes, or None."""
    named = os.environ.get("HUOJU_PEERS")
    path = Path(named) if named else Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
    return path if path.exists() else None
