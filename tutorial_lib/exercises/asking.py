"""What checks ask the lesson's server, and how they try an answer on it."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from typing import Any

from . import NotYetError

HTTP, GRPC = "localhost:8000", "localhost:8001"
# model.py: sleeps for as long as the largest of its rows says
SLEEPER = """
import time
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        work = [pb_utils.get_input_tensor_by_name(request, "work_ms").as_numpy() for request in requests]
        time.sleep(max(ms.max() for ms in work) / 1000)
        return [pb_utils.InferenceResponse([pb_utils.Tensor("slept_ms", ms)]) for ms in work]
"""


@contextlib.contextmanager
def client() -> Iterator[Any]:
    """An HTTP client of tritonclient for the lesson's server; ConnectionError if none answers."""
    import tritonclient.http as triton

    with triton.InferenceServerClient(HTTP) as found:
        try:
            found.is_server_live()
        except Exception as error:
            raise ConnectionError(f"{HTTP}: {error}") from None
        yield found


def is_ready(model: str) -> bool:
    """Say whether the lesson's server is serving `model` now."""
    with client() as server:
        return server.is_model_ready(model)


def needed(*models: str) -> None:
    """Raise NotYetError if one of the models that a check needs is not loaded."""
    for model in models:
        if not is_ready(model):
            raise NotYetError(f"{model} is not loaded: run the section's first cell again")


def config(model: str) -> dict:
    """Return the config of a model as the server has it, with its defaults; NotYetError if it is not loaded."""
    from tritonclient.utils import InferenceServerException

    with client() as server:
        try:
            return server.get_model_config(model)
        except InferenceServerException as error:
            raise NotYetError(f"the server answers: {error.message()}") from None


def parsed(pbtxt: str) -> dict:
    """Return a config.pbtxt as the JSON that `load_model(config=...)` takes; NotYetError says where parsing stops."""
    from google.protobuf import json_format, text_format
    from tritonclient.grpc import model_config_pb2

    if not isinstance(pbtxt, str):
        raise NotYetError(f"found a {type(pbtxt).__name__}, expected the text of a config.pbtxt")
    try:
        message = text_format.Parse(pbtxt, model_config_pb2.ModelConfig())
    except text_format.ParseError as error:
        raise NotYetError(f"Triton cannot read it: {error} (line:column)") from None
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def dictionary(answer: Any, expected: str) -> dict:
    """Return the answer as a dictionary, even if it is written as JSON; NotYetError for anything else."""
    try:
        found = json.loads(answer) if isinstance(answer, str) else answer
    except ValueError as error:
        raise NotYetError(f"this is not valid JSON: {error}") from None
    if not isinstance(found, dict) or not found:
        raise NotYetError(f"found {answer!r}, expected {expected}")
    return found


@contextlib.contextmanager
def tried(pbtxt: str, model_py: str, name: str = "your_turn", versions: tuple[int, ...] = (1,)) -> Iterator[Any]:
    """Load a config.pbtxt and a model.py into the lesson's server under `name`; unload them at the end of the block.

    Needs model control mode explicit. Yields the client. NotYetError gives the reason if the server refuses the model.
    """
    from geventhttpclient.response import HTTPConnectionClosed
    from tritonclient.utils import InferenceServerException

    wanted = {**parsed(pbtxt), "name": name}
    with client() as server:
        try:
            files = {f"file:{version}/model.py": model_py.encode() for version in versions}
            server.load_model(name, config=json.dumps(wanted), files=files)
        except InferenceServerException as error:
            raise NotYetError(f"the server does not load it: {error.message()}") from None
        except HTTPConnectionClosed:  # two responses that shared one error, for example, end Triton at the next load
            raise ConnectionError(f"{HTTP}: the server has ended during the load") from None
        try:
            yield server
        except TimeoutError:
            raise NotYetError(
                "the model never answers: `execute` must return a response, not None, for each request"
            ) from None
        finally:
            unload(server, name)


def unload(server: Any, model: str, **options: Any) -> None:
    """Unload a model, but not in the instant after its load or last answer: that can end Triton 2.51 (signal 11)."""
    import time

    time.sleep(0.1)  # until the thread that loaded or answered waits again; Server.unload() does the same
    server.unload_model(model, **options)


