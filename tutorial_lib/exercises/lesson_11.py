"""Lesson 11, streaming: four statuses, a reader that waits forever, and a model that answers word by word."""

from __future__ import annotations

import itertools
import json
import time

from . import Exercise, NotYetError
from .asking import as_in_its_file, called, client, config, needed, numbers, tried

REQUESTS = [
    ("generate_stream", {"start": 3, "fail_at": 1}),
    ("generate_stream", {"start": 3, "fail_at": 3}),
    ("generate", {"start": 3}),
    ("infer", {"start": 3}),
]
CONFIG = """
backend: "python"
input [ { name: "text", data_type: TYPE_STRING, dims: [ 1 ] } ]
output [ { name: "word", data_type: TYPE_STRING, dims: [ 1 ] } ]
model_transaction_policy { decoupled: true }
instance_group [ { kind: KIND_CPU } ]
"""
PAUSE = 0.8  # seconds: who takes silence for the end either misses what follows it, or waits as long for nothing
ONE_MORE = f"""
import time
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            for number in range(pb_utils.get_input_tensor_by_name(request, "start").as_numpy()[0], -1, -1):
                time.sleep(0 if number else {PAUSE})
                sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("count", np.array([number], np.int32))]))
            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
"""
TRIES = itertools.count(1)  # a model that does not close its requests is UNLOADING forever, so use a new name each time


def _statuses(answer) -> None:
    found = numbers(answer, len(REQUESTS), "four statuses, one for each request, in order")
    needed("countdown")
    why = [
        "when the error came, two numbers had already been sent, and the status before them",
        "the error is the very first response, so nothing has been sent yet: whose mistake does the model say it is?",
        "generate wants one response and gets three, but when is its status sent?",
        "infer promises one response, but the server knows from the config that this model does not",
    ]
    for turn, (mine, truth) in enumerate(zip(found, [_status(*request) for request in REQUESTS])):
        if mine != truth:
            raise NotYetError(f"found {mine:g} for request {turn + 1}: {why[turn]}")


def _status(route: str, body: dict) -> int:
    """Ask the server for the status of one request to `countdown`."""
    import urllib.error
    import urllib.request

    if route == "infer":
        body = {"inputs": [{"name": "start", "shape": [1], "datatype": "INT32", "data": [body["start"]]}]}
    url = f"http://localhost:8000/v2/models/countdown/{route}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode()), timeout=10) as reply:
            reply.read()
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError as error:
        raise ConnectionError(error.reason) from None


def _all_counts(answer) -> None:
    needed("countdown")
    if (took := min(_one_count(answer, start, list(range(start, 0, -1))) for start in (3, 1, 0))) > PAUSE:
        raise NotYetError(
            f"the numbers are right, but it waits {took:.1f} s for nothing: what says that no more will come?"
        )
    with client() as server:  # a model that sends 0 too, so that counting the answers does not find the end
        # if the config does not change, the server keeps the old code, whatever files you send
        changed = json.dumps(config("countdown") | {"parameters": {"sends": {"string_value": "one more"}}})
        server.load_model("countdown", config=changed, files={"file:1/model.py": ONE_MORE.encode()})
        try:
            _one_count(answer, 2, [2, 1, 0])
        except NotYetError as error:
            raise NotYetError(
                f"it guesses the end; with a model that pauses and then sends one more: {error}"
            ) from None
        finally:
            as_in_its_file(server, "countdown")


def _one_count(answer, start: int, expected: list[int]) -> float:
    """Return how many seconds it took."""
    began = time.monotonic()
    try:
        found = called(answer, start)
        if hasattr(found, "__iter__"):
            found = called(lambda: list(found))  # a generator works, and fails, only now
    except NotYetError as error:
        if "raised Empty" not in str(error):
            raise
        raise NotYetError(
            f"for {start} it waited in vain: all {len(expected)} answers had come, and nothing said that no more would"
        ) from None
    if found is None:
        raise NotYetError("your function returns None: does it end with `return`?")
    if not hasattr(found, "__iter__"):
        raise NotYetError(f"for {start}, found {found!r}, expected a list")
    took = time.monotonic() - began
    found = [getattr(item, "tolist", lambda item=item: item)() for item in found]
    found = [item[0] if isinstance(item, list) and len(item) == 1 else item for item in found]
    if expected and found == expected[:-1]:
        raise NotYetError(
            f"for {start}, found {found}: the last number is missing; the flag comes after it, on its own"
        )
    if found and found[-1] is None:
        raise NotYetError(f"for {start}, found {found}: the final response has no outputs, so as_numpy gives None")
    if found != expected:
        raise NotYetError(f"for {start}, found {found}, expected {expected}")
    return took


