"""Peak memory of this process alone: what its parent used does not count."""

from __future__ import annotations

from pathlib import Path


def peak_mb() -> float:
    """Return the high-water mark of this process's memory in MB (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no VmHWM.")
