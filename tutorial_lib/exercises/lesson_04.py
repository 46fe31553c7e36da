"""Lesson 04, what you can ask: five statuses, the index, and a health question that raises."""

from __future__ import annotations

import socket
import time

from . import Exercise, NotYetError
from .asking import called, client, numbers, unload

PATHS = ["health/live", "health/ready", "models/identity/ready", "models/identity", "models/identity/stats"]
WHY = [
    "live means that the process answers, whatever it serves",
    "ready is about the models that somebody asked for, and nobody asked for `identity`",
    "over HTTP, *not ready* has a status of its own, and it is not 404",
    "for metadata, a model that is not loaded is like one that does not exist",
    "for an unknown model, the statistics give a different status than the metadata",
]
BROKEN = b"raise ValueError('broken on purpose')"
GOOD = b"class TritonPythonModel:\n    def execute(self, requests):\n        return []\n"


def _statuses(answer) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    statuses = numbers(answer, 5, "five statuses in the order of the list, such as [200, 200, ...]")
    with client() as server:
        _settle(server)
        for path, found, why in zip(PATHS, statuses, WHY, strict=True):
            try:
                with urlopen(f"http://localhost:8000/v2/{path}") as reply:
                    truth = reply.status
            except HTTPError as error:
                error.close()
                truth = error.code
            if found != truth:
                raise NotYetError(f"{path} does not answer {found!r}: {why}")


def _settle(server) -> None:
    """A server is not ready while a model is UNLOADING, as after another check."""
    until = time.monotonic() + 10
    while not server.is_server_ready():
        if time.monotonic() > until:
            raise NotYetError("the lesson's server is not ready: rerun the cell that starts it")
        time.sleep(0.05)


def _ready_models(answer) -> None:
    from tritonclient.utils import InferenceServerException

    with client() as server:
        _compare(server, answer)
        was_ready = server.is_model_ready("identity")
        try:
            server.load_model("identity")
            _compare(server, answer)
        except InferenceServerException as error:
            raise NotYetError(f"the server cannot load `identity` for the check: {error.message()}") from None
        finally:
            if not was_ready:
                unload(server, "identity")
        _compare(server, answer)  # in the index, a model that was unloaded has a state


def _compare(server, answer) -> None:
    with client() as own:  # the function may close it
        found = called(answer, own)
    names = [] if isinstance(found, (str, dict)) or not hasattr(found, "__iter__") else list(found)
    if not names or not all(isinstance(name, str) for name in names):
        raise NotYetError(f"it returns {str(found)[:60]} ..., expected a list of names, each a str")
    index = server.get_model_repository_index()
    truth = sorted({model["name"] for model in index if model.get("state") == "READY"})
    if len(names) != len(set(names)):
        twice = next(name for name in names if names.count(name) > 1)
        raise NotYetError(f"{twice} is in it more than once: the index has an entry for each version")
    if more := sorted(set(names) - set(truth)):
        raise NotYetError(
            f"{', '.join(more[:3])} is not READY: the index lists everything in the repository, loaded or not"
        )
    if missing := sorted(set(truth) - set(names)):
        raise NotYetError(f"{', '.join(missing)} is READY now, but not in {sorted(names)}: ask the server each time")


def _healthy(answer) -> None:
    with client() as server:
        _settle(server)
        _one_health(answer, "localhost:8000", True, "the lesson's server is there and ready")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        _one_health(answer, f"localhost:{port}", False, "nothing listens there")
        _one_health(answer, "255.255.255.255:8000", False, "no machine has this address")
        _one_health(answer, "localhost:8001", False, "that is the gRPC port, which does not answer in HTTP")
        _while_not_ready(server, lambda: _one_health(answer, "localhost:8000", False, "it is live, but a model failed"))


def _one_health(answer, url, expected, why) -> None:
    try:
        found = called(answer, url)
    except NotYetError as error:
        raise NotYetError(f"for {url} ({why}): {error}") from None
    if found is not expected:
        raise NotYetError(f"for {url} it returns {found!r}, expected {expected}: {why}")


def _while_not_ready(server, ask) -> None:
    """A failed load makes the whole server not ready, until the same model is loaded successfully and unloaded."""
    from tritonclient.utils import InferenceServerException

    def load(code):
        server.load_model("your_turn", config='{"backend": "python"}', files={"file:1/model.py": code})

    try:
        load(BROKEN)
    except InferenceServerException:
        pass  # as it should
    try:
        ask()
    finally:
        load(GOOD)
        unload(server, "your_turn")
        _settle(server)


EXERCISES = [
    Exercise(
        "04.1",
        "predict",
        "In the repository, and not loaded",
        _statuses,
        (
            "The sections 'What \"not ready\" looks like' and 'Model metadata' ask about a model that is not there.",
            "Live and ready are 200. For the others, not loaded is the same as not there: see the table in the recap.",
        ),
        'check("04.1", [200, 200, 400, 404, 400])',
        "a server is ready without the models that nobody asked for; such a model is treated as if it did not exist",
    ),
    Exercise(
        "04.2",
        "write",
        "Which models can be used?",
        _ready_models,
        (
            "The section 'The repository index' shows an entry with a state, and one without.",
            'A set of model["name"] for each entry whose model.get("state") is "READY".',
        ),
        """def ready_models(client):
    index = client.get_model_repository_index()
    return sorted({model["name"] for model in index if model.get("state") == "READY"})


check("04.2", ready_models)""",
        "the index has one entry for each version, and the entry of a model that was never loaded has no state",
    ),
    Exercise(
        "04.3",
        "repair",
        "A health question that must not raise",
        _healthy,
        (
            "The sections 'What \"not ready\" looks like' and 'Client objects' show what each mistake raises.",
            "Catch OSError, whose kinds are refused, unreachable and unknown, and HTTPParseError; then return False.",
        ),
        """from geventhttpclient import HTTPParseError


def repaired(url):
    try:
        with httpclient.InferenceServerClient(url=url) as client:
            return client.is_server_ready()
    except (OSError, HTTPParseError):
        return False


check("04.3", repaired)""",
        "only a server that answers can say `False`; with no server or a wrong port, the client raises an exception",
    ),
]
