"""Keep track of the course servers that run for this user: a small folder for each, and a lock for each port.

The folder `<tmp>/triton-course-<uid>/<id>/` holds `server.json` (ports, models, owner), `pid`, `server.log`, the
assembled backends, and `exit.json` once the server has ended. It is removed together with the server.
"""

from __future__ import annotations

import contextlib
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

from .handle import ServerError

SAFE_PATH = re.compile(r"[A-Za-z0-9_./+-]+")  # anything else hangs or breaks tritonserver's start
SHM_PREFIX = "triton_course_"


def base() -> Path:
    """Return this user's folder for running servers; it is made on first use, and nobody else can read it."""
    parent = tempfile.gettempdir()
    folder = Path(parent if SAFE_PATH.fullmatch(parent) else "/tmp") / f"triton-course-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:  # a file of that name
        pass
    except OSError as error:
        raise no_room(error) from None
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise ServerError(f"{folder} is not a folder of this user.\nTry: remove it, or set TMPDIR to another folder")
    return folder


def no_room(error: object) -> ServerError:
    """Return the error that explains why the course's own files cannot be made."""
    why = re.search(r"\[Errno \d+\] ([^:]+)", str(error))
    return ServerError(
        f"the server's own files cannot be made in {tempfile.gettempdir()}: {why[1] if why else error}.\n"
        "Expected: a folder of this user with 5 MB free. Try: free some space there, or set TMPDIR to another"
    )


def open_locks() -> int:
    """Return a descriptor for `lock_port()`. Its locks last until every copy of it is closed (the guard has one)."""
    try:
        return os.open(base() / "ports.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise no_room(error) from None


def lock_port(locks: int, port: int) -> bool:
    """Take this user's lock on `port`; return False while another course server has it.

    It locks the byte at offset `port`, with an "open file description" lock, because that passes on to the guard.
    """
    request = struct.pack("hhqqi0q", fcntl.F_WRLCK, os.SEEK_SET, port, 1, 0)
    try:
        fcntl.fcntl(locks, fcntl.F_OFD_SETLK, request)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _guards(pid: int, folder: str | Path) -> bool:
    """Say whether process `pid` is the guard of the server in `folder`; another program may have the pid by now."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")  # empty if it is a zombie
    except OSError:
        return False
    return os.fsencode(f"{folder}/spec.json") in words


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""  # a zombie has none
    except OSError:
        return False


def entries() -> list[dict]:
    """Return what is known about each running course server, oldest first; remove what crashed ones left behind."""
    found = []
    for path in sorted(base().glob("*/server.json")):
        try:
            entry = json.loads(path.read_text())
        except (OSError, ValueError):  # just being written, or just gone
            continue
        if _guards(entry["guard"], path.parent):
            found.append({**entry, "folder": str(path.parent)})
        elif not _alive(entry["owner"]):
            _sweep(path.parent, entry)
    return sorted(found, key=lambda entry: entry["started"])


def _sweep(folder: Path, entry: dict) -> None:
    """Remove what a guard could not remove because it was killed itself."""
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
    """Say in one line whose server this is."""
    minutes = int(time.time() - entry["started"]) // 60
    age = "just now" if minutes < 1 else f"{minutes} min ago"
    return f"the Triton server that {entry['owner_name']!r} (pid {entry['owner']}) started {age}"


def end(entry: dict, timeout: float = 20.0) -> bool:
    """Ask the guard of a running server to end it; return whether it did so within `timeout` seconds."""
    guard, deadline = entry["guard"], time.monotonic() + timeout
    with contextlib.suppress(ProcessLookupError):
        if _guards(guard, entry["folder"]):
            os.kill(guard, signal.SIGTERM)
    while _guards(guard, entry["folder"]):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
