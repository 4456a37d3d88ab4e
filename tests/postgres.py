"""A PostgreSQL server of a test's own on loopback, where the programs are installed; stopped at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def running_server() -> Iterator[str]:
    """Give the address of a server for the length of a generator, or skip."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = shutil.which("initdb") or (str(found[-1]) if found else None)
    if initdb is None:
        pytest.skip("PostgreSQL is not installed (initdb)")
    account = pwd.getpwuid(os.getuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="huoju-postgres-"))  # where another account may enter
    user: dict[str, object] = {}
    if os.getuid() == 0:
        try:
            account = pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("PostgreSQL does not start as root and there is no account postgres")
        shutil.chown(folder, account)
        user = {"user": account, "env": {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}}
    bin_, data = Path(initdb).parent, folder / "data"
    made = subprocess.run(
        [initdb, "-D", str(data), "-A", "trust", "-U", "office", "-E", "UTF8"],
        capture_output=True,
        check=False,
        **user,  # type: ignore[call-overload]
    )
    if made.returncode:
        pytest.skip(f"PostgreSQL can't be initialised here: {made.stderr.decode()[-200:]}")
    port = _free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    start = [str(bin_ / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"]
    if subprocess.run(start, capture_output=True, check=False, **user).returncode:  # type: ignore[call-overload]
        pytest.skip("PostgreSQL can't be started here")
    try:
        yield f"postgres://office@127.0.0.1:{port}/postgres"
    finally:
        stop = [str(bin_ / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"]
        subprocess.run(stop, capture_output=True, check=False, **user)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
