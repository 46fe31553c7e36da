"""The closed loops that send requests.

Run as a program, this file reads a pickled plan from stdin and writes a pickled finding to stdout.

A finding holds the `times` of every good answer as (sent, done) in seconds after the start of the measured window, how
many requests were `sent`, the `errors` by status with a sample of each, the first and last good answer as (head, body),
and how much of a core this process used.
"""

from __future__ import annotations

import gc
import pickle
import re
import select
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

TIMEOUT = 120  # seconds that one answer may take
METHOD = "/inference.GRPCInferenceService/ModelInfer"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


def in_child(plan: dict[str, Any]) -> dict[str, Any]:
    """Run the loop that `plan` names in a separate process and return what it found."""
    child = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        reply, _ = child.communicate(pickle.dumps(plan), timeout=plan["warmup"] + plan["seconds"] + TIMEOUT + 30)
    except subprocess.TimeoutExpired:
        return {"failed": f"no answer within {TIMEOUT} s"}
    finally:
        child.kill()  # also if this process is interrupted: no load must go on without it
        child.wait()
    return pickle.loads(reply) if reply else {"failed": f"the load generator ended with status {child.returncode}"}


class Log:
    """What has been answered so far. Times are those of time.perf_counter."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.began = time.perf_counter(), time.process_time()
        self.start = self.began[0] + plan["warmup"]
        self.stop = self.start + plan["seconds"]
        self.times: list[tuple[float, float]] = []
        self.sent = 0
        self.errors: Counter[str] = Counter()
        self.samples: dict[str, str] = {}
        self.first: tuple[bytes, Any] | None = None
        self.last: tuple[bytes, Any] | None = None

    def good(self, sent: float, done: float, head: bytes, body: Any) -> None:
        """Record a good answer."""
        self.times.append((sent, done))
        self.last = (head, body)
        if self.first is None:
            self.first = self.last

    def error(self, status: str, message: str) -> None:
        """Record a refusal."""
        self.errors[status] += 1
        self.samples.setdefault(status, " ".join(message.split())[:300])

    def finding(self) -> dict[str, Any]:
        """Return everything, with times relative to the start of the window."""
        wall, cpu = time.perf_counter() - self.began[0], time.process_time() - self.began[1]
        times = [(sent - self.start, done - self.start) for sent, done in self.times]
        return {
            "times": times, "sent": self.sent, "errors": dict(self.errors), "samples": self.samples,
            "answers": [answer for answer in (self.first, self.last) if answer],
            "cpu": cpu / wall,
        }  # fmt: skip


# ----------------------------------------------------------------------------------------------------------------- HTTP


class Connection:
    """A keep-alive connection with at most one request in flight."""

    __slots__ = ("at", "buffer", "rest", "socket")

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.socket.setblocking(False)
        self.buffer = b""  # the part of an answer that has arrived so far
        self.rest: memoryview | None = None  # the part of a request that the socket has not taken yet
        self.at = 0.0  # when the request was sent


def http_loop(plan: dict[str, Any]) -> dict[str, Any]:
    """Keep `clients` connections busy with one thread and epoll."""
    host, _, port = plan["url"].partition("/")[0].partition(":")
    address, request, now = (host, int(port or 80)), plan["request"], time.perf_counter
    poll, readable, writable = select.epoll(), select.EPOLLIN, select.EPOLLOUT
    connections: dict[int, Connection] = {}
    log = Log(plan)  # its clock starts when the connections are there

    def open_one() -> None:
        connection = Connection(address)
        connections[connection.socket.fileno()] = connection
        poll.register(connection.socket, readable)
        send(connection, now())

    def close(connection: Connection) -> None:
        del connections[connection.socket.fileno()]
        connection.socket.close()  # leaves the poll by itself

    def send(connection: Connection, at: float) -> None:
        connection.at, connection.buffer = at, b""
        log.sent += 1
        try:
            taken = connection.socket.send(request)
        except OSError:  # closed by the server while idle; the poll says so too
            return
        if taken < len(request):
            connection.rest = memoryview(request)[taken:]
            poll.modify(connection.socket, readable | writable)

    def send_rest(connection: Connection) -> None:
        try:
            connection.rest = connection.rest[connection.socket.send(connection.rest) :]
        except BlockingIOError:
            return
        except OSError:
            connection.rest = b""
        if not connection.rest:
            connection.rest = None
            poll.modify(connection.socket, readable)

    def replace(connection: Connection) -> None:
        close(connection)
        if now() < log.stop:
            try:
                open_one()
            except OSError as error:  # the server is gone: this client leaves
                log.sent += 1
                log.error("refused", str(error))

    def lost(connection: Connection, why: str) -> None:
        log.error("closed", why)
        replace(connection)

    for _ in range(plan["clients"]):
        try:
            open_one()
        except OSError as error:
            return {"failed": f"nothing answers at {host}:{port}: {error}"}
    usual, size = b"\0", -1  # head and total length of the latest good answer: the next one usually has the same
    while connections:
        events = poll.poll(TIMEOUT)
        if not events:
            return {"failed": f"no answer within {TIMEOUT} s"}
        for number, event in events:
            connection = connections[number]
            if connection.rest is not None and event & writable:
                send_rest(connection)
            if not event & ~writable:
                continue
            try:
                data = connection.socket.recv(1 << 16)  # a buffer of 1 MiB takes twice as long
            except BlockingIOError:
                continue
            except OSError as error:
                lost(connection, str(error))
                continue
            if not data:
                lost(connection, "the server closed the connection before it had answered")
                continue
            if connection.buffer:
                data = connection.buffer + data
            if len(data) == size and data.startswith(usual):
                head, status, closing = usual, b"200", None
            else:
                head = whole(data)
                if head is None:
                    connection.buffer = data
                    continue
                status, closing = head[9:12], CLOSE.search(head)
                cached = status == b"200" and LENGTH.search(head) and not closing
                usual, size = (head, len(data)) if cached else (b"\0", -1)
            done = now()
            if status == b"200":
                log.good(connection.at, done, head, data[len(head) :])
            else:
                log.error(status.decode(), data[len(head) :].decode(errors="replace"))
            if done >= log.stop or closing:
                replace(connection)
            else:
                send(connection, done)
    return log.finding()


def whole(data: bytes) -> bytes | None:
    """Return the head of an answer if the whole answer is there."""
    end = data.find(b"\r\n\r\n") + 4
    if end < 4:
        return None
    head = data[:end]
    length = LENGTH.search(head)
    if length:
        return head if len(data) >= end + int(length[1]) else None
    if CHUNKED.search(head):
        return head if data.endswith(b"\r\n0\r\n\r\n") else None
    return head  # no body at all


def unchunked(head: bytes, body: Any) -> Any:
    """Return the body of an answer without the lengths that chunked encoding inserts."""
    if not CHUNKED.search(head):
        return body
    whole, rest = b"", body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if length == 0:
            break
        whole, rest = whole + rest[:length], rest[length + 2 :]
    return whole


# ----------------------------------------------------------------------------------------------------------------- gRPC


def grpc_loop(plan: dict[str, Any]) -> dict[str, Any]:
    """Keep `clients` calls in flight on one channel; no message is parsed here."""
    import asyncio

    import grpc

    async def client(call: Callable, log: Log, body: bytes) -> None:
        sent = time.perf_counter()
        while sent < log.stop:
            log.sent += 1
            try:
                answer = await call(body, timeout=TIMEOUT)
                done = time.perf_counter()
                log.good(sent, done, b"", answer)
            except grpc.aio.AioRpcError as error:
                done = time.perf_counter()
                log.error(error.code().name, error.details() or "")
                if error.code() is grpc.StatusCode.UNAVAILABLE:
                    await asyncio.sleep(0.05)  # nothing is there, or not yet: do not ask in a busy loop
            sent = done

    async def main() -> dict[str, Any]:
        unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        async with grpc.aio.insecure_channel(plan["url"], options=unlimited) as channel:
            try:
                await asyncio.wait_for(channel.channel_ready(), 10)
            except asyncio.TimeoutError:
                return {"failed": f"nothing answers gRPC at {plan['url']}"}
            call, log = channel.unary_unary(METHOD), Log(plan)
            await asyncio.gather(*[client(call, log, plan["body"]) for _ in range(plan["clients"])])
        return log.finding()

    return asyncio.run(main())


# ----------------------------------------------------------------------------------------------------------- in process


def call_loop(function: Callable[[], Any], clients: int, seconds: float, warmup: float) -> dict[str, Any]:
    """Call a function in `clients` threads of this process."""
    log, lock = Log({"seconds": seconds, "warmup": warmup}), threading.Lock()

    def client() -> None:
        sent = time.perf_counter()
        while sent < log.stop:
            try:
                answer, error = function(), None
            except Exception as raised:
                answer, error = None, raised
            done = time.perf_counter()
            with lock:
                log.sent += 1
                if error is None:
                    log.good(sent, done, b"", answer)
                else:
                    log.error(type(error).__name__, str(error))
            sent = done

    threads = [threading.Thread(target=client) for _ in range(clients - 1)]
    for thread in threads:
        thread.start()
    client()
    for thread in threads:
        thread.join()
    return log.finding()


if __name__ == "__main__":
    gc.disable()  # nothing here makes reference cycles, and a collection would show up as a slow answer
    plan = pickle.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(pickle.dumps({"http": http_loop, "grpc": grpc_loop}[plan["loop"]](plan)))
