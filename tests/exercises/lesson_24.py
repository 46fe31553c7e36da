"""Answers to the exercises of lesson 24: right ones of different kinds, plausible wrong ones and what they are told."""

import json

from tutorial_lib.exercises.asking import unload

SERVER = {"models": ["one_at_a_time"], "options": ["--cache-config=local,size=67108864"]}
TWO = [{"count": 2, "kind": "KIND_CPU"}]


def changed(**settings):
    """Load one_at_a_time with these settings and no others, as a learner's cell would."""

    def act(client):
        config = client.get_model_config("one_at_a_time")
        config.pop("dynamic_batching", None)
        config |= {"response_cache": {"enable": False}, "instance_group": [{"count": 1, "kind": "KIND_CPU"}]} | settings
        client.load_model("one_at_a_time", config=json.dumps(config))

    return act


def unloaded(client):
    unload(client, "one_at_a_time")


ANSWERS = {
    "24.1": {
        "right": [0.4, "40%", 40],
        "wrong": [
            (0.6, "share of misses"),
            (0.2, "compared with no cache"),
            (0.5, "the mean is 7.0 ms"),
            (-3, "between 0 and 1"),
            ("often", "a share"),
            (float("nan"), "a share"),
        ],
    },
    "24.2": {
        "right": [
            changed(response_cache={"enable": True}),
            changed(response_cache={"enable": True}, instance_group=TWO),
        ],
        "wrong": [
            (changed(instance_group=TWO), "second instance"),
            (changed(dynamic_batching={}), "a batch of"),
            (changed(), "worked 5 times"),
            (unloaded, "not loaded"),
        ],
    },
}
