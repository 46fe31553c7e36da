"""Answers to the exercises of lesson 07: right ones of different kinds, plausible wrong ones and what they are told."""

import json

import numpy as np
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient

from . import as_it_is

SERVER = {"models": ["identity", "traffic_light"]}
ROWS = [[0.125, 0.75, 0.125], [0.5, 0.25, 0.25]]


def body(*, data=ROWS, shape=(2, 3), outputs=({"name": "light", "parameters": {"classification": 1}},), **more):
    scores = {"name": "scores", "shape": list(shape), "datatype": "FP32", "data": data}
    return {"id": "crossing-7", "inputs": [scores], "outputs": list(outputs), **more}


def echo(dtype=object, name="bytes_out", module=httpclient, last=lambda words: [word.decode() for word in words[0]]):
    """Make a learner's function."""

    def function(words):
        array = np.array([[word.encode() for word in words]] if dtype == "S" else [words], dtype=dtype)
        tensor = module.InferInput("bytes", array.shape, "BYTES").set_data_from_numpy(array)
        with module.InferenceServerClient("localhost:8000" if module is httpclient else "localhost:8001") as client:
            return last(client.infer("identity", [tensor]).as_numpy(name).tolist())

    return as_it_is(function)


@as_it_is
def json_echo(words):
    array = np.array([words], dtype=object)
    tensor = httpclient.InferInput("bytes", array.shape, "BYTES").set_data_from_numpy(array, binary_data=False)
    wanted = httpclient.InferRequestedOutput("bytes_out", binary_data=False)
    with httpclient.InferenceServerClient("localhost:8000") as client:
        return tuple(client.infer("identity", [tensor], outputs=[wanted]).as_numpy("bytes_out").ravel())


@as_it_is
def one_by_one(words):
    return [echo()([word])[0] for word in words]


@as_it_is
def latin(words):
    array = np.array([[word.encode("latin-1") for word in words]], dtype=object)
    tensor = httpclient.InferInput("bytes", array.shape, "BYTES").set_data_from_numpy(array)
    with httpclient.InferenceServerClient("localhost:8000") as client:
        return [word.decode("latin-1") for word in client.infer("identity", [tensor]).as_numpy("bytes_out")[0]]


@as_it_is
def no_return(words):
    echo()(words)


@as_it_is
def lazy(words):
    return list(words)


ANSWERS = {
    "07.1": {
        "right": [18, "18", np.int64(18)],
        "wrong": [
            (7, "letters"),
            (10, "where one ends"),
            (15, "two bytes each"),
            (14, "its own length"),
            (11, "count"),
        ],
    },
    "07.2": {
        "right": [
            body(),
            json.dumps(body(data=[value for row in ROWS for value in row])),
            json.dumps(body(parameters={"binary_data_output": True})).encode(),
            body(data=np.array(ROWS)),
        ],
        "wrong": [
            (body(outputs=[], parameters={"classification": 1}), "parameter of the output"),
            (body(outputs=[{"name": "light", "classification": 1}]), "parameter of the output"),
            (body(outputs=[{"name": "light", "parameters": {"classification": 2}}]), "one class for each"),
            (body(id=7), "the server answers 500: Unable to parse 'id'"),
            (body(id="crossing"), "id 'crossing'"),
            (body(shape=[1, 3], data=ROWS[0]), "one row"),
            (body(shape=[1, 3]), "the server answers 500"),
            (body(shape=[2147483648, 2147483648]), "expected a list of two numbers"),
            (body(data=ROWS[::-1]), "row by row"),
            (body(data=[[0, 1, 0], [1, 0, 0]]), "are these the scores"),
            (body(outputs=[np]), "not JSON serializable"),
            ("{'id': 'crossing-7'}", "not valid JSON"),
            ([], "named `inputs`"),
        ],
    },
    "07.3": {
        "right": [echo(), json_echo, echo(module=grpcclient)],
        "wrong": [
            (echo(dtype=None, name="bytes", last=list), "your function raised InferenceServerException"),
            (echo(name="bytes"), "no output of that name"),
            (echo(last=list), "a list in a list"),
            (echo(last=lambda words: words[0]), "decode()"),
            (echo(dtype="S"), "keeps a zero"),
            (latin, "can't encode"),
            (echo(last=lambda words: [str(word) for word in words[0]]), "returned [\"b'Gr"),
            (no_return, "returns None"),
            (lazy, "did you send them"),
            (one_by_one, "took 5 requests"),
            (["Grüße"], "expected a function"),
        ],
    },
}
