"""Answers to the exercises of lesson 00: right ones of different kinds, plausible wrong ones and what they are told."""

import json

import numpy as np

SERVER = {"models": ["add_sub"]}
RIGHT = [[0, 1, 2, 3], [3, 4, 5, 6]]


def body(shape=(1, 4), name="b", datatype="FP32", data=(10, 10, 10, 10), **more):
    first = {"name": "a", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4]}
    second = {"name": name, "shape": list(shape), "datatype": datatype, "data": list(data)}
    return {"inputs": [first, second], **more}


ANSWERS = {
    "00.1": {
        "right": [RIGHT, tuple(tuple(float(number) for number in row) for row in RIGHT), np.array(RIGHT, np.float32)],
        "wrong": [
            ([*RIGHT[0], *RIGHT[1]], "rows are gone"),
            ([[2, 3, 4, 5], [7, 8, 9, 10]], "output `sum`"),
            ([[0, -1, -2, -3], [-3, -4, -5, -6]], "b - a"),
            ([RIGHT[0]], "two rows went in"),
            ([[False, True, 2, 3], RIGHT[1]], "expected numbers"),
            ("0 1 2 3", "expected numbers"),
            ([[0, 1, 2, 3], [4, 5, 6, 7]], "row by row"),
        ],
    },
    "00.2": {
        "right": [
            body(),
            json.dumps(body(outputs=[{"name": "sum"}])),
            body(data=([10, 10, 10, 10],), id="mine"),
            {"inputs": [{**tensor, "data": np.array(tensor["data"])} for tensor in body()["inputs"]]},
        ],
        "wrong": [
            (body(shape=[4]), "batch size does not match"),
            (body(name="c"), "unexpected inference input 'c'"),
            (body(datatype="FLOAT32"), "invalid datatype for input b"),
            (body(datatype="FP64"), "expects 'FP32'"),
            (body(data=[10, 10, 10]), "the server answers"),
            (body(shape=[1, 3], data=[10, 10, 10]), "unexpected shape"),
            (body(data=[1, 1, 1, 1]), "keep the numbers"),
            (body(outputs=[{"name": "difference"}]), "`sum` is None"),
            ("{'inputs': []}", "not valid JSON"),
            ([body()], "a dictionary"),
            (body(parameters={"binary_data_output": True}), "leave the binary form out"),
            ({"inputs": [np]}, "cannot be written as JSON"),
        ],
    },
}
