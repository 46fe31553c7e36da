"""Lesson 15, errors: which of two mistakes you hear of, and a retry loop that hides what it should pass on."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

from . import Exercise, NotYetError
from .asking import GRPC, HTTP, client, needed, status, statuses

PAUSE = 0.1
FOR_GOOD = (  # the same request gets the same answer
    ("HTTP", "INVALID_ARG", "a 400"),
    ("HTTP", "INTERNAL", "a 500"),
    ("gRPC", "INVALID_ARG", "gRPC's INVALID_ARGUMENT"),
)


class _EnoughError(BaseException):
    """Ends a loop that would ask forever; no learner's `except Exception` catches it."""


def _first_mistake(answer) -> None:
    import numpy as np

    found = statuses(answer, 3, "three statuses, such as [503, None, 503]")
    needed("errors_demo")
    five = np.zeros((5, 1), np.float32)
    with client() as server:
        failing = {"seconds": five, "error": np.full((5, 1), "exception", dtype=object)}
        truth = [status(server, "nobody", {"seconds": five})[0], status(server, "errors_demo", failing)[0], "None"]
    if found[0] == "400":
        raise NotYetError(
            "a: without a model there is no max_batch_size to compare with, so the model is looked up first"
        )
    if found[1] == "500":
        raise NotYetError(
            "b: the server counts the rows first, so the model never sees these five rows and cannot raise"
        )
    if found[2] != "None":
        raise NotYetError(f"c: found {found[2]}, but who refuses float64, the server or set_data_from_numpy?")
    if found != truth:
        raise NotYetError(f"found {answer!r}: a missing model or version gives 404, any other mistake 400")


def _reliable(answer) -> None:
    from tritonclient.utils import InferenceServerException

    if not callable(answer) or isinstance(answer, type):
        raise NotYetError(f"found {answer!r}, expected a function: its name, without parentheses")
    needed("errors_demo")
    for protocol in ("HTTP", "gRPC"):
        way, result, times = _played(answer, protocol, ["UNAVAILABLE", "UNAVAILABLE", ""])
        if way == "raised":
            raise NotYetError(
                f"over {protocol}, a call is UNAVAILABLE twice and then succeeds, but your function raised"
                f" {type(result).__name__}: {result}"
            )
        if len(times) < 3:
            raise NotYetError(
                f"your function returned {result!r} after attempt {len(times)}, expected up to three attempts"
            )
        if result != []:
            raise NotYetError(f"the third call returned [], but your function returned {result!r}")
        if min(after - before for before, after in itertools.pairwise(times)) < 0.9 * PAUSE:
            raise NotYetError("it asks again at once: a full server needs a pause of at least 0.1 s")
    for protocol, trouble, code in FOR_GOOD:
        way, result, times = _played(answer, protocol, [trouble] * 9)
        if way == "returned":
            raise NotYetError(
                f"after {code} your function returned {result!r}: the caller must hear of the error, so raise it"
            )
        if len(times) > 1:
            raise NotYetError(f"after {code} it asked {len(times)} times: try again only after 503 and UNAVAILABLE")
        if not isinstance(result, InferenceServerException):
            raise NotYetError(f"after {code} your function raised {result!r}: let the server's own exception through")
    way, result, times = _played(answer, "HTTP", ["UNAVAILABLE"] * 9)
    if way == "endless":
        raise NotYetError("a server that stays full is asked forever: make three attempts, then raise")
    if way == "returned":
        raise NotYetError(f"after the last attempt your function returned {result!r}: raise the error instead")
    if not isinstance(result, InferenceServerException):
        raise NotYetError(
            f"after the last attempt your function raised {result!r}: let the server's own exception through"
        )
    if len(times) != 3:
        raise NotYetError(f"a server that stays full was asked {len(times)} times, expected 3")
    way, result, times = _played(answer, "HTTP", ["a bug"] * 9)
    if way != "raised" or len(times) > 1:
        raise NotYetError(
            "a ValueError from the caller's own code was caught: try again only after 503 and UNAVAILABLE"
        )
    if not isinstance(result, ValueError):
        raise NotYetError(
            f"a ValueError from the caller's own code became {result!r}: only the server's have a status()"
        )


def _played(reliable: Callable, protocol: str, troubles: list[str]) -> tuple[str, Any, list[float]]:
    """Give the function a call that meets these troubles in turn; return how it ended, with what, and the times."""
    import numpy as np
    import tritonclient.grpc as grpcclient
    import tritonclient.http as httpclient

    module, url = (httpclient, HTTP) if protocol == "HTTP" else (grpcclient, GRPC)
    times: list[float] = []

    def call():
        times.append(time.monotonic())
        if len(times) == len(troubles) + 1:
            raise _EnoughError
        if len(times) > len(troubles):  # a bare `except` caught it: let the loop end
            return []
        trouble = troubles[len(times) - 1]
        if trouble == "a bug":
            raise ValueError("a bug")
        arrays = [np.zeros((1, 1), np.float32), np.array([[trouble]], dtype=object)]
        tensors = [
            module.InferInput(name, [1, 1], datatype).set_data_from_numpy(array)
            for name, datatype, array in zip(("seconds", "error"), ("FP32", "BYTES"), arrays)
        ]
        server.infer("errors_demo", tensors)
        return []  # an answer may be empty

    with client(), module.InferenceServerClient(url) as server:
        try:
            result = reliable(call)
            return "endless" if len(times) > len(troubles) else "returned", result, times
        except _EnoughError:
            return "endless", None, times
        except Exception as error:
            return "raised", error, times


EXERCISES = [
    Exercise(
        "15.1",
        "predict",
        "Two mistakes at once",
        _first_mistake,
        (
            "Follow the request: the client makes a tensor; the server finds the model, checks the request, runs it.",
            "a: the model's name fails first. b: five rows are refused before the model runs. c: nothing is sent.",
        ),
        'check("15.1", [404, 400, None])',
        "you hear of the first check that fails: tensor (no status), model's name (404), request (400), model",
    ),
    Exercise(
        "15.2",
        "repair",
        "A retry that hides the error",
        _reliable,
        (
            "The table in 'What may be retried' lists the statuses to try again. A bare `raise` passes the error on.",
            'Raise after three attempts, or if the status is neither "503" nor "StatusCode.UNAVAILABLE"; else sleep.',
        ),
        """def reliable(call):
    attempt = 1
    while True:
        try:
            return call()
        except InferenceServerException as error:
            if attempt == 3 or error.status() not in ("503", "StatusCode.UNAVAILABLE"):
                raise
        time.sleep(0.1 * attempt)
        attempt += 1


check("15.2", reliable)""",
        "catch the precise class; retry only what may be temporary, with a pause and a limit; raise the last error",
    ),
]
