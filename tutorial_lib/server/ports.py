"""Who listens on a TCP port of this machine: read from /proc, so no extra package and no root rights."""

from __future__ import annotations

import os
import pwd
import socket
from dataclasses import dataclass
from pathlib import Path

LISTEN = "0A"  # the kernel's code for a listening socket in /proc/net/tcp


@dataclass(frozen=True)
class Holder:
    """A program that listens on `port`; pid and command are None where another user's process hides them."""

    port: int
    pid: int | None = None
    command: str | None = None
    user: str | None = None

    def __str__(self) -> str:
        if self.pid is None:
            return f"a program of user {self.user}" if self.user else "another program"
        return f"{self.command!r} (pid {self.pid})"


def _listening(port: int) -> dict[str, int]:
    """Return {inode: uid} of the sockets that listen on `port`, on IPv4 and IPv6."""
    found = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:  # no IPv6, or not Linux
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == LISTEN and int(fields[1].rsplit(":", 1)[1], 16) == port:
                found[fields[9]] = int(fields[7])
    return found


def _sockets(pid: int | str) -> set[str]:
    """Return the inodes of the sockets that process `pid` holds open; empty where we may not look."""
    inodes = set()
    try:
        for fd in os.scandir(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(fd.path)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    except OSError:
        pass
    return inodes


def listens(pid: int, port: int) -> bool:
    """Say whether process `pid` itself holds the socket that listens on `port`: the proof that a server is ours."""
    return bool(_sockets(pid) & set(_listening(port)))


def command_of(pid: int) -> str:
    """Return the command line of `pid`, at most 80 characters."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").decode(errors="replace").split("\0")
    except OSError:
        return "?"
    text = " ".join([os.path.basename(words[0]), *words[1:]])
    return text if len(text) <= 80 else text[:77] + "..."


def holder(port: int) -> Holder | None:
    """Return who listens on `port` of this machine (any address), or None when it is free."""
    wanted = _listening(port)
    if not wanted:
        return None if _can_bind(port) else Holder(port)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if _sockets(pid) & set(wanted):
            return Holder(port, int(pid), command_of(int(pid)))
    uid = next(iter(wanted.values()))
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:
        user = str(uid)
    return Holder(port, user=user)


def _can_bind(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as tritonserver does: TIME_WAIT is no obstacle
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Return `count` ports that are free now, chosen by the operating system."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()
