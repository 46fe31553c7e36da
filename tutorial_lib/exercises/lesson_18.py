"""Lesson 18, the response cache: which requests hit, an answer that is empty, and a load without the cache."""

from __future__ import annotations

import json
from typing import Any

from . import Exercise, NotYetError
from .asking import as_in_its_file, called, client, config, dictionary, infer, number, plain, status


def _fresh() -> float:
    """Return a number that nobody has asked for yet."""
    import numpy as np

    return float(np.float32(np.random.default_rng().uniform(1, 1000)))


def _ask(server: Any, *numbers: float, **options: Any) -> dict[str, Any]:
    import numpy as np

    return infer(server, "cached_square", {"number": np.array(numbers, np.float32).reshape(-1, 1)}, **options)


def _hits(answer) -> None:
    given = plain(answer)
    if not isinstance(given, list) or any(isinstance(item, bool) for item in given):
        raise NotYetError(f"found {answer!r}, expected a list of the requests' numbers, such as [1, 4]")
    found = {number(item, "numbers from 1 to 6") for item in given}
    a, b = _fresh(), _fresh()
    truth, seen = set(), 0
    with client() as server:
        for turn, (numbers, options) in enumerate(
            [
                ((a,), {}),
                ((a,), {"request_id": "again"}),
                ((a, b), {}),
                ((b,), {}),
                ((b, a), {}),
                ((a, b), {"parameters": {"color": "red"}}),
            ],
            1,
        ):
            run = int(_ask(server, *numbers, **options)["run"].max())
            truth |= {turn} if run <= seen else set()
            seen = max(seen, run)
    if not truth:
        raise NotYetError("this server remembers nothing: run the section's first cell again")
    for turn, why in [
        (1, "request 1 is the first of all, so there is nothing to find"),
        (4, "request 4 asks for part of a batch: the batch is one entry, and its rows are not looked up one by one"),
        (5, "request 5 has the same numbers in another order: different bytes, so a different key"),
        (3, "request 3 holds a number that nobody has asked for yet"),
        (2, "request 2 differs from request 1 only in its request id: is that part of the key?"),
        (6, "request 6 differs from request 3 only in its parameters: are they part of the key?"),
    ]:
        if (turn in found) != (turn in truth):
            raise NotYetError(why)
    if found != truth:
        raise NotYetError(f"found {answer!r}, expected numbers from 1 to 6")


def _square(answer) -> None:
    import numpy as np
    import tritonclient.http as triton

    with client() as server:
        _cached(server)
        fresh = _fresh()
        found = called(answer, server, fresh)
        if not _is_square(found, fresh):
            raise NotYetError(f"for {fresh:.6g} your function returned {found!r}, expected its square")
        for turn in ("first", "second"):
            try:
                found = answer(server, np.inf)
            except Exception:  # noqa: S112 - that is what it should do; the class is the learner's choice
                continue
            raise NotYetError(f"for infinity, asked for the {turn} time, it returned {found!r}: raise an exception")
        poisoned = _fresh()
        only_run = [triton.InferRequestedOutput("run")]
        _ask(server, poisoned, outputs=only_run)  # somebody else asked first, for the other output
        try:
            found = answer(server, poisoned)
        except Exception:
            return
        if not _is_square(found, poisoned):
            raise NotYetError(
                f"after somebody asked for the output `run` only, your function returned {found!r}: raise an exception"
            )


def _is_square(found: Any, number: float) -> bool:
    import numpy as np

    try:
        return found is not None and np.allclose(np.asarray(found, float).ravel(), [np.float32(number) ** 2])
    except (TypeError, ValueError):  # a text, a dict, a whole result
        return False


def _cached(server: Any) -> None:
    fresh = _fresh()
    if status(server, "cached_square", {})[0] == "404":
        raise NotYetError("cached_square is not loaded: run the section's first cell again")
    if _ask(server, fresh)["run"].tolist() != _ask(server, fresh)["run"].tolist():
        raise NotYetError("this server remembers nothing: run the section's first cell again")


def _without(answer) -> None:
    from tritonclient.utils import InferenceServerException

    wanted = plain(dictionary(answer, "a config, as a dictionary or as JSON"))
    with client() as server:
        _cached(server)
        rows = config("cached_square")["max_batch_size"]
        try:
            server.load_model("cached_square", config=json.dumps(wanted))
            now = config("cached_square")["max_batch_size"]
            try:
                fresh = _fresh()
                first, second = (_ask(server, fresh) for _ in range(2))
            except NotYetError as error:
                raise NotYetError(f"it loads, but an override replaces the whole config, and now {error}") from None
        except InferenceServerException as error:
            raise NotYetError(f"the server does not load it: {error.message()}") from None
        finally:
            as_in_its_file(server, "cached_square")
    if sorted(first) != ["run", "square"]:
        raise NotYetError(
            f"the model returns {', '.join(sorted(first)) or 'nothing'}, expected square and run, as before"
        )
    if first["run"].tolist() == second["run"].tolist():
        raise NotYetError(
            "the second of two identical requests was still answered from the cache: the model did not run again"
        )
    if now != rows:
        raise NotYetError(f"max_batch_size was {rows}, and is {now} now: only the cache should change")


EXERCISES = [
    Exercise(
        "18.1",
        "predict",
        "Which requests hit?",
        _hits,
        (
            "The section 'What makes a hit' lists what the key is made of, and what is not in it.",
            "The key is the names and bytes of the inputs: ids and parameters do not matter, and a batch is one entry.",
        ),
        'check("18.1", [2, 6])',
        "an entry is a whole request: the same bytes are a hit, but part of them or another order is a miss",
    ),
    Exercise(
        "18.2",
        "repair",
        "An answer that is silently empty",
        _square,
        (
            "An error is cached too, and comes back as a response without outputs: what does as_numpy return then?",
            "as_numpy('square') is None for an output that is not there: raise an exception then, with a message.",
        ),
        """def square(client, number):
    tensor = httpclient.InferInput("number", [1, 1], "FP32")
    tensor.set_data_from_numpy(np.array([[number]], dtype=np.float32))
    found = client.infer("cached_square", [tensor]).as_numpy("square")
    if found is None:
        raise ValueError(f"the cache holds no square of {number}")
    return found.item()


check("18.2", square)""",
        "when a model is cached, a response may lack outputs without any error: check for None before you use one",
    ),
    Exercise(
        "18.3",
        "write",
        "A load without the cache",
        _without,
        (
            "load_model(config=...) replaces the whole config, so begin with the one that the server has.",
            'config = client.get_model_config("cached_square"), then config["response_cache"] = {"enable": False}.',
        ),
        """config = client.get_model_config("cached_square")
config["response_cache"] = {"enable": False}
check("18.3", config)""",
        "a load can flip the model's switch without a restart; an unload and a load bring the file's config back",
    ),
]
