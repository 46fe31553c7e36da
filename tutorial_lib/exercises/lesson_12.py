"""Lesson 12, sequences: what the sums are, a sequence that never ends, and a model that remembers."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from . import Exercise, NotYetError
from .asking import answered, called, client, infer, needed, numbers, tried

CALLS: list[tuple[str, int, dict[str, bool]]] = [
    ("ann", 10, {"sequence_start": True}),
    ("bob", 5, {"sequence_start": True}),
    ("ann", 3, {}),
    ("ann", 4, {"sequence_start": True}),
    ("bob", 1, {"sequence_end": True}),
    ("ann", 1, {"sequence_end": True}),
    ("bob", 7, {}),
]
SLOTS = 4
LISTS = ([1, 2, 3], [2, 1, 2], [7])
CONFIG = """
backend: "python"
max_batch_size: 4
input [ { name: "value", data_type: TYPE_INT32, dims: [ 1 ] } ]
output [ { name: "largest", data_type: TYPE_INT32, dims: [ 1 ] } ]
sequence_batching { oldest { max_candidate_sequences: 8 } max_sequence_idle_microseconds: 60000000 }
instance_group [ { kind: KIND_CPU, count: 1 } ]
"""
PAIRS = CONFIG.replace(  # two that arrive within half a second form one batch
    "sequences: 8", "sequences: 8 preferred_batch_size: [ 2 ] max_queue_delay_microseconds: 500000"
)
IDS = itertools.count(710_000)  # ids that no learner has in use


def _sums(answer) -> None:
    found = numbers(answer, len(CALLS), f"{len(CALLS)} numbers: each call's sum, or 400 if it is refused")
    why = {
        2: "what had ann sent before?",
        3: "START in the middle is not an error: it starts over and forgets",
        4: "an END request still counts, and bob's sum is not ann's",
        5: "since her second START, ann has sent 4, and now 1",
        6: "bob's sequence has ended; the same id without START is no longer a sequence",
    }
    for turn, (mine, truth) in enumerate(zip(found, _truth())):
        if mine != truth:
            name, value, _ = CALLS[turn]
            raise NotYetError(
                f"call {turn + 1}, {name}'s {value}, is not {mine:g}: {why.get(turn, 'START begins with a sum of 0')}"
            )


def _truth() -> list[int]:
    """Send the calls to the server, under ids of our own."""
    from tritonclient.utils import InferenceServerException

    ids = {name: f"{name} {next(IDS)}" for name in ("ann", "bob")}
    results = []
    needed("running_sum_oldest")
    with client() as server:
        for name, value, marks in CALLS:
            try:
                reply = server.infer("running_sum_oldest", _value(value), sequence_id=ids[name], **marks)
                results.append(int(reply.as_numpy("sum").item()))
            except InferenceServerException as error:
                results.append(int(error.status()))
    return results


def _value(number: int) -> list:
    import numpy as np
    import tritonclient.http as triton

    return [triton.InferInput("value", [1, 1], "INT32").set_data_from_numpy(np.array([[number]], np.int32))]


def _total(answer) -> None:
    needed("running_sum")
    before = _free_slots()
    if not before:
        raise NotYetError("all four slots are taken by sequences without END: run the section's first cell again")
    with client() as server:
        seen = answered(server, "running_sum")
        for values in LISTS:
            _one_total(answer, values, before)
            seen += 2 * before  # of _free_slots
        seen = answered(server, "running_sum") - seen
    if seen < (sent := sum(map(len, LISTS))):
        raise NotYetError(
            f"the sums are right, but running_sum has seen {seen} requests, expected one for each of {sent}"
        )


def _one_total(answer, values: list[int], before: int) -> None:
    found = called(answer, list(values), next(IDS))
    try:
        found = int(found)
    except (TypeError, ValueError):
        raise NotYetError(f"for {values}, your function returned {found!r}, expected a number") from None
    if found == values[-1] != sum(values):
        raise NotYetError(f"for {values}, found {found}, the last number alone: each START begins a new sum")
    if found != sum(values):
        raise NotYetError(f"for {values}, found {found}, expected {sum(values)}")
    if _free_slots() < before:
        raise NotYetError(f"the sum of {values} is right, but its slot is still taken: the sequence has not ended")


def _free_slots() -> int:
    """Count the slots of `running_sum` that nobody owns: open sequences until one has to wait, then end them."""
    from tritonclient.utils import InferenceServerException

    opened: list[int] = []
    with client() as server:
        try:
            for _ in range(SLOTS):
                sequence = next(IDS)
                server.infer("running_sum", _value(0), sequence_id=sequence, sequence_start=True, timeout=300_000)
                opened.append(sequence)
        except InferenceServerException as error:
            if error.status() != "503":
                raise NotYetError(f"running_sum answers {error.status()}: {error.message()}") from None
        for sequence in opened:
            server.infer("running_sum", _value(0), sequence_id=sequence, sequence_end=True)
    return len(opened)


def _largest(answer) -> None:
    if not isinstance(answer, str):
        raise NotYetError(f"found a {type(answer).__name__}, expected the text of a model.py")
    if not answer.strip():
        raise NotYetError("found an empty text, expected a model.py with a class TritonPythonModel")
    with _sequences(CONFIG, answer) as send:
        _expect(send(1, -5, start=True), -5, "the first value of a sequence is its largest so far, even below zero")
        _expect(send(1, -9), -5, "-5 came before -9 in this sequence")
        _expect(send("ann", -7, start=True), -7, "this is another sequence, which knows nothing of the first one")
        _expect(send(1, 4), 4, "4 is the largest so far")
        _expect(send("ann", -8, end=True), -7, "the other sequence's 4 does not count here")
        _expect(send(1, 2, start=True), 2, "START begins a new sequence, even in the middle: 4 is forgotten")
        _expect(send(1, 1, end=True), 2, "the request with END is answered like the others")
        _expect(send("ann", -9, start=True, end=True), -9, "START and END in one request: a sequence of its own")
        _expect(send("ann", 0, start=True), 0, "the sequence starts again under its old id")
    with _sequences(PAIRS, answer) as send, ThreadPoolExecutor(2) as pool:
        for values, expected, mark in [((3, 4), [3, 4], "start"), ((9, 1), [9, 4], "end")]:
            pair = [pool.submit(send, name, value, **{mark: True}) for name, value in zip((1, "ann"), values)]
            try:
                found = [answer.result() for answer in pair]
            except NotYetError as error:
                raise NotYetError(f"one sequence at a time works, but a batch of two does not: {error}") from None
            if found != expected:
                raise NotYetError(f"two sequences in one batch get {found}, expected {expected}")


@contextlib.contextmanager
def _sequences(config: str, answer: str) -> Iterator[Callable[..., int]]:
    """Load the learner's model; yield a function that sends it a value of a sequence, and end these afterward."""
    import numpy as np

    model = f"your_turn_{next(IDS)}"  # the next attempt must not overlap with the end of this one
    with tried(config, answer, model):

        def send(name: Any, value: int, start: bool = False, end: bool = False) -> int:
            row = {"value": np.array([[value]], np.int32)}
            with client() as own:  # one for each thread
                reply = infer(own, model, row, sequence_id=name, sequence_start=start, sequence_end=end)
            if "largest" not in reply or reply["largest"] is None:
                raise NotYetError("the response has no output `largest`")
            found = reply["largest"]
            if found.dtype != np.int32 or found.shape != (1, 1):
                raise NotYetError(
                    f"`largest` comes back as {found.dtype} {list(found.shape)}, expected int32 [1, 1], one row"
                )
            return int(found.item())

        try:
            yield send
        finally:  # Triton 2.51 may crash if a sequence model is unloaded with open sequences, or while it is busy
            for name in (1, "ann"):
                with contextlib.suppress(Exception):
                    send(name, 0, start=True, end=True)
            time.sleep(0.5)


