"""Lesson 24, four switches: the share of hits above which a cache pays, and the one switch that helps one customer."""

from __future__ import annotations

import random

from . import Exercise, NotYetError
from .asking import client, config, infer, is_ready, number, statistics

MODEL, TIMES = "one_at_a_time", 5


def _break_even(answer) -> None:
    found = number(answer, "a share, such as 0.5 or '50%'")
    share = found / 100 if 1 < found <= 100 else found
    if abs(share - 0.6) < 0.005:
        raise NotYetError("found the share of misses; the question asks for the share of hits")
    if abs(share - 0.2) < 0.005:
        raise NotYetError(f"found {answer!r}: a hit saves 10 ms compared with a miss, but 6 ms compared with no cache")
    if abs(share - 0.4) > 0.005:
        mean = share * 2 + (1 - share) * 12
        if 0 <= share <= 1:
            raise NotYetError(f"with {share:.0%} hits, the mean is {mean:.1f} ms, and without a cache it is 8 ms")
        raise NotYetError(f"found {answer!r}, expected a share between 0 and 1")


def _one_customer(answer) -> None:
    import numpy as np

    if not is_ready(MODEL):
        raise NotYetError(f"{MODEL} is not loaded: your change must leave it READY")
    row = {"work_ms": np.array([[random.randrange(100, 200)]], np.int32)}
    with client() as server:

        def hits() -> int:
            found = statistics(server, MODEL)["inference_stats"]
            return found.get("cache_hit", {}).get("count", 0)

        before = hits()
        for _ in range(TIMES):
            infer(server, MODEL, row)
        gained = hits() - before
    if gained >= TIMES - 1:
        return
    now = config(MODEL)
    if sum(group["count"] for group in now["instance_group"]) > 1:
        raise NotYetError("one customer asks one question after the other: a second instance has nothing to do")
    if "dynamic_batching" in now:
        raise NotYetError("one customer asks one question after the other: there is nothing to make a batch of")
    if now.get("response_cache", {}).get("enable"):
        raise NotYetError(
            "the config says response_cache, but nothing is answered from the cache: does the server have one?"
        )
    raise NotYetError(
        f"the same question came {TIMES} times, and the model worked {TIMES} times: which switch saves that?"
    )


EXERCISES = [
    Exercise(
        "24.1",
        "predict",
        "When does the cache pay?",
        _break_even,
        (
            "With a share h of hits, the mean is 2 h + 12 (1 - h). For which h is that 8?",
            "A hit saves 6 ms and a miss costs 4 ms more: h x 6 = (1 - h) x 4.",
        ),
        'check("24.1", 0.4)',
        "below that share, the misses, which pay for hashing and storing, cost more than the hits save",
    ),
    Exercise(
        "24.2",
        "write",
        "One customer, one question",
        _one_customer,
        (
            "Always the same request, one at a time: which of the lesson's switches does not need several at once?",
            'Load the config that get_model_config returns, with `response_cache` set to {"enable": True}.',
        ),
        """import json

config = client.get_model_config("one_at_a_time")
config["response_cache"] = {"enable": True}
client.load_model("one_at_a_time", config=json.dumps(config))
check("24.2")""",
        "only the cache helps one customer who repeats a question; instances and batches need several at once",
        live=True,
    ),
]
