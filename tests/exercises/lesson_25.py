"""Answers to the exercises of lesson 25: right ones of different kinds, plausible wrong ones and what they are told."""

import numpy as np

from . import as_it_is

SERVER = {}
MODEL = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(pb_utils.get_input_tensor_by_name(request, "x").as_numpy()) for request in requests]

    def answer(self, x):
        y = FORMULA
        return pb_utils.InferenceResponse([pb_utils.Tensor("y", y)])
"""


def model(formula):
    return MODEL.replace("FORMULA", formula)


def softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def judge(axis=1, see=softmax):
    """A judge that looks along this axis, and at these figures."""

    def judged(expected, fast):
        return (fast.argmax(axis) == expected.argmax(axis)).mean(), np.abs(see(fast) - see(expected)).max()

    judged.as_it_is = True
    return judged


def rises(change):
    """A judge that forgets abs()."""
    return as_it_is(lambda expected, fast: (judge()(expected, fast)[0], change(expected, fast).max()))


def careless(logits):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


ANSWERS = {
    "25.1": {
        "right": [10 / 6, "1.67", 1.7],
        "wrong": [
            (3, "the network alone"),
            (2.5, "no time at all"),
            (6, "how many times as fast"),
            (1.8, "cannot be added"),
            (1.2, "which part"),
            ((10, 6), "a number"),
        ],
    },
    "25.2": {
        "right": [
            judge(),
            as_it_is(lambda expected, fast: np.array(judge()(expected, fast))),
            as_it_is(lambda expected, fast: [str(judge()(expected, fast)[0]), judge()(expected, fast)[1]]),
        ],
        "wrong": [
            (judge(0, lambda logits: logits), "along which axis"),
            (judge(1, lambda logits: logits), "softmax first"),
            (judge(None), "along which axis"),
            (judge(1, lambda logits: softmax(logits.T).T), "a probability moves by"),
            (judge(1, careless), "subtract each row's maximum"),
            (rises(lambda expected, fast: softmax(fast) - softmax(expected)), "abs() before max()"),
            (rises(lambda expected, fast: softmax(expected) - softmax(fast)), "abs() before max()"),
            (as_it_is(lambda expected, _fast: (expected.softmax(1), 0)), "raised AttributeError"),
            (as_it_is(lambda expected, fast: (np.nan, judge()(expected, fast)[1])), "expected same to be a number"),
            (as_it_is(lambda _expected, _fast: 0.75), "(same, moved)"),
            (0.75, "a function"),
        ],
    },
    "25.3": {
        "right": [
            model("(x * x).sum(1, keepdims=True)"),
            model('np.einsum("ij,ij->i", x, x)[:, None]'),
        ],
        "wrong": [
            (model("np.array([[sum(v * v for v in row)] for row in x], np.float32)"), "of the time"),
            (model("(x.astype(np.float16) ** 2).sum(1, keepdims=True).astype(np.float32)"), "an answer moves"),
            (model("(x * x).sum(1)"), "expected (256, 1)"),
            (model("(x * x).sum(1, keepdims=True).astype(np.float64)"), "the config says FP32"),
            (model("(x * x).sum(1, keepdims=True)").replace('Tensor("y"', 'Tensor("sum"'), "has no output y"),
            (model("np.array([[nothing]])"), "the server answers"),
            ("def fast(x): return x", "does not load"),
            (7, "the text of a model.py"),
        ],
    },
}
