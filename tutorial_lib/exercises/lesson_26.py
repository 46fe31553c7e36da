"""Lesson 26, growth and overload: what a wider layer costs, and a queue that says no in time."""

from __future__ import annotations

import math

from . import Exercise, NotYetError
from .asking import SLEEPER, number, parsed, statistics, together, tried


def _wider(answer) -> None:
    found = number(answer)
    mistakes = {
        3: "that is four times the work; but the layer has 4 x 4 times the weights",
        6: "that is four times everything; the price of a request stays, and there are 4 x 4 times as many weights",
        24: "that is 16 times everything; the 1 ms for a request does not grow with the model",
        8: "that is the layer alone; the request itself still costs its 1 ms",
    }
    for wrong, why in mistakes.items():
        if math.isclose(found, wrong):
            raise NotYetError(f"found {found:g}: {why}")
    if not math.isclose(found, 9):
        raise NotYetError(f"found {found:g}: separate the fixed part from the part that grows with the weights")


def _says_no(answer) -> None:
    import time
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    wanted = parsed(answer)
    if not isinstance(wanted.get("dynamic_batching"), dict):
        raise NotYetError("found no dynamic_batching: the queue and its policy are part of it")
    if (instances := sum(group.get("count", 1) for group in wanted.get("instance_group", []))) > 1:
        raise NotYetError(f"found {instances} instances: no request of the check has to wait then, so keep one")

    def second_of_two(work_ms: int, shortest: float, longest: float) -> object:
        """Keep the model busy for this long; return what a request gets that waits between these seconds."""
        rows = [{"work_ms": np.array([[ms]], np.int32)} for ms in (work_ms, 1)]
        for _ in range(5):
            with ThreadPoolExecutor(1) as pool:
                pool.submit(together, "your_turn", rows[:1])
                time.sleep(0.2)
                begun = time.monotonic()
                found = together("your_turn", rows[1:])[0]
                waited = time.monotonic() - begun
            statistics(server, "your_turn")  # counted, so nothing of these two is under way any more
            if waited < longest and (isinstance(found, str) or waited > shortest):
                break  # else it came too late, or the model too early: this machine is busy with something else
        return found

    with tried(answer, SLEEPER) as server:
        together("your_turn", [{"work_ms": np.array([[1]], np.int32)}])
        soon, late = second_of_two(400, 0.1, 0.9), second_of_two(2500, 1.8, 60)
    if soon == "503":
        raise NotYetError("refused after a wait of less than a second: in which unit is the time limit?")
    if soon == "400" or late == "400":
        raise NotYetError("the model refuses a row (400): keep the inputs and the batches of up to 8 rows")
    if late != "503":
        policy = wanted["dynamic_batching"].get("default_queue_policy", {})
        if policy.get("timeout_action") == "DELAY":
            raise NotYetError(
                "served after more than two seconds: DELAY lets a late request wait on, behind all others"
            )
        if "default_timeout_microseconds" not in policy:
            raise NotYetError("served after more than two seconds: nothing in the policy limits the time")
        raise NotYetError("served after more than two seconds: in which unit is the time limit?")
    limit = int(wanted["dynamic_batching"].get("default_queue_policy", {}).get("default_timeout_microseconds", 0))
    if limit != 1_000_000:
        raise NotYetError(f"the time limit is {limit} microseconds, but a second has 1000000")


EXERCISES = [
    Exercise(
        "26.1",
        "predict",
        "Four times as wide",
        _wider,
        (
            "Set the 1 ms aside. How many weights does a layer of width n have, and how many at width 4 n?",
            "16 times the weights: 1 + 16 x 0.5 ms.",
        ),
        'check("26.1", 9)',
        "the price of a request stays; the layer's part grows with its weights, and those as the square of the width",
    ),
    Exercise(
        "26.2",
        "repair",
        "Nobody is told no",
        _says_no,
        (
            "What happens to a request whose time is up? And how long is a second in the field's unit?",
            "Write timeout_action: REJECT and default_timeout_microseconds: 1000000.",
        ),
        '''repaired = """
backend: "python"
max_batch_size: 8
input [ { name: "work_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
output [ { name: "slept_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
dynamic_batching {
  default_queue_policy { timeout_action: REJECT default_timeout_microseconds: 1000000 }
}
"""
check("26.2", repaired)''',
        "a time limit with REJECT keeps the work going and refuses the rest; DELAY lets them wait on behind the others",
    ),
]
