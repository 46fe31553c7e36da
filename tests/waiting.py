"""What tests wait for: a condition, a count that stands still, a process's end; and a port that is free."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from pathlib import Path


def until(true: Callable[[], object], seconds: float = 15) -> None:
    """Return when `true()` is; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"did not happen in {seconds:g} s"
        time.sleep(0.05)


def settled(read: Callable[[], object]) -> object:
    """Return what `read()` has said for half a second: the server counts a request just after its answer."""
    seen, since = read(), time.monotonic()

    def stands_still() -> bool:
        nonlocal seen, since
        if (now := read()) != seen:
            seen, since = now, time.monotonic()
        return time.monotonic() - since > 0.5

    until(stands_still)
    return seen


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
