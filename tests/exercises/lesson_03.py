"""Answers to the exercises of lesson 03: right ones of different kinds, plausible wrong ones and what they are told."""

import numpy as np
import tritonclient.http as httpclient

from tutorial_lib.exercises import exercises

SERVER = {"models": ["sentiment"]}
MODEL = exercises("03")[2].solution.split('"""')[1]
SHORT = """
import numpy as np
import triton_python_backend_utils as pb_utils

def answer(request):
    texts = pb_utils.get_input_tensor_by_name(request, "text").as_numpy().reshape(-1)
    counts = np.int32([len(text.decode().split()) for text in texts])
    return pb_utils.InferenceResponse([pb_utils.Tensor("words", counts.reshape(-1, 1))])

class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]
"""


def function(rows=lambda texts: [[text.encode()] for text in texts], dtype=object, back=lambda row: row[0].decode()):
    """A learner's function: with its defaults a right one."""

    def stars(client, texts):
        array = np.array(rows(texts), dtype=dtype)
        tensor = httpclient.InferInput("text", array.shape, "BYTES")
        tensor.set_data_from_numpy(array)
        return [back(row) for row in client.infer("sentiment", inputs=[tensor]).as_numpy("label")]

    stars.as_it_is = True
    return stars


def one_by_one(client, texts):
    return [function()(client, [text])[0] for text in texts]


one_by_one.as_it_is = True
ANSWERS = {
    "03.1": {
        "right": [[2, 0, 1], (2, 0, 1.0), np.array([2, 0, 1])],
        "wrong": [
            ([2, 1, 1], "not to a row"),
            ([0, 0, 0], "neighbors"),
            ([2, 2, 1], "a blank text"),
            ([1, 0, 1], "one label for each"),
            ([True, 0, 1], "found True, expected three numbers"),
            (3, "three numbers"),
        ],
    },
    "03.2": {
        "right": [function(), function(rows=lambda texts: [[text] for text in texts]), one_by_one],
        "wrong": [
            (
                function(rows=lambda texts: texts, dtype=None),
                "raised InferenceServerException: got unexpected datatype",
            ),
            (function(rows=lambda texts: [text.encode() for text in texts]), "unexpected shape"),
            (function(rows=lambda texts: [[text.encode("latin-1", "replace")] for text in texts]), "not UTF-8"),
            (function(back=lambda row: row[0]), "Python gets bytes"),
            (function(back=lambda row: row), "each row of `label`"),
            (function(back=lambda _: "5 stars"), "the server says"),
            (function(rows=lambda texts: [[text.encode()] for text in texts[:1]]), "a list of as many"),
            (["5 stars"], "expected a function"),
        ],
    },
    "03.3": {
        "right": [MODEL, SHORT],
        "wrong": [
            (
                MODEL.replace("        return responses", "        return responses[:1]"),
                "two that wait together do not",
            ),
            (MODEL.replace("np.int32", "np.int64"), "comes back as int64"),
            (MODEL.replace("len(row[0].split())", "len(row[0])"), "expected [[3], [4], [2]]"),
            (MODEL.replace("row[0].split()", 'row[0].split(b" ")'), "expected [[3], [4], [2]]"),
            (MODEL.replace("row[0].split()", "set(row[0].split())"), "expected [[3], [4], [2]]"),
            (MODEL.replace('"words"', '"count"'), "has no output `words`"),
            (MODEL.replace("TritonPythonModel", "Model"), "the server does not load it"),
            (MODEL.replace("def execute(self, requests)", "def execute(self, requests"), "Python cannot read it"),
            (b"text", "expected the text"),
        ],
    },
}
