"""Lesson 27, one server is not enough: what may be sent twice, and a client that chooses among replicas."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from . import Exercise, NotYetError
from .asking import HTTP, called, client, letters

PATIENCE = 10  # seconds, for three replicas


def _twice(answer) -> None:
    found = letters(answer, "abcdef")
    never = {
        "b": "b: the replica may have counted this step already, and the other one never saw the sequence begin",
        "c": "c: the customer has the first words; a second answer would start over after them",
        "d": "d: 3.7 MB is more than the balancer's buffer holds, and it cannot send again what it no longer has",
        "f": "f: the balancer refuses it, so no replica ever begins it",
    }
    for letter in sorted(found & set(never)):
        raise NotYetError(never[letter])
    for letter, what in {"a": "a batch is an inference too", "e": "reading a config changes nothing"}.items():
        if letter not in found:
            raise NotYetError(f"{letter} is missing: {what}, and it is small, so it can be sent again")


def _chooses(answer) -> None:
    with client():  # else a missing server would look like the learner's mistake
        pass
    other = HTTP.replace("localhost", "127.0.0.1")
    with _port(listens=False) as dead, _port(listens=True) as hung:
        found = _in_time(answer, [dead, HTTP])
        if found != HTTP:
            raise NotYetError(f"the first of two replicas is dead, and your function returned {found!r}, not {HTTP!r}")
        found = _in_time(answer, [HTTP, other])
        if found != HTTP:
            raise NotYetError(f"both replicas are ready, and your function returned {found!r}, not the first of them")
        begun = time.monotonic()
        found = _in_time(answer, [hung, dead, other])
        patient = time.monotonic() - begun > PATIENCE / 3
        if found == hung:
            raise NotYetError(
                "it chose a replica that accepts connections but never answers: ask each one whether it is ready"
            )
        if found != other:
            raise NotYetError(f"only the last of three replicas is ready, and your function returned {found!r}")
        with _live() as live:
            found = _in_time(answer, [live, HTTP])
        if found == live:
            raise NotYetError(
                "it chose a replica that is live but has not loaded its models: ask each one whether it is ready"
            )
        if found != HTTP:
            raise NotYetError(
                f"the first of two replicas is live but not ready, and your function returned {found!r}, not {HTTP!r}"
            )
        # only who waits long for one of them has to show that three are not too much: this takes that long
        found = _in_time(answer, [hung] * 3 if patient else [dead, hung])
        if found is not None:
            raise NotYetError(f"no replica is ready, and your function returned {found!r}, not None")


@contextlib.contextmanager
def _port(listens: bool) -> Iterator[str]:
    """The address of a dead replica; or of one that hangs: it accepts the connection and never says a word."""
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        if listens:
            port.listen()
        yield f"localhost:{port.getsockname()[1]}"


@contextlib.contextmanager
def _live() -> Iterator[str]:
    """The address of a replica that is live but not ready, like one that is still loading its models."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/v2/health/live" else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Say nothing: stderr is the learner's notebook."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"localhost:{server.server_port}"
        finally:
            server.shutdown()


def _in_time(function: Callable, urls: list[str]) -> object:
    """Return what the learner's function finds; NotYetError where it waits for the replica that hangs."""
    found: futures.Future = futures.Future()

    def run() -> None:
        try:
            found.set_result(called(function, urls))
        except NotYetError as error:
            found.set_exception(error)

    Thread(target=run, daemon=True).start()  # the port that hangs is closed after the check, which ends this thread
    try:
        return found.result(PATIENCE)
    except futures.TimeoutError:
        raise NotYetError(
            f"no answer from {len(urls)} replicas within {PATIENCE} s: some accept the connection but never answer, "
            "so limit the wait for each"
        ) from None


EXERCISES = [
    Exercise(
        "27.1",
        "predict",
        "May it be sent again?",
        _twice,
        (
            "Does it change anything? Has its customer seen part of the answer? Does the balancer still have it all?",
            "Two of the six are left: one inference, and one question.",
        ),
        'check("27.1", "ae")',
        "what is small, changes nothing and is not yet partly answered can be sent again; the rest is up to the client",
    ),
    Exercise(
        "27.2",
        "write",
        "The first that is ready",
        _chooses,
        (
            "A dead replica raises an error at once. And one that hangs? See what InferenceServerClient accepts.",
            "Pass connection_timeout=2, network_timeout=2; call is_server_ready() in a try, and go on to the next one.",
        ),
        """def first_ready(urls):
    for url in urls:
        try:
            with httpclient.InferenceServerClient(url, connection_timeout=2, network_timeout=2) as client:
                if client.is_server_ready():
                    return url
        except OSError:  # refused, or silent for two seconds (TimeoutError): the next one
            continue
    return None


check("27.2", first_ready)""",
        "a replica that hangs is worse than a dead one: only a time limit finds it, and tritonclient's own is 60 s",
    ),
]
