"""Lesson 19, security: which requests a restricted server answers, a key for both doors, a server without a gap."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from . import Exercise, NotYetError
from .asking import GRPC, HTTP, client, headers, is_ready, letters

KEY = {"ops-key": "4711", "triton-grpc-protocol-ops-key": "4711"}
PATHS = {
    "inference": ("POST", "/v2/models/add_sub/infer"),
    "health": ("GET", "/v2/health/live"),
    "logging": ("GET", "/v2/logging"),
    "trace": ("GET", "/v2/trace/setting"),
    "metadata": ("GET", "/v2/models/add_sub"),
    "model-config": ("GET", "/v2/models/add_sub/config"),
    "statistics": ("GET", "/v2/models/add_sub/stats"),
    "shared-memory": ("GET", "/v2/systemsharedmemory/status"),
    "model-repository": ("POST", "/v2/repository/index"),
}
REQUESTS = {  # letter: protocol, group, what to think about
    "a": ("HTTP", "inference", "`inference` is in neither of the two lists"),
    "b": ("HTTP", "logging", "`logging` is in the HTTP option's list, for reading as well as writing"),
    "c": ("gRPC", "logging", "each protocol has a list of its own; is `logging` in gRPC's list?"),
    "d": ("HTTP", "model-repository", "the index belongs to `model-repository`, like load and unload"),
    "e": ("gRPC", "model-repository", "unloading belongs to `model-repository`; is that in gRPC's list?"),
    "f": ("HTTP", "model-config", "the config is a group of its own, `model-config`, not part of `model-repository`"),
}


def _answers(protocol: str, group: str, headers: Mapping[str, str] | None = None) -> bool:
    """Say whether the lesson's server lets these headers in; what it answers then does not matter."""
    return (_over_http if protocol == "HTTP" else _over_grpc)(group, headers or {})


def _over_http(group: str, headers: Mapping[str, str]) -> bool:
    method, path = PATHS[group]
    body = b'{"inputs": []}' if method == "POST" else None
    request = urllib.request.Request(f"http://{HTTP}{path}", body, dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=10):
            return True
    except urllib.error.HTTPError as error:
        return error.code != 403


def _over_grpc(group: str, headers: Mapping[str, str]) -> bool:
    import tritonclient.grpc as triton
    from tritonclient.utils import InferenceServerException

    with triton.InferenceServerClient(GRPC) as server:
        calls: dict[str, Any] = {
            "inference": lambda **options: server.infer("add_sub", [], **options),
            "health": server.is_server_live,
            "logging": server.get_log_settings,
            "trace": server.get_trace_settings,
            "metadata": lambda **options: server.get_model_metadata("add_sub", **options),
            "model-config": lambda **options: server.get_model_config("add_sub", **options),
            "statistics": lambda **options: server.get_inference_statistics("add_sub", **options),
            "shared-memory": server.get_system_shared_memory_status,
            "model-repository": server.get_model_repository_index,
        }
        try:
            calls[group](headers=dict(headers))
        except InferenceServerException as error:
            if "restricted" in error.message():
                return False
            if "UNAVAILABLE" in error.status():
                raise NotYetError(
                    "nothing answers over gRPC on port 8001: both doors should open with the key"
                ) from None
        return True


def _who_gets_in(answer) -> None:
    found = letters(answer, "abcdef")
    with client():  # ConnectionError where nothing listens
        pass
    truth = {letter for letter, (protocol, group, _) in REQUESTS.items() if _answers(protocol, group)}
    if truth != {"a", "c", "f"}:
        raise NotYetError("this server closes other groups than the exercise's (as 19.3 does): start that one again")
    for letter, (_, _, why) in REQUESTS.items():
        if (letter in found) != (letter in truth):
            raise NotYetError(f"look at {letter} again: {why}")


def _one_dict(answer) -> None:
    headers(answer)
    if bad := [name for name in answer if name != name.lower()]:
        raise NotYetError(f"found {bad[0]!r}: gRPC takes header names in lowercase only")
    with client():
        pass
    by_http, by_grpc = (_answers(protocol, "model-repository", answer) for protocol in ("HTTP", "gRPC"))
    if by_http and not by_grpc:
        raise NotYetError("HTTP lets it in, gRPC does not: which header does gRPC's refusal ask for?")
    if by_grpc and not by_http:
        raise NotYetError("gRPC lets it in, HTTP no longer does: the job uses both, and they read different headers")
    if not by_http:
        raise NotYetError("both refuse it: look at the name and the value in the server's options")


def _no_gap(answer) -> None:
    with client():  # ConnectionError where nothing listens
        pass
    for group in ("model-repository", "logging", "trace"):
        for protocol in ("HTTP", "gRPC"):
            if _answers(protocol, group):
                raise NotYetError(f"over {protocol}, `{group}` still answers everybody")
            if not _answers(protocol, group, KEY):
                raise NotYetError(f"over {protocol}, `{group}` is closed even to the key 4711 in the header ops-key")
    for group in ("inference", "health", "metadata", "model-config", "statistics", "shared-memory"):
        for protocol in ("HTTP", "gRPC"):
            if not _answers(protocol, group):
                users = group in ("inference", "health")
                why = "users and load balancers need it" if users else "it should stay open"
                raise NotYetError(f"over {protocol}, `{group}` asks for the key now: {why}")
    if not is_ready("add_sub"):
        raise NotYetError('the groups are right, but the server runs without add_sub: serve(["add_sub"], ...)')


EXERCISES = [
    Exercise(
        "19.1",
        "predict",
        "Who gets in without a key?",
        _who_gets_in,
        (
            "For each request ask two things: which group does it belong to, and is that group in the protocol's list?",
            "Three of the six are answered. The config, the repository and logging are three different groups.",
        ),
        'check("19.1", ["a", "c", "f"])',
        "a group that no list names stays open, and each protocol has a list of its own",
    ),
    Exercise(
        "19.2",
        "repair",
        "One key for both doors",
        _one_dict,
        (
            "Ask for the index with the gRPC client and without a key: the refusal names the header that it expects.",
            "An extra header does no harm, so one dict can hold both names: gRPC's is triton-grpc-protocol-ops-key.",
        ),
        """repaired = {"ops-key": "4711", "triton-grpc-protocol-ops-key": "4711"}
check("19.2", repaired)""",
        "gRPC's header is the HTTP one with triton-grpc-protocol- in front; UNAVAILABLE means refused here, not down",
    ),
    Exercise(
        "19.3",
        "write",
        "A server without a gap",
        _no_gap,
        (
            "A restriction is `groups:header=value`. Which groups does the running server close over gRPC?",
            "Give the same list, model-repository,logging,trace:ops-key=4711, to --http-restricted-api and to "
            "--grpc-restricted-protocol.",
        ),
        """rule = "model-repository,logging,trace:ops-key=4711"
server = serve(["add_sub"], options=[f"--http-restricted-api={rule}", f"--grpc-restricted-protocol={rule}"])
check("19.3")""",
        "close every group that loads code or writes files, over both protocols; inference and health stay open",
        live=True,
    ),
]
