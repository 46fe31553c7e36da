"""Answers to the exercises of lesson 23: right ones of different kinds, plausible wrong ones and what they are told."""

import numpy as np

from . import as_it_is

SERVER = {"models": ["slow_echo"]}
GOOD = """
backend: "python"
max_batch_size: 8
input [ { name: "work_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
output [ { name: "slept_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
dynamic_batching { }
"""


def with_delay(microseconds):
    return GOOD.replace("{ }", f"{{ max_queue_delay_microseconds: {microseconds} }}")


@as_it_is
def by_hand(rows, promise):
    best, most = None, 0
    for size, ms in rows:
        if ms <= promise and size / ms > most:
            best, most = size, size / ms
    return best


@as_it_is
def until_too_slow(rows, promise):
    """As if the list were sorted."""
    for number, (_, ms) in enumerate(rows):
        if ms > promise:
            return by_hand(rows[:number], promise)
    return by_hand(rows, promise)


ANSWERS = {
    "23.1": {
        "right": [2.4, "2.4", (8 / 20) / (1 / 6)],
        "wrong": [
            (8, "rows were free"),
            (1, "paid once"),
            (3, "the limit for endless batches"),
            (20 / 6, "compare rows per second"),
            (1.5, "how long do 1 and 8 rows take"),
            ([2, 4], "a number"),
            (float("nan"), "a number"),
        ],
    },
    "23.2": {
        "right": [
            by_hand,
            as_it_is(lambda rows, promise: max((s / ms, s) for s, ms in rows if ms <= promise)[1]),
        ],
        "wrong": [
            (as_it_is(lambda rows, promise: max(size for size, ms in rows if ms <= promise)), "are possible"),
            (as_it_is(lambda rows, _promise: max(rows, key=lambda row: row[0] / row[1])[0]), "which takes"),
            (as_it_is(lambda rows, _promise: min(rows, key=lambda row: row[1])[0]), "are possible"),
            (as_it_is(lambda rows, promise: [row for row in rows if row[1] <= promise][-1]), "the whole row"),
            (as_it_is(lambda rows, promise: [size for size, ms in rows if ms <= promise]), "one of the batch sizes"),
            (until_too_slow, "found 8: 444 rows/s, but 485 are possible"),
            (as_it_is(lambda rows, promise: np.array([by_hand(rows, promise)])), "one of the batch sizes"),
            (as_it_is(lambda rows, promise: rows[promise]), "raised IndexError"),
            (as_it_is(lambda _rows, _promise: None), "one of the batch sizes"),
            (16, "a function"),
        ],
    },
    "23.3": {
        "right": [GOOD, with_delay(0), with_delay(500)],
        "wrong": [
            (with_delay(500_000), "waits 5"),
            (with_delay(100_000), "usually right"),
            (with_delay(20_000), "which delay is the default"),
            (GOOD.replace("max_batch_size: 8", "max_batch_size: 2"), "the batches that helped them are gone"),
            (GOOD.replace("dynamic_batching { }", ""), "8 executions"),
            (
                GOOD.replace("max_batch_size: 8", "max_batch_size: 0").replace("dynamic_batching { }", ""),
                "refuses a row",
            ),
            (GOOD.replace("{ }", "{ delay: 0 }"), "Triton cannot read it"),
            (8, "expected the text"),
        ],
    },
}