def _expect(found: int, expected: int, why: str) -> None:
    if found != expected:
        raise NotYetError(f"your model answers {found}, expected {expected}: {why}")


EXERCISES = [
    Exercise(
        "12.1",
        "predict",
        "Seven calls",
        _sums,
        (
            "The section 'When it goes wrong' shows both cases: START in the middle, and a request after the END.",
            "ann: 10, 13, then from the start: 4, 5. bob: 5, 6, and then his sequence is over.",
        ),
        'check("12.1", [10, 5, 13, 4, 6, 5, 400])',
        "START always begins a new sum, the request with END still counts, and after it the id needs a new START",
    ),
    Exercise(
        "12.2",
        "repair",
        "The fifth user waits",
        _total,
        (
            "Which of the numbers is the first, and which is the last? The cell with enumerate shows how to tell.",
            "sequence_start=position == 0, sequence_end=position == len(numbers) - 1.",
        ),
        """def total(numbers, sequence):
    for position, number in enumerate(numbers):
        value = grpcclient.InferInput("value", [1, 1], "INT32")
        value.set_data_from_numpy(np.array([[number]], dtype=np.int32))
        marks = {"sequence_start": position == 0, "sequence_end": position == len(numbers) - 1}
        result = client.infer("running_sum", [value], sequence_id=sequence, **marks)
    return result.as_numpy("sum").item()


check("12.2", total)""",
        "START marks only the first request, END the last: without END, a slot stays taken until the sequence expires",
    ),
    Exercise(
        "12.3",
        "write",
        "A model that remembers",
        _largest,
        (
            "Use running_sum_oldest as the pattern: a dictionary keyed by correlation id, and the flags START and END.",
            "START: store the value. Otherwise: store the larger of old and new. END: delete it after the answer.",
        ),
        '''model_py = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def initialize(self, args):
        self.largest = {}

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        name, value = request.correlation_id(), pb_utils.get_input_tensor_by_name(request, "value").as_numpy()
        if not request.flags() & pb_utils.TRITONSERVER_REQUEST_FLAG_SEQUENCE_START:
            value = np.maximum(value, self.largest[name])
        self.largest[name] = value
        if request.flags() & pb_utils.TRITONSERVER_REQUEST_FLAG_SEQUENCE_END:
            del self.largest[name]
        return pb_utils.InferenceResponse([pb_utils.Tensor("largest", value)])
"""
check("12.3", model_py)''',
        "the state lives in a dictionary keyed by correlation id: START creates an entry, and END deletes it",
    ),
]
