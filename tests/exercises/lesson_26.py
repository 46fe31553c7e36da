"""Answers to the exercises of lesson 26: right ones of different kinds, plausible wrong ones and what they are told."""

SERVER = {"models": ["slow_echo"]}
GOOD = """
backend: "python"
max_batch_size: 8
input [ { name: "work_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
output [ { name: "slept_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
dynamic_batching {
  default_queue_policy { timeout_action: REJECT default_timeout_microseconds: 1000000 }
}
"""

ANSWERS = {
    "26.1": {
        "right": [9, "9.0", 9.0],
        "wrong": [
            (3, "4 x 4 times the weights"),
            (6, "four times everything"),
            (24, "does not grow with the model"),
            (8, "the layer alone"),
            (17, "fixed part"),
            ("long", "a number"),
        ],
    },
    "26.2": {
        "right": [
            GOOD,
            GOOD.replace("timeout_action: REJECT", ""),
            GOOD.replace("REJECT", "REJECT max_queue_size: 100"),
        ],
        "wrong": [
            (GOOD.replace("REJECT", "DELAY"), "DELAY lets a late request"),
            (GOOD.replace("1000000", "1000"), "refused after a wait of less"),
            (GOOD.replace("1000000", "1000000000"), "in which unit"),
            (GOOD.replace("1000000", "1500000"), "a second has 1000000"),
            (GOOD.replace("default_timeout_microseconds: 1000000", "max_queue_size: 16"), "nothing in the policy"),
            (GOOD[: GOOD.index("dynamic")], "no dynamic_batching"),
            (GOOD + "instance_group [ { kind: KIND_CPU, count: 8 } ]", "found 8 instances"),
            (1_000_000, "expected the text"),
        ],
    },
}
