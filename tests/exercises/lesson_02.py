"""Answers to the exercises of lesson 02: right ones of different kinds, plausible wrong ones and what they are told."""

import numpy as np
from PIL import Image

from tutorial_lib.exercises import exercises

SERVER = {"models": ["scale_twice", "resnet_preprocessor"]}
WIRED = exercises("02")[2].solution.split('"""')[1]


def kept(function):
    function.as_it_is = True
    return function


def as_uint8(array):
    return array if array.dtype == np.uint8 else np.rint(array * 255).astype(np.uint8)


def as_rgb(array):
    return np.stack([array.astype(int).astype(np.uint8)] * 3, axis=2)


ANSWERS = {
    "02.1": {
        "right": [(24, 6), [24.0, 6.0], np.array([24, 6]), ("24", "6")],
        "wrong": [
            ((12, 3), "how often does one request go through"),
            ((6, 24), "the other way around"),
            ((24, 3), "found 3 executions"),
            ((24, 24), "found 24 executions"),
            ((6, 6), "found 6 inferences"),
            ((True, 6), "found True, expected two numbers"),
            (24, "two numbers"),
        ],
    },
    "02.2": {
        "right": [
            kept(lambda array: np.array(Image.fromarray(as_uint8(array)).convert("RGB"))),
            kept(lambda array: (array if array.ndim == 3 else np.dstack([as_uint8(array)] * 3))[..., :3]),
        ],
        "wrong": [
            (kept(lambda array: array), "comes back as float64"),
            (kept(as_uint8), "unexpected shape for input 'input_image'"),
            (kept(lambda array: np.atleast_3d(as_uint8(array))), "unexpected shape for input 'input_image'"),
            (kept(lambda array: np.dstack([array.astype(np.uint8)] * 3)), "is black"),
            (kept(lambda array: np.dstack([as_uint8(array)] * 3)[None]), "unexpected shape"),
            (kept(lambda array: np.dstack([as_uint8(array)] * 3)), "[40,30,12]"),
            (kept(lambda array: np.dstack([as_uint8(array.T)] * 3)), "the gray picture has shape"),
            (
                kept(lambda array: array[:, :, 2::-1] if array.ndim == 3 else np.dstack([as_uint8(array)] * 3)),
                "the colors of the RGBA picture changed",
            ),
            (kept(lambda array: as_rgb(array * 256)), "in the gray picture 1.00 became 0, expected 255"),
            (kept(lambda array: as_rgb(array / array.max() * 255)), "in the dark gray picture"),
            (kept(lambda array: array.missing), "raised AttributeError"),
            (kept(lambda array: Image.fromarray(as_uint8(array))), "expected a numpy array"),
            (np.zeros((3, 3, 3), np.uint8), "expected a function"),
        ],
    },
    "02.3": {
        "right": [WIRED, WIRED.replace('"once"', '"first"').replace('"twice"', '"second"').replace("-1", "1")],
        "wrong": [
            (
                WIRED.replace('key: "y" value: "once"', 'key: "once" value: "y"'),
                "step 1: output_map has the keys ['once']",
            ),
            (WIRED.replace('key: "x" value: "twice"', 'key: "x" value: "thrice"'), "step 3 reads `thrice`"),
            (WIRED.replace('key: "x" value: "twice"', 'key: "x" value: "once"'), "a step is bypassed"),
            (WIRED.replace('value: "twice"', 'value: "once"'), "two steps write `once`"),
            (WIRED.replace("dims: [ 1 ]", "dims: [ 2 ]", 1), "the server does not load it"),
            ("\n".join(WIRED.splitlines()[:10]).rstrip(",") + "] }", "expected `scale` three times"),
            (WIRED.replace("model_name", "model"), 'no field named "model"'),
            (3, "expected the text"),
        ],
    },
}
