"""Which course servers run for this user: one small folder each, and one lock for each port.

The folder `<tmp>/triton-course-<uid>/<id>/` holds `server.json` (ports, models, owner), `pid`, `server.log`, the
assembled backends, and `exit.json` once the server has ended. It goes with the server.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import stat
import struct
import tempfile
import time
from pathlib import Path

SAFE_PATH = re.compile(r"[A-Za-z0-9_./+-]+")  # anything else hangs or breaks tritonserver's start
SHM_PREFIX = "triton_course_"


def base() -> Path:
    """Return this user's folder for running servers; made on first use, readable by nobody else."""
    parent = tempfile.gettempdir()
    folder = Path(parent if SAFE_PATH.fullmatch(parent) else "/tmp") / f"triton-course-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise OSError(f"{folder} is not a folder of this user: somebody else made it. Try: remove it, or set TMPDIR")
    return folder


def open_locks() -> int:
    """Return a descriptor for `lock_port()`; its locks last until every copy of it is closed (the guard has one)."""
    return os.open(base() / "ports.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def lock_port(locks: int, port: int) -> bool:
    """Take this user's lock on `port`; False while another course server has it.

    The byte at offset `port` is locked. An "open file description" lock, because it passes on to the guard.
    """
    request = struct.pack("hhqqi0q", fcntl.F_WRLCK, os.SEEK_SET, port, 1, 0)
    try:
        fcntl.fcntl(locks, fcntl.F_OFD_SETLK, request)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except (OSError, IndexError):
        return True  # not Linux


def entries() -> list[dict]:
    """Return what is known of each running course server, oldest first; remove what crashed ones left behind."""
    found = []
    for path in sorted(base().glob("*/server.json")):
        try:
            entry = json.loads(path.read_text())
        except (OSError, ValueError):  # just being written, or just gone
            continue
        if _alive(entry["guard"]):
            found.append({**entry, "folder": str(path.parent)})
        elif not _alive(entry["owner"]):
            _sweep(path.parent, entry)
    return sorted(found, key=lambda entry: entry["started"])


def _sweep(folder: Path, entry: dict) -> None:
    """Remove what a guard that was itself killed could not."""
    try:
        server = int((folder / "pid").read_text())
        with open(f"/proc/{server}/cmdline", "rb") as f:  # a reused pid belongs to somebody else
            if b"tritonserver" in f.read():
                os.kill(server, signal.SIGKILL)
    except (OSError, ValueError):
        pass
    for left in Path("/dev/shm").glob(f"{entry['shm_prefix']}*"):
        left.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def entry_on(port: int) -> dict | None:
    """Return the running course server that uses `port`, or None."""
    return next((entry for entry in entries() if port in entry["ports"]), None)


def describe(entry: dict) -> str:
    """Return one line: whose server this is."""
    minutes = int(time.time() - entry["started"]) // 60
    age = "just now" if minutes < 1 else f"{minutes} min ago"
    return f"the Triton server that {entry['owner_name']!r} (pid {entry['owner']}) started {age}"


def end(entry: dict, timeout: float = 20.0) -> None:
    """Ask the guard of a running server to end it, and wait until it has."""
    try:
        os.kill(entry["guard"], signal.SIGTERM)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + timeout
    while _alive(entry["guard"]) and time.monotonic() < deadline:
        time.sleep(0.02)
