"""Answers to the exercises of lesson 05: right ones of different kinds, plausible wrong ones and what they are told."""

import json
import time

import tritonclient.grpc as grpcclient

from tutorial_lib.exercises import exercises
from tutorial_lib.exercises.asking import unload

SERVER = {"models": ["add_sub"]}
SUM = [{"name": "sum", "data_type": "TYPE_FP32", "dims": [4]}]
CONFIG, CODE = exercises("05")[2].solution.split('"""')[1:4:2]
FP64 = "FP64".join(CONFIG.rsplit("FP32", 1))


def gone(client, name):
    unload(client, name)
    while any(m["name"] == name and m.get("state") == "UNLOADING" for m in client.get_model_repository_index()):
        time.sleep(0.05)


def fresh(client, **changes):
    """Load add_sub anew, with its own config or with these changes in it."""
    gone(client, "add_sub")
    client.load_model("add_sub")
    if changes:
        config = client.get_model_config("add_sub")
        client.load_model("add_sub", config=json.dumps({**config, **changes}))


def wiped(client):
    fresh(client)
    client.load_model("add_sub", config='{"max_batch_size": 4}')
    client.load_model("add_sub")  # does not help


def over_grpc(client):
    fresh(client)
    with grpcclient.InferenceServerClient("localhost:8001") as other:
        config = other.get_model_config("add_sub", as_json=True)["config"]
        other.load_model("add_sub", config=json.dumps({**config, "max_batch_size": 4}))


def turned_around(client):
    tensors = [{"name": name, "data_type": "TYPE_FP32", "dims": [4]} for name in ("b", "a")]
    fresh(client, max_batch_size=4, input=tensors)


def uploaded(client, code=CODE, config=CONFIG, name="halve"):
    gone(client, "halve")
    client.load_model(name, config=config, files={"file:1/model.py": code.encode()})


def mended_too_late(client):
    uploaded(client, CODE.replace("row / 2", "row * 2"))
    client.load_model("halve", config=CONFIG, files={"file:1/model.py": CODE.encode()})  # the server says 200


def uploaded_over_grpc(client):
    gone(client, "halve")
    with grpcclient.InferenceServerClient("localhost:8001") as other:
        other.load_model("halve", config=CONFIG, files={"file:7/model.py": CODE.replace("/ 2", "* 0.5").encode()})


ANSWERS = {
    "05.1": {
        "right": [[["add_sub"], []], ("add_sub", ()), [{"add_sub"}, set()]],
        "wrong": [
            ([[], []], "spares a step"),
            ([["add_sub", "add_sub_chain"], []], "it is gone"),
            ([["add_sub"], ["add_sub_chain"]], "without one of its steps"),
            ([["add_sub"], ["add_sub"]], "not protected"),
            ([["add"], []], "the two models are"),
            (["add_sub"], "two lists"),
            ([["add_sub"], False], "names in a list"),
        ],
    },
    "05.2": {
        "right": [lambda client: fresh(client, max_batch_size=4), over_grpc, turned_around],
        "wrong": [
            (wiped, "the inputs of add_sub are []"),
            (fresh, "max_batch_size is 8"),
            (lambda client: fresh(client, max_batch_size=3), "max_batch_size is 3"),
            (lambda client: fresh(client, max_batch_size=4, output=SUM), "the output `difference` is gone"),
            (lambda client: gone(client, "add_sub"), "not loaded"),
        ],
    },
    "05.3": {
        "right": [uploaded, uploaded_over_grpc],
        "wrong": [
            (lambda client: gone(client, "halve"), "does not serve `halve`"),
            (lambda client: uploaded(client, CODE.replace("row / 2", "row * 2")), "expected [[1.5], [4.0]]"),
            (mended_too_late, "a load with the same config keeps its code"),
            (
                lambda client: uploaded(client, CODE.replace('"y"', '"z"'), CONFIG.replace('"y"', '"z"')),
                "no output `y`",
            ),
            (lambda client: uploaded(client, config='{"backend": "python"}'), "the server answers 400"),
            (lambda client: uploaded(client, config=CONFIG.replace("8", "1")), "batch-size must be <= 1"),
            (lambda client: uploaded(client, config=CONFIG.replace("8", "2")), "max_batch_size is 2, expected 8"),
            (
                lambda client: uploaded(client, config=CONFIG.replace("8", "0").replace("[1]", "[-1, 1]")),
                "max_batch_size is 0, expected 8",
            ),
            (
                lambda client: uploaded(client, CODE.replace("row / 2", 'row.astype("f8") / 2'), FP64),
                "comes back as float64",
            ),
            (lambda client: uploaded(client, config=FP64), "promises `y` as TYPE_FP64"),
        ],
    },
}
