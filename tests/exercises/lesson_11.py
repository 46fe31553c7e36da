"""Answers to the exercises of lesson 11: right ones of different kinds, plausible wrong ones and what they are told."""

import queue

import numpy as np
import tritonclient.grpc as grpcclient

from tutorial_lib.exercises.lesson_11 import EXERCISES

from . import as_it_is

SERVER = {"models": ["countdown"]}
ASK = {"enable_empty_final_response": True}
GOOD = EXERCISES[2].solution.split('"""')[1]
LAST = "            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)\n"
RETURNS = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        texts = [pb_utils.get_input_tensor_by_name(request, "text").as_numpy()[0] for request in requests]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("word", np.array([t], dtype=object))]) for t in texts]
"""


def counting(reader, **options):
    """Make a learner's function from the loop that reads the queue."""

    def counts(start):
        answers = queue.Queue()
        first = grpcclient.InferInput("start", [1], "INT32").set_data_from_numpy(np.array([start], dtype=np.int32))
        with grpcclient.InferenceServerClient("localhost:8001") as client:
            client.start_stream(callback=lambda result, error: answers.put((result, error)))
            client.async_stream_infer("countdown", [first], **options)
            return reader(answers, client)

    return as_it_is(counts)


def is_final(result):
    return result.get_response().parameters["triton_final_response"].bool_param


def never_ends(answers, _client):
    found = []
    while True:
        found.append(answers.get(timeout=1)[0].as_numpy("count").item())


def until_silence(answers, _client, seconds=1):
    found, patience = [], 5  # for the connection and the first answer, on a busy machine too
    while True:
        try:
            found.append(answers.get(timeout=patience)[0].as_numpy("count").item())
        except queue.Empty:
            return found
        patience = seconds


def generator(start):
    yield from counting(never_ends)(start)


def until_final(answers, _client, outputs=True, last=True):
    found = []
    while True:
        result, _ = answers.get(timeout=5)
        count = result.as_numpy("count")
        if count is not None or not outputs:
            found.append(count)
        if is_final(result):
            return found if last else found[:-1]


def stopped(answers, client):
    client.stop_stream()
    return [item[0].as_numpy("count").item() for item in list(answers.queue)]


def guesses(start):
    def reader(answers, _client):
        return [answers.get(timeout=5)[0].as_numpy("count").item() for _ in range(start)]

    return counting(reader)(start)


def first_only(answers, _client):
    return answers.get(timeout=5)[0].as_numpy("count").tolist()


ANSWERS = {
    "11.1": {
        "right": [[200, 400, 200, 501], ("200", "400", "200", "501")],
        "wrong": [
            ([400, 400, 200, 501], "request 1: when the error came"),
            ([200, 200, 200, 501], "request 2: the error is the very first"),
            ([200, 400, 400, 501], "request 3: generate wants one"),
            ([200, 400, 200, 400], "request 4: infer promises"),
            ([200], "four statuses"),
        ],
    },
    "11.2": {
        "right": [counting(until_final, **ASK), counting(stopped)],
        "wrong": [
            (counting(never_ends), "for 3 it waited in vain"),
            (
                counting(lambda *items: until_final(*items, outputs=False), enable_empty_final_response=True),
                "gives None",
            ),
            (counting(lambda *items: until_final(*items, last=False), **ASK), "is missing"),
            (counting(first_only), "for 3, found [3]"),
            (counting(lambda *items: first_only(*items)[0]), "expected a list"),
            (as_it_is(guesses), "it guesses the end"),
            (counting(until_silence), "s for nothing"),
            (counting(lambda *items: until_silence(*items, seconds=0.2)), "it guesses the end"),
            (as_it_is(generator), "for 3 it waited in vain"),
            (counting(lambda answers, client: client.stop_stream()), "returns None"),  # noqa: ARG005
            ([3, 2, 1], "expected a function"),
        ],
    },
    "11.3": {
        "right": [
            GOOD,
            GOOD.replace("for word in text.split():", "for word in text.decode().split():"),
            GOOD.replace("Response([tensor]))", "Response([tensor]), flags=0)"),
        ],
        "wrong": [
            (GOOD.replace("word in text.split()", "word in [text]"), "one for each word"),
            (GOOD.replace(".split()", ".split()[::-1]"), "found the responses"),
            (RETURNS, "for 'to be or\\nnot'"),
            (GOOD.replace(".split()", ".split(b' ')"), "['to', 'be', 'or\\nnot']"),
            (GOOD.replace("TritonPythonModel", "Model"), "does not load"),
            (GOOD.replace("word in text", "word in txt"), "txt"),
            (GOOD.replace(LAST, ""), "never ended"),
            (3, "the text of a model.py"),
        ],
    },
}
