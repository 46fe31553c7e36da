"""Answers to the exercises of lesson 09: right ones of different kinds, plausible wrong ones and what they are told."""

import json
import time

from tutorial_lib.exercises.asking import unload
from tutorial_lib.exercises.lesson_09 import EXERCISES

SERVER = {"models": ["slow_echo", "one_at_a_time"]}
GOOD = EXERCISES[1].solution.split('"""')[1]
ONE_BY_ONE = """
backend: "python"
max_batch_size: 1
input { name: "work_ms" data_type: TYPE_INT32 dims: 1 }
output { name: "done" data_type: TYPE_INT32 dims: 1 }
instance_group { kind: KIND_CPU count: 1 }
"""
OTHER = """
dynamic_batching { priority_levels: 2 default_priority_level: 1
  default_queue_policy { default_timeout_microseconds: 10000000 allow_timeout_override: true max_queue_size: 9 } }
"""


def changed(client, **settings):
    """Load one_at_a_time with these settings, as a learner's cell would, after its own config from the file."""
    restored(client)
    config = client.get_model_config("one_at_a_time")
    config.update(settings)
    client.load_model("one_at_a_time", config=json.dumps(config))


def restored(client):
    unloaded(client)
    client.load_model("one_at_a_time")


def unloaded(client):
    unload(client, "one_at_a_time")
    while state(client) != "UNAVAILABLE":
        time.sleep(0.05)


def state(client):
    (found,) = [model for model in client.get_model_repository_index() if model["name"] == "one_at_a_time"]
    return found.get("state", "UNAVAILABLE")


def wiped(client):
    client.load_model("one_at_a_time", config=json.dumps({"max_batch_size": 8, "dynamic_batching": {}}))


ANSWERS = {
    "09.1": {
        "right": [[5, 6, 4], ("5", "6", "4")],
        "wrong": [
            ([8, 7], "never cut"),
            ([7, 8], "first come"),
            ([15], "max_batch_size"),
            ([5, 4, 2, 4], "may join"),
            ([4, 5, 6], "order"),
            ([5, 4, 6], "order"),
            ([9, 6], "from the front"),
            ([8, 8], "16 rows"),
            (15, "a list of sizes"),
        ],
    },
    "09.2": {
        "right": [GOOD, ONE_BY_ONE + OTHER],
        "wrong": [
            (GOOD.replace("10000000", "10"), "even an idle model"),
            (GOOD.replace("10000000", "10000"), "in microseconds"),
            (GOOD.replace("allow_timeout_override: true", ""), "does the config allow it"),
            (GOOD.replace("default_timeout_microseconds: 10000000", ""), "a larger default"),
            (GOOD.replace("10000000", "9000000"), "ten seconds in microseconds"),
            (GOOD.replace("REJECT", "DELAY"), "keeps it waiting"),
            (GOOD.replace("timeout_action", "max_queue_size: 1 timeout_action"), "Exceeds maximum queue size"),
            (GOOD.replace("timeout_action", "time_out_action"), "cannot read"),
            (ONE_BY_ONE, "no queue policy"),
        ],
    },
    "09.3": {
        "right": [
            lambda client: changed(client, dynamic_batching={}),
            lambda client: changed(client, dynamic_batching={"preferred_batch_size": [8]}),
        ],
        "wrong": [
            (restored, "no dynamic_batching"),
            (lambda client: changed(client, dynamic_batching={"preferred_batch_size": [4]}), "[4, 4]"),
            (wiped, "no longer has its input"),
            (lambda client: changed(client, dynamic_batching={}, output=[]), "no longer has the output `batch_size`"),
            (unloaded, "not loaded"),
        ],
    },
}
