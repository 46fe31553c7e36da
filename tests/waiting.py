"""What tests wait for: a condition, a count that stands still, a request at work, a process's end; and what they use:
a port that is free, a process's children and the processor time of a server."""

from __future__ import annotations

import contextlib
import os
import socket
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tutorial_lib.server import Server


def until(true: Callable[[], object], seconds: float = 15) -> None:
    """Return when `true()` is; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"did not happen in {seconds:g} s"
        time.sleep(0.05)


def settled(read: Callable[[], object]) -> object:
    """Return what `read()` has said for a second: the server counts a request just after its answer."""
    seen, since = read(), time.monotonic()

    def stands_still() -> bool:
        nonlocal seen, since
        if (now := read()) != seen:
            seen, since = now, time.monotonic()
        return time.monotonic() - since > 1

    until(stands_still)
    return seen


def crashed(server: Server | None, during: str) -> bool:
    """Say whether Triton itself has crashed under a test, which may then ask a new server once more.

    Seen in one of some 70 runs of all tests: glibc finds the heap damaged while a model is replaced. The summary of the
    test run tells of each; the third of a run is a failure.
    """
    deadline = time.monotonic() + 5  # the process ends after its connections, and its guard writes how it ended
    while server and server.alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    how = server.why_ended() if server else ""
    if not how.startswith(("killed by signal 6 ", "killed by signal 7 ", "killed by signal 11 ")):
        return False
    folder = Path(os.environ["TRITON_COURSE_CRASHES"])
    (folder / f"{time.time_ns()}.again").write_text(f"{during}: {how}")
    return len(list(folder.glob("*.again"))) <= 2


def at_work(server: Server) -> bool:
    """Say whether slow_echo is working on a request."""
    with urllib.request.urlopen(f"http://{server.metrics_url}/metrics", timeout=20) as reply:
        return b'sleepers_running{model="slow_echo"} 1' in reply.read()


def children(pid: int) -> set[int]:
    """Return a process's children, whichever of its threads has started them."""
    found = set()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that ends
            found |= set(map(int, file.read_text().split()))
    return found


def processor_seconds(server: Server) -> float:
    """Return the processor time that a server and its Python models have used: other programs do not add to it."""
    pids = {server.pid} | children(server.pid)
    stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split() for pid in pids]
    return sum(int(ticks) for stat in stats for ticks in stat[11:13]) / os.sysconf("SC_CLK_TCK")


def gone(pid: int) -> bool:
    """Say whether a process has ended, waited for or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] == "Z"
    except OSError:  # no such file, or the process ends between open and read
        return True


def free_port(row: int = 1) -> int:
    """Return the first of `row` neighboring ports that are all free: `serve --port` takes three."""
    while True:
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError, OverflowError):
            first = stack.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            for more in range(1, row):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port + more))
            return port