def infer(server: Any, model: str, inputs: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Send numpy arrays; return {output: array}. NotYetError says what the server answered instead."""
    from tritonclient.utils import InferenceServerException

    try:
        reply = server.infer(model, _tensors(inputs), **options)
    except InferenceServerException as error:
        raise NotYetError(f"the server answers {error.status()}: {error.message()}") from None
    return _outputs(reply)


def _tensors(inputs: dict[str, Any]) -> list[Any]:
    import tritonclient.http as triton
    from tritonclient.utils import np_to_triton_dtype

    return [
        triton.InferInput(key, value.shape, np_to_triton_dtype(value.dtype)).set_data_from_numpy(value)
        for key, value in inputs.items()
    ]


def _outputs(reply: Any) -> dict[str, Any]:
    return {output["name"]: reply.as_numpy(output["name"]) for output in reply.get_response()["outputs"]}


def same(found: Any, expected: Any, why: str) -> None:
    """Raise NotYetError with `why` unless the two are equal (ignoring case and surrounding spaces in texts)."""
    plain = [value.strip().lower() if isinstance(value, str) else value for value in (found, expected)]
    if (type(plain[0]) is bool and type(plain[1]) is not bool) or plain[0] != plain[1]:
        raise NotYetError(f"found {found!r}; {why}")


def called(function: Any, *arguments: Any) -> Any:
    """Return what the learner's function returns; NotYetError if it is not a function, or says what it raised."""
    if not callable(function) or isinstance(function, type):
        raise NotYetError(f"found {function!r}, expected a function: its name, without parentheses")
    try:
        return function(*arguments)
    except Exception as error:
        raise NotYetError(f"your function raised {type(error).__name__}: {error}") from None


def plain(answer: Any) -> Any:
    """Return the answer with Python's own lists and numbers in place of arrays, numpy scalars, tuples and sets."""
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items()}
    if isinstance(answer, (list, tuple, set, frozenset)):
        return [plain(item) for item in answer]
    return answer.tolist() if hasattr(answer, "tolist") else answer


def number(answer: Any, expected: str = "a number") -> float:
    """Return the answer as a float, even if it is text or a percentage; NotYetError for anything else."""
    value = answer.item() if getattr(answer, "size", None) == 1 else answer
    text = value.strip() if isinstance(value, str) else ""
    try:
        if isinstance(value, bool):
            raise TypeError
        found = float(text[:-1]) / 100 if text.endswith("%") else float(value)
        if not math.isfinite(found):  # nan is neither close to the right value nor far from it
            raise ValueError
        return found
    except (TypeError, ValueError):
        raise NotYetError(f"found {answer!r}, expected {expected}") from None


def numbers(answer: Any, count: int, expected: str) -> list[float]:
    """Return the numbers of a list, a tuple or an array of `count` items, in order; NotYetError for anything else."""
    if isinstance(answer, (str, bytes, dict, set)) or not hasattr(answer, "__len__") or len(answer) != count:
        raise NotYetError(f"found {answer!r}, expected {expected}")
    found = [number(item, expected) for item in answer]
    return [int(item) if item.is_integer() else item for item in found]


def letters(answer: Any, known: str) -> set[str]:
    """Return the letters that the answer chooses from `known`: "ac", "a, c", ["A", "c"] and the like all work."""
    chosen = answer if isinstance(answer, (str, list, tuple, set)) else [None]
    if not all(isinstance(item, str) for item in chosen):
        raise NotYetError(f"found {answer!r}, expected a list of letters, such as ['{known[0]}']")
    found = {letter for letter in "".join(chosen).lower() if letter.isalnum()}
    if not found:
        raise NotYetError(f"found no letter, expected one or more of {', '.join(known)}")
    if unknown := found - set(known):
        raise NotYetError(f"found {', '.join(sorted(unknown))}, expected letters from {known[0]} to {known[-1]}")
    return found


def together(model: str, inputs: list[dict[str, Any]], pause: float = 0.0) -> list[Any]:
    """Send these at once, or `pause` seconds apart; return the outputs of each, or the status if it is refused."""
    import time
    from concurrent.futures import ThreadPoolExecutor

    import tritonclient.http as triton
    from tritonclient.utils import InferenceServerException

    def send(delay: float, tensors: dict[str, Any]) -> Any:
        time.sleep(delay)
        with triton.InferenceServerClient(HTTP) as own:  # a client of tritonclient.http belongs to one thread
            try:
                reply = own.infer(model, _tensors(tensors))
            except InferenceServerException as error:
                return error.status()
            return _outputs(reply)

    with ThreadPoolExecutor(len(inputs)) as pool:
        return list(pool.map(send, [pause * turn for turn in range(len(inputs))], inputs))


