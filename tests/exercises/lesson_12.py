"""Answers to the exercises of lesson 12: right ones of different kinds, plausible wrong ones and what they are told."""

import contextlib

import numpy as np
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException

from tutorial_lib.exercises.lesson_12 import EXERCISES, IDS

from . import as_it_is

SERVER = {"models": ["running_sum", "running_sum_oldest"]}
GOOD = EXERCISES[2].solution.split('"""')[1]
LINES = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def initialize(self, args):
        self.seen = {}

    def execute(self, requests):
        responses = []
        for request in requests:
            if request.flags() & 1:
                self.seen[request.correlation_id()] = []
            values = self.seen[request.correlation_id()]
            values.append(pb_utils.get_input_tensor_by_name(request, "value").as_numpy().item())
            tensor = pb_utils.Tensor("largest", np.array([[max(values)]], np.int32))
            responses.append(pb_utils.InferenceResponse([tensor]))
        return responses
"""


def adding(start=lambda place, count: place == 0, end=lambda place, count: place == count - 1, module=grpcclient):  # noqa: ARG005
    """Make a learner's function from its marks."""

    def total(numbers, sequence):
        with module.InferenceServerClient("localhost:8001" if module is grpcclient else "localhost:8000") as client:
            for place, number in enumerate(numbers):
                row = np.array([[number]], dtype=np.int32)
                value = module.InferInput("value", [1, 1], "INT32").set_data_from_numpy(row)
                count = len(numbers)
                marks = {"sequence_start": start(place, count), "sequence_end": end(place, count)}
                result = client.infer("running_sum", [value], sequence_id=sequence, **marks)
            return result.as_numpy("sum").item()

    return as_it_is(total)


def afresh(function):
    """End what the wrong answers before left open. (No reload: Triton 2.51 may crash where it meets open ones.)"""

    def on(client):
        last = next(IDS)
        value = httpclient.InferInput("value", [1, 1], "INT32").set_data_from_numpy(np.zeros((1, 1), np.int32))
        for sequence in range(max(1, last - 40), last):
            with contextlib.suppress(InferenceServerException):  # most of them are not open
                client.infer("running_sum", [value], sequence_id=sequence, sequence_end=True)
        return function

    return on


@as_it_is
def one_more(numbers, sequence):
    """Send the END as a request of its own."""
    found = adding(end=lambda place, count: False)(numbers, sequence)  # noqa: ARG005
    return adding(start=lambda place, count: False, end=lambda place, count: True)([0], sequence) or found  # noqa: ARG005


@as_it_is
def rows(numbers, sequence):
    value = httpclient.InferInput("value", [len(numbers), 1], "INT32")
    value.set_data_from_numpy(np.array(numbers, dtype=np.int32).reshape(-1, 1))
    with httpclient.InferenceServerClient("localhost:8000") as client:
        reply = client.infer("running_sum", [value], sequence_id=sequence, sequence_start=True, sequence_end=True)
    return reply.as_numpy("sum").sum()


@as_it_is
def by_value(numbers, sequence):
    return adding(start=lambda place, _: numbers[place] == numbers[0])(numbers, sequence)


@as_it_is
def silent(numbers, sequence):
    adding()(numbers, sequence)


always = lambda place, count: True  # noqa: E731, ARG005
never = lambda place, count: False  # noqa: E731, ARG005

ANSWERS = {
    "12.1": {
        "right": [[10, 5, 13, 4, 6, 5, 400], ["10", "5", "13", "4", "6", "5", "400"]],
        "wrong": [
            ([10, 5, 3, 4, 6, 5, 400], "what had ann sent"),
            ([10, 5, 13, 17, 6, 5, 400], "starts over"),
            ([10, 5, 13, 400, 6, 5, 400], "starts over"),
            ([10, 5, 13, 4, 5, 5, 400], "still counts"),
            ([10, 5, 13, 4, 6, 18, 400], "since her second START"),
            ([10, 5, 13, 4, 6, 5, 7], "has ended"),
            ([10, 15, 13, 4, 6, 5, 7], "begins with a sum of 0"),
            ([10], "7 numbers"),
        ],
    },
    "12.2": {
        "right": [adding(), adding(module=httpclient), one_more],
        "wrong": [
            (afresh(adding(start=always, end=never)), "the last number alone"),
            (afresh(adding(end=never)), "has not ended"),
            (afresh(adding(start=always)), "the last number alone"),
            (afresh(adding(start=never)), "your function raised InferenceServerException"),
            (afresh(adding(end=lambda place, count: place == count)), "has not ended"),
            (afresh(by_value), "for [2, 1, 2], found 2, the last number alone"),
            (afresh(as_it_is(lambda numbers, _: sum(numbers))), "running_sum has seen 0 requests"),
            (afresh(rows), "your function raised InferenceServerException"),
            (afresh(silent), "returned None"),
            (afresh(6), "expected a function"),
        ],
    },
    "12.3": {
        "right": [GOOD, LINES],
        "wrong": [
            (GOOD.replace("[name]", "[0]").replace("del self.largest[0]", "pass"), "does not count here"),
            (LINES.replace("max(values)", "max(0, *values)"), "even below zero"),
            (LINES.replace("max(values)", "values[-1]"), "-5 came before"),
            (LINES.replace("correlation_id()", "request_id()"), "expected"),
            (GOOD.replace("for request in requests]", "for request in requests[:1]]"), "a batch of two does not"),
            (GOOD.replace("for request in requests]", "for request in requests][::-1]"), "in one batch get [4, 3]"),
            (LINES.replace("request.flags() & 1", "request.correlation_id() not in self.seen"), "even in the middle"),
            (LINES.replace("request.flags() & 1", "request.flags() & 2"), "the server answers"),
            (LINES.replace("request.flags() & 1", "request.flags() == 1"), "START and END in one request"),
            (LINES.replace("np.int32", "np.int64"), "comes back as int64"),
            (LINES.replace("[[max(values)]]", "[max(values)]"), "comes back as int32 [1]"),
            (LINES.replace("TritonPythonModel", "Model"), "does not load"),
            (3, "the text of a model.py"),
        ],
    },
}
