"""Answers to the exercises of lesson 01: right ones of different kinds, plausible wrong ones and what they are told."""

import numpy as np
import tritonclient.http as httpclient

SERVER = {"models": ["scale"]}
CONFIG = """
name: "temperature"
backend: "python"
max_batch_size: 16
input { name: "celsius" data_type: TYPE_FP32 dims: 1 }
output { name: "fahrenheit" data_type: TYPE_FP32 dims: 1 }
"""


def function(dtype=np.float32, shape=(-1, 1), back=lambda array: array.ravel().tolist(), name="x"):
    """A learner's function: with its defaults a right one."""

    def scaled(client, numbers):
        array = np.array(numbers, dtype=dtype).reshape(shape or len(numbers))
        tensor = httpclient.InferInput(name, array.shape, "FP32")
        tensor.set_data_from_numpy(array)
        return back(client.infer("scale", inputs=[tensor]).as_numpy("y"))

    scaled.as_it_is = True
    return scaled


def one_by_one(client, numbers):
    return [function()(client, [number])[0] for number in numbers]


def by_heart(_client, numbers):
    return [2.5 * number for number in numbers]


one_by_one.as_it_is = by_heart.as_it_is = True
ANSWERS = {
    "01.1": {
        "right": [[[1, 2, 3], [4, 2, 3]], ((4, 2, 3), (1, 2, 3)), np.array([[1, 2, 3], [4, 2, 3]])],
        "wrong": [
            ([[2, 3], [1, 2, 3], [4, 2, 3]], "puts a batch dimension"),
            ([[1, 2, 3], [4, 2, 3], [5, 2, 3]], "batch of five"),
            ([[1, 2, 3], [1, 3, 2]], "not the shape"),
            ([[4, 2, 3]], "found only"),
            ([1, 2, 3], "found only"),
            ([[9, 9]], "not one of the five"),
            ("[1, 2, 3]", "a list of shapes"),
        ],
    },
    "01.2": {
        "right": [CONFIG, CONFIG.replace("dims: 1", "dims: [ -1 ]").replace('name: "temperature"', "")],
        "wrong": [
            (CONFIG.replace("celsius", "input__0"), "expected ['celsius']"),
            (CONFIG.replace("max_batch_size: 16", ""), "max_batch_size is 0"),
            (CONFIG.replace('backend: "python"', ""), "here, name it"),
            (CONFIG.replace('fahrenheit" data_type: TYPE_FP32', 'fahrenheit" data_type: TYPE_STRING'), "BYTES [-1, 1]"),
            (f"{CONFIG.rpartition('dims: 1')[0]}dims: [ 7 ] }}", "it promises FP32 [-1, 7]"),
            (CONFIG.replace("python", "pytorch_libtorch"), "the server does not load it"),
            (CONFIG.replace("TYPE_FP32", "FP32", 1), "FP32"),
            (CONFIG.replace("dims: 1", "dims: [ 16, 1 ]", 1), "unexpected shape"),
            (CONFIG.replace('celsius" data_type: TYPE_FP32', 'celsius" data_type: TYPE_FP64'), "expects 'FP64'"),
            (["celsius"], "expected the text"),
        ],
    },
    "01.3": {
        "right": [
            function(),
            function(back=lambda array: [float(row[0]) for row in array]),
            function(back=lambda array: list(array.ravel())),
        ],
        "wrong": [
            (function(dtype=None), "raised InferenceServerException: got unexpected datatype FP64"),
            (
                function(shape=None),
                "raised InferenceServerException: [400] [request id: <id_unknown>] unexpected shape",
            ),
            (function(shape=(1, -1)), "raised InferenceServerException"),
            (function(back=lambda array: array.tolist()), "still has the batch's shape"),
            (function(back=lambda array: array.ravel()), ".tolist()"),
            (function(name="input__0"), "raised InferenceServerException"),
            (one_by_one, "3 lists took 6 requests"),
            (by_heart, "3 lists took 0 requests"),
            ([2.5, 5.0], "expected a function"),
        ],
    },
}
