"""Answers to the exercises of lesson 22: right ones of different kinds, plausible wrong ones and what they are told."""

import numpy as np

from . import as_it_is

SERVER = {"models": ["one_at_a_time"]}


def stats(reply, part="queue"):
    return reply["model_stats"][0]["inference_stats"][part]


def mean(part="queue", unit=1e6):
    """A function that takes the differences of this part."""

    def found(before, after):
        old, new = stats(before, part), stats(after, part)
        return (new["ns"] - old["ns"]) / (new["count"] - old["count"]) / unit

    return as_it_is(found)


@as_it_is
def per_row(before, after):
    old, new = (reply["model_stats"][0] for reply in (before, after))
    return (stats(after)["ns"] - stats(before)["ns"]) / (new["inference_count"] - old["inference_count"]) / 1e6


ANSWERS = {
    "22.1": {
        "right": [(20, 400), ["20", 400.0], np.array([20, 400])],
        "wrong": [
            ((160, 50), "who serves the other seven"),
            ((20, 50), "only 20 x 0.05 = 1 client"),
            ((20, 0.4), "in seconds"),
            ((20, 200), "4 clients under way"),
            ((2.5, 400), "needs 50 ms"),
            (400, "two numbers"),
        ],
    },
    "22.2": {
        "right": [
            mean(),
            as_it_is(lambda before, after: str(mean()(before, after))),
        ],
        "wrong": [
            (mean(unit=1), "nanoseconds"),
            (as_it_is(lambda _before, after: stats(after)["ns"] / stats(after)["count"] / 1e6), "since the model"),
            (as_it_is(lambda before, after: (stats(after)["ns"] - stats(before)["ns"]) / 1e6), "sum over all"),
            (mean("success"), "the whole time"),
            (per_row, "for each row"),
            (
                as_it_is(lambda before, after: mean()(before, after) / mean("success")(before, after)),
                "for milliseconds",
            ),
            (
                as_it_is(lambda before, after: next(name for name in before if name not in after)),
                "raised StopIteration",
            ),
            (mean("compute_infer"), "the model's own work"),
            (as_it_is(lambda _before, after: after["queue"]), "raised KeyError"),
            (as_it_is(lambda _before, _after: None), "to return a number"),
            (45.0, "a function"),
        ],
    },
    "22.3": {
        "right": [("B", 4), ["b", "4.0"]],
        "wrong": [
            (("A", 4), "row A is possible"),
            (("C", 16), "row C is possible"),
            (("B", 8), "on average"),
            (("B", 4000), "milliseconds"),
            ("B", "as ('A', 7)"),
        ],
    },
}