def _word_by_word(answer) -> None:
    name = f"your_words_{next(TRIES)}"
    if not isinstance(answer, str):
        raise NotYetError(f"found a {type(answer).__name__}, expected the text of a model.py")
    if not answer.strip():
        raise NotYetError("found an empty text, expected a model.py with a class TritonPythonModel")
    with tried(CONFIG, answer, name):
        for text in ("to be or\nnot", "once", ""):
            words, problem = _streamed(name, text)
            if problem == "timeout" and words == text.split():
                raise NotYetError(
                    f"for {text!r}, all words came, but the request never ended: what tells the client that it is done?"
                )
            if problem:
                raise NotYetError(f"for {text!r}: {_short(problem)}")
            if words == [text] and text.count(" "):
                raise NotYetError(f"found one response with {text!r}, expected one for each word")
            if words != text.split():
                raise NotYetError(f"for {text!r}, found the responses {words}, expected {text.split()}")


def _short(problem: str) -> str:
    """Cut a python backend's error to the part that says what happened."""
    lines = [line.strip() for line in problem.splitlines() if line.strip()]
    return " ".join(lines)[:220] if problem != "timeout" else "no answer and no end came within three seconds"


def _streamed(model: str, text: str) -> tuple[list[str], str]:
    """Return the words that came, and what went wrong: "timeout" if the request has no end."""
    import queue

    import numpy as np
    import tritonclient.grpc as triton

    answers: queue.Queue = queue.Queue()
    array = np.array([text.encode()], dtype=object)
    tensor = triton.InferInput("text", [1], "BYTES").set_data_from_numpy(array)
    words: list[str] = []
    with triton.InferenceServerClient("localhost:8001") as server:
        server.start_stream(callback=lambda result, error: answers.put((result, error)))
        try:
            server.async_stream_infer(model, [tensor], enable_empty_final_response=True)
            while True:
                result, error = answers.get(timeout=3)
                if error:
                    return words, error.message()
                if (word := result.as_numpy("word")) is not None:
                    item = word.flat[0]
                    words.append(item.decode() if isinstance(item, bytes) else str(item))
                if result.get_response().parameters["triton_final_response"].bool_param:
                    return words, ""
        except queue.Empty:
            return words, "timeout"
        finally:
            server.stop_stream(cancel_requests=True)


EXERCISES = [
    Exercise(
        "11.1",
        "predict",
        "Four statuses",
        _statuses,
        (
            "The status is sent with the first response. See the cells with `fail_at`, and `generate` for start 2.",
            "Only what is known before the first response can change the status: 400 from the model, 501 for infer.",
        ),
        'check("11.1", [200, 400, 200, 501])',
        "once a response is on its way, the status stays 200, so look for `error` in every event",
    ),
    Exercise(
        "11.2",
        "repair",
        "A reader that waits for ever",
        _all_counts,
        (
            "How does a client learn that a request is done? The cell with `is_final` shows it.",
            "enable_empty_final_response=True; append only what has outputs; stop when triton_final_response is true.",
        ),
        """def counts(start):
    answers, found, final = queue.Queue(), [], False
    first = grpcclient.InferInput("start", [1], "INT32")
    first.set_data_from_numpy(np.array([start], dtype=np.int32))
    with grpcclient.InferenceServerClient(url="localhost:8001") as client:
        client.start_stream(callback=lambda result, error: answers.put((result, error)))
        client.async_stream_infer("countdown", [first], enable_empty_final_response=True)
        while not final:
            result, error = answers.get(timeout=5)
            if error:
                raise error
            if result.get_response().outputs:
                found.append(result.as_numpy("count").item())
            final = result.get_response().parameters["triton_final_response"].bool_param
    return found


check("11.2", counts)""",
        "ask for the empty final response, or let stop_stream wait: counting answers does not show when a request ends",
    ),
    Exercise(
        "11.3",
        "write",
        "A model that answers word by word",
        _word_by_word,
        (
            "Use `countdown` as the pattern: get a response sender for each request, send, and end with FINAL.",
            "sender.send(pb_utils.InferenceResponse([pb_utils.Tensor(...)])) in a loop, then sender.send(flags=...).",
        ),
        '''model_py = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            text = pb_utils.get_input_tensor_by_name(request, "text").as_numpy()[0]
            for word in text.split():
                tensor = pb_utils.Tensor("word", np.array([word], dtype=object))
                sender.send(pb_utils.InferenceResponse([tensor]))
            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
"""
check("11.3", model_py)''',
        "a decoupled model returns nothing: it sends as often as it likes, and FINAL ends the request",
    ),
]
