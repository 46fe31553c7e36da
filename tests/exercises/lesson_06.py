"""Answers to the exercises of lesson 06: right ones of different kinds, plausible wrong ones and what they are told."""

import json
import time

import numpy as np

from tutorial_lib.exercises.asking import unload

SERVER = {"models": ["versions_demo"]}
GOOD = """
backend: "python"
max_batch_size: 8
input { name: "x" data_type: TYPE_FP32 dims: 1 }
output { name: "y" data_type: TYPE_FP32 dims: 1 }
"""


def with_instances(client, *groups):
    """Load versions_demo with these instance groups, as a learner's cell would."""
    config = client.get_model_config("versions_demo")
    config["instance_group"] = list(groups)
    time.sleep(0.1)  # as before an unload: instances may go
    client.load_model("versions_demo", config=json.dumps(config))


def wiped(client, **kept):
    client.load_model("versions_demo", config=json.dumps({"instance_group": [{"count": 2}], **kept}))


def named(client, **more):
    """Give back what the tensors were, and forget the versions."""
    tensor = {"data_type": "TYPE_FP32", "dims": [1]}
    wiped(client, max_batch_size=8, input=[{"name": "x", **tensor}], output=[{"name": "y", **tensor}], **more)


def unloaded(client):
    unload(client, "versions_demo")


# A function gets a tritonclient.http client of the live server, acts as a learner's cell would, and returns the answer.
ANSWERS = {
    "06.1": {
        "right": [["9", "10"], (10, 9), np.array([9, 10])],
        "wrong": [
            (["2", "9"], "highest versions"),
            (["2", "9", "10"], "policy `all`"),
            (["10"], "num_versions: 2"),
            (["2", "10"], "num_versions: 2"),
            ("3", "a list"),
            (2.0, "a list"),
        ],
    },
    "06.2": {
        "right": [GOOD, GOOD.replace("dims: 1", "dims: [ -1 ]")],
        "wrong": [
            (GOOD.replace("TYPE_FP32", "FP32", 1), "FP32"),
            (GOOD.replace("max_batch_size: 8", ""), "expected 8"),
            (GOOD.replace("dims: 1", "dims: [ 8, 1 ]", 1), "unexpected shape"),
            (GOOD.replace('"y"', '"z"'), "expected `y`"),
            ("dims: [ 8, 1 ]".join(GOOD.rsplit("dims: 1", 1)), "it promises `y` as [-1, 8, 1]"),
            (3, "expected the text"),
        ],
    },
    "06.3": {
        "right": [
            lambda client: with_instances(client, {"count": 2}),
            lambda client: with_instances(client, {"count": 1, "kind": "KIND_CPU"}, {"count": 1, "kind": "KIND_CPU"}),
        ],
        "wrong": [
            (lambda client: with_instances(client, {"count": 1}), "versions_demo is 1, expected 2"),
            (lambda client: with_instances(client, {"count": 3}), "versions_demo is 3, expected 2"),
            (lambda client: named(client, backend="python"), "or its versions"),  # its config still says `all`
            (wiped, "lost its input"),
            (named, "or its versions"),
            (unloaded, "not loaded"),
        ],
    },
}