def statistics(server: Any, model: str) -> dict:
    """Return the statistics of a model once they stop changing: the server counts a request just after its reply."""
    import time

    before, end = None, time.monotonic() + 5
    while (now := server.get_inference_statistics(model)["model_stats"][0]) != before and time.monotonic() < end:
        before = now
        time.sleep(0.4)
    return now


def answered(server: Any, model: str) -> int:
    """Return how many requests the model has answered successfully since it was loaded."""
    return statistics(server, model)["inference_stats"]["success"]["count"]


def as_in_its_file(server: Any, model: str) -> None:
    """Load a model as its files define it. Unload it first, because a plain load would keep an override."""
    import time

    unload(server, model)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        states = [row.get("state") for row in server.get_model_repository_index() if row["name"] == model]
        if not {"UNLOADING", "READY"} & set(states):
            break
        time.sleep(0.05)
    server.load_model(model)


def metric(name: str, model: str) -> int:
    """Return one of the server's metrics, summed over all lines that belong to `model`."""
    from urllib.request import urlopen

    with urlopen("http://localhost:8002/metrics", timeout=10) as page:
        lines = page.read().decode().splitlines()
    mine = [line for line in lines if line.startswith(name + "{") and f'model="{model}"' in line]
    return int(sum(float(line.split()[-1]) for line in mine))


def until(name: str, model: str, value: int, seconds: float = 10) -> None:
    """Wait until a metric of `model` has this value; NotYetError if it does not get there."""
    import time

    end = time.monotonic() + seconds
    while (found := metric(name, model)) != value:
        if time.monotonic() > end:
            raise NotYetError(f"{name} of {model} is {found}, expected {value}: is another request keeping it busy?")
        time.sleep(0.01)


def work(*milliseconds: int) -> list[Any]:
    """Return the inputs of a sleeping model (slow_echo and its like) for gRPC: one row for each number."""
    import numpy as np
    import tritonclient.grpc as triton

    rows = np.array(milliseconds, np.int32).reshape(-1, 1)
    return [triton.InferInput("work_ms", rows.shape, "INT32").set_data_from_numpy(rows)]


@contextlib.contextmanager
def held(model: str) -> Iterator[Any]:
    """Keep a sleeping model (slow_echo and its like) busy inside the block, so that requests to it wait in its queue.

    Yields a gRPC client. The waiting requests run when the block ends.
    """
    import tritonclient.grpc as triton

    needed(model)
    with triton.InferenceServerClient(GRPC) as server:
        refused: list[Any] = []
        call = server.async_infer(model, work(60_000), callback=lambda result, error: refused.append(error))  # noqa: ARG005
        try:
            try:
                until("sleepers_running", model, 1)
            except NotYetError:
                if refused:
                    raise NotYetError(f"{model} answers: {refused[0].message()}") from None
                raise
            yield server
        finally:
            call.cancel()
            until("sleepers_running", model, 0)


def status(server: Any, model: str, inputs: dict[str, Any], **options: Any) -> tuple[str, str]:
    """Send numpy arrays and return ("200", "") or the status and the message of the error instead."""
    from tritonclient.utils import InferenceServerException

    try:
        server.infer(model, _tensors(inputs), **options)
    except InferenceServerException as error:
        return str(error.status()), error.message()
    return "200", ""


def statuses(answer: Any, count: int, expected: str) -> list[str]:
    """Return `count` statuses as texts: 404, 404.0 and "404" are "404", and None is "None"."""
    found = plain(answer)
    right = isinstance(found, list) and not isinstance(answer, (set, frozenset)) and len(found) == count
    if not right or any(isinstance(item, bool) for item in found):
        raise NotYetError(f"found {answer!r}, expected {expected}")
    return [f"{item:g}" if isinstance(item, float) else str(item).strip() for item in found]


def headers(answer: Any) -> dict[str, str]:
    """Return the headers of a dictionary; NotYetError for what a client would not send."""
    import re

    if not isinstance(answer, dict) or not all(isinstance(word, str) for pair in answer.items() for word in pair):
        raise NotYetError(f"found {answer!r}, expected a dict of strings, {{header: value}}")
    for name, value in answer.items():
        if not re.fullmatch(r"[\w.-]+", name, re.ASCII):
            raise NotYetError(f"found the header {name!r}: its name has letters, digits and hyphens only")
        if not (value.isascii() and value.isprintable()):
            raise NotYetError(f"found {value!r} for {name!r}: the value of a header is one line of plain text")
    return answer
