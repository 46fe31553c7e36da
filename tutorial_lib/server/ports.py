"""Find out who listens on a TCP port of this machine, from /proc, so without an extra package or root rights."""

from __future__ import annotations

import errno
import os
import pwd
import socket
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

LISTEN = "0A"  # the kernel's code for a listening socket in /proc/net/tcp
LOOPBACK = "0100007F", "00000000000000000000000001000000"  # how it writes 127.0.0.1 and ::1


@dataclass(frozen=True)
class Holder:
    """A program that listens on `port`; pid and command are None if another user's process hides them."""

    port: int
    pid: int | None = None
    command: str | None = None
    user: str | None = None

    def __str__(self) -> str:
        if self.pid is None:
            return f"a program of user {self.user}" if self.user else "another program"
        return f"{self.command!r} (pid {self.pid})"


def _table() -> Iterator[list[str]]:
    """Yield the kernel's fields for each TCP socket: 1 and 2 are the addresses, 3 the state, 7 the uid, 9 the inode.

    This takes milliseconds however few sockets there are, because the kernel walks through its whole table.
    """
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:  # no IPv6, or not Linux
            continue
        yield from map(str.split, lines)


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1], 16)


def _listening(port: int) -> dict[str, int]:
    """Return {inode: uid} of the sockets that listen on `port`, on IPv4 and IPv6."""
    return {row[9]: int(row[7]) for row in _table() if row[3] == LISTEN and _port(row[1]) == port}


def sockets(pid: int | str) -> dict[str, int]:
    """Return {inode: descriptor} of the sockets that process `pid` holds open; empty if we may not look."""
    found = {}
    try:
        for fd in os.scandir(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(fd.path)
            except OSError:
                continue
            if target.startswith("socket:["):
                found[target[8:-1]] = int(fd.name)
    except OSError:
        pass
    return found


def hang_up(servers: set[int]) -> None:
    """End this process's connections to these ports of this machine, as their server will do when it ends.

    No other socket is touched, because Python would make it non-blocking if the program has a default timeout.
    """
    own = sockets("self")
    for row in _table():
        host = row[2].split(":")[0]
        if row[9] in own and _port(row[2]) in servers and (host.endswith(LOOPBACK[0]) or host == LOOPBACK[1]):
            try:
                connection = socket.socket(fileno=own[row[9]])
            except OSError:  # closed in the meantime
                continue
            try:
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            finally:
                connection.detach()  # the descriptor stays its owner's


def listens(pid: int, ports: Collection[int]) -> bool:
    """Say whether process `pid` itself holds the sockets that listen on `ports`, which proves that a server is ours."""
    held = sockets(pid)
    return set(ports) <= {_port(row[1]) for row in _table() if row[3] == LISTEN and row[9] in held}


def command_of(pid: int) -> str:
    """Return the command line of `pid`, cut to 80 characters."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").decode(errors="replace").split("\0")
    except OSError:
        return "?"
    text = " ".join([os.path.basename(words[0]), *words[1:]])
    return text if len(text) <= 80 else text[:77] + "..."


def holder(port: int) -> Holder | None:
    """Return who listens on `port` of this machine (at any address), or None if it is free."""
    wanted = _listening(port)
    if not wanted:
        return None if _can_bind(port) else Holder(port)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if sockets(pid).keys() & wanted.keys():
            return Holder(port, int(pid), command_of(int(pid)))
    uid = next(iter(wanted.values()))
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:
        user = str(uid)
    return Holder(port, user=user)


def allowed(port: int) -> bool:
    """Say whether this user may listen on `port` at all; ports below 1024 are usually root's."""
    return _binding(port) not in (errno.EACCES, errno.EPERM)


def _can_bind(port: int) -> bool:
    return _binding(port) == 0


def _binding(port: int) -> int:
    """Return the error number of an attempt to bind `port`, or 0 if it works."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as tritonserver does: TIME_WAIT is no obstacle
        try:
            sock.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno
    return 0


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
