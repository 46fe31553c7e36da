"""Answers to the exercises of lesson 18: right ones of different kinds, plausible wrong ones and what they are told."""

import json

import numpy as np
import tritonclient.http as httpclient

from . import as_it_is

SERVER = {"models": ["cached_square"], "options": ["--cache-config=local,size=1048576"]}
PLAIN = {
    "backend": "python",
    "max_batch_size": 8,
    "input": [{"name": "number", "data_type": "TYPE_FP32", "dims": [1]}],
    "output": [
        {"name": "square", "data_type": "TYPE_FP32", "dims": [1]},
        {"name": "run", "data_type": "TYPE_INT32", "dims": [1]},
    ],
}


def asked(client, number):
    tensor = httpclient.InferInput("number", [1, 1], "FP32")
    tensor.set_data_from_numpy(np.array([[number]], dtype=np.float32))
    return client.infer("cached_square", [tensor]).as_numpy("square")


@as_it_is
def raises(client, number):
    return asked(client, number).item()  # None has no item: an AttributeError says enough


@as_it_is
def looks_first(client, number):
    if not np.isfinite(number):
        raise ValueError("number must be finite")
    found = asked(client, number)
    return [[number * number]] if found is None else found.tolist()


@as_it_is
def broken(client, number):
    found = asked(client, number)
    return None if found is None else found.item()


@as_it_is
def half(client, number):
    if not np.isfinite(number):
        raise ValueError("number must be finite")
    return broken(client, number)


@as_it_is
def doubled(client, number):
    return 2 * number


@as_it_is
def swallows(client, number):
    try:
        return raises(client, number)
    except Exception:
        return float("nan")


def with_cache(enable):
    def config(client):
        return {**client.get_model_config("cached_square"), "response_cache": {"enable": enable}}

    return config


ANSWERS = {
    "18.1": {
        "right": [[2, 6], ("6", "2"), {2, 6}, np.array([2, 6])],
        "wrong": [
            ([2, 4, 6], "part of a batch"),
            ([2, 5, 6], "another order"),
            ([2], "request 6 differs"),
            ([6], "request 2 differs"),
            ([2, 3, 6], "nobody has asked for yet"),
            ([1, 2, 6], "the first of all"),
            ([2, 6, 7], "from 1 to 6"),
            (2, "a list of the requests"),
        ],
    },
    "18.2": {
        "right": [raises, looks_first],
        "wrong": [
            (broken, "for infinity, asked for the"),
            (half, "for the output `run` only"),
            (doubled, "expected its square"),
            (swallows, "it returned nan"),
            (as_it_is(lambda client, number: {"square": asked(client, number)}), "expected its square"),
            ([[9.0]], "a function"),
        ],
    },
    "18.3": {
        "right": [with_cache(False), PLAIN, json.dumps(PLAIN)],
        "wrong": [
            (with_cache(True), "still answered from the cache"),
            ({"response_cache": {"enable": False}}, "replaces the whole config"),
            ({**PLAIN, "max_batch_size": 0}, "unexpected shape"),
            ({**PLAIN, "max_batch_size": 1}, "only the cache should change"),
            ({**PLAIN, "output": PLAIN["output"][:1]}, "expected square and run"),
            ({**PLAIN, "backend": "cpp"}, "does not load"),
            ("response_cache { enable: false }", "not valid JSON"),
            (False, "expected a config"),
        ],
    },
}
