"""A lane: runs Python with ports, processes, /dev/shm and a temporary folder of its own.

    python tests/lane.py -c "..."        the same Python with these arguments, in a new lane

Lessons and recipes use the guide's ports 8000 to 8002 as a reader would, so two of them run at the same time only where
each has a network to itself. Linux namespaces give that to root and, on most systems, to every user; containers often
refuse. `possible()` tells, and without it the tests run one after the other.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile

# <sched.h>, <sys/mount.h>, <linux/sockios.h>, <sys/prctl.h>
NEW_MOUNTS, NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x00020000, 0x10000000, 0x20000000, 0x40000000
RECURSIVE, PRIVATE = 0x4000, 0x40000
SET_INTERFACE_FLAGS, UP = 0x8914, 0x1
DIE_WITH_PARENT = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *args: object) -> None:
    if getattr(LIBC, name)(*args):
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def _enter() -> None:
    """Leave this machine's network, mounts and (for children) processes; raise OSError where that is refused."""
    user, group = os.getuid(), os.getgid()
    flags = NEW_MOUNTS | NEW_NETWORK | NEW_PROCESSES
    if user:
        _call("unshare", flags | NEW_USER)
        for file, text in ("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1"):
            with open(f"/proc/self/{file}", "w") as handle:
                handle.write(text)
    else:
        _call("unshare", flags)
    _call("mount", None, b"/", None, RECURSIVE | PRIVATE, None)
    _call("mount", b"tmpfs", b"/dev/shm", b"tmpfs", 0, None)
    with socket.socket() as any_socket:  # a new network has only a loopback interface, and that is down
        fcntl.ioctl(any_socket, SET_INTERFACE_FLAGS, struct.pack("16sh", b"lo", UP))


def _first_process(command: list[str]) -> int:
    """Be the lane's process 1: see only the lane in /proc, run the command, and bury every orphan until it ends."""
    _call("prctl", DIE_WITH_PARENT, signal.SIGKILL)
    _call("mount", b"proc", b"/proc", b"proc", 0, None)
    child = os.posix_spawn(command[0], command, os.environ)
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status) & 0xFF


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="triton-course-lane-", ignore_cleanup_errors=True) as folder:
        os.environ["TMPDIR"] = folder  # where the library keeps which server has which ports
        for ending in (signal.SIGTERM, signal.SIGHUP):  # the folder goes too
            signal.signal(ending, lambda number, _: sys.exit(128 + number))
        _enter()
        first = os.fork()  # the calling process stays outside; its first child is process 1 of the lane
        if not first:
            status = 1
            with contextlib.suppress(KeyboardInterrupt):
                status = _first_process([sys.executable, *arguments])
            os._exit(status)  # the end of process 1 ends everything in the lane
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C reaches the lane by itself
                return os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF


def possible() -> str:
    """Return "" where this machine allows a lane, else what it answers."""
    probe = subprocess.run([sys.executable, __file__, "-c", "pass"], capture_output=True, text=True)
    return "" if not probe.returncode else probe.stderr.strip().rpartition("\n")[2] or f"exit {probe.returncode}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
