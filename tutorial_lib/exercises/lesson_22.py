"""Lesson 22, where the time goes: the latency of a crowd, the queue's share, and a measurement that cannot be right."""

from __future__ import annotations

import math

from . import Exercise, NotYetError
from .asking import client, number, numbers, plain, statistics, together

ROWS = {"A": (4, 100, 40), "B": (8, 160, 25), "C": (16, 200, 80)}  # clients, answers per second, mean ms


def _crowd(answer) -> None:
    rate, wait = numbers(answer, 2, "two numbers, (answers per second, milliseconds)")
    if rate == 160:
        raise NotYetError(
            "found 160 answers per second: who serves the other seven clients? There is only one instance"
        )
    if rate != 20:
        raise NotYetError(f"found a rate of {rate:g}: the instance needs 50 ms for each request, however many wait")
    if wait == 50:
        raise NotYetError("found 50 ms: then only 20 x 0.05 = 1 client would be under way, and there are eight")
    if wait == 0.4:
        raise NotYetError("found 0.4: that is in seconds; the question asks for milliseconds")
    if wait != 400:
        raise NotYetError(f"20 /s x {wait:g} ms is {20 * wait / 1000:g} clients under way, and there are eight")


def _queue_ms(answer) -> None:
    import numpy as np

    if not callable(answer):
        raise NotYetError(f"found {answer!r}, expected a function of (before, after)")
    row = {"work_ms": np.array([[40], [40]], np.int32)}  # two rows, so that rows are not requests
    together("one_at_a_time", [row] * 2)  # so that the first reading is not zero
    with client() as server:
        before = {"model_stats": [statistics(server, "one_at_a_time")]}
        if [reply for reply in together("one_at_a_time", [row] * 4) if isinstance(reply, str)]:
            raise NotYetError("one_at_a_time does not answer: run the section's first cell again")
        after = {"model_stats": [statistics(server, "one_at_a_time")]}
    try:
        found = answer(before, after)
    except Exception as error:
        raise NotYetError(f"the function raised {type(error).__name__}: {error}; look at one reading first") from None
    _compare(number(found, "the function to return a number"), before, after)


def _compare(found: float, before: dict, after: dict) -> None:
    """Name the mistake behind a wrong figure."""
    old, new = (reply["model_stats"][0]["inference_stats"] for reply in (before, after))
    spent = {key: (new[key]["ns"] - old[key]["ns"]) / 1e6 for key in new}  # milliseconds of all requests
    requests = new["queue"]["count"] - old["queue"]["count"]
    right = spent["queue"] / requests
    rows = after["model_stats"][0]["inference_count"] - before["model_stats"][0]["inference_count"]
    mistakes = {
        right * 1e6: "that is in nanoseconds",
        right / 1000: "that is in seconds",
        right * 1000: "that is in microseconds",
        spent["queue"]: "that is the sum over all requests; divide by the number of requests in between",
        new["queue"]["ns"] / new["queue"]["count"] / 1e6: "that is the mean since the model was loaded; "
        "take the difference between the two readings, in time and in count",
        spent["queue"]
        / new["queue"]["count"]: "divide by the requests between the readings, not by all since the load",
        spent["queue"] / rows: "that is the time for each row; divide by the number of requests",
        spent["queue"]
        / spent["success"]: "that is the queue's part of the whole time; the question asks for milliseconds",
        spent["success"] / requests: "that is the whole time of a request; take the part `queue`",
        spent["compute_infer"] / requests: "that is the model's own work, `compute_infer`; take the part `queue`",
    }
    if math.isclose(found, right, rel_tol=1e-3):
        return
    for value, why in mistakes.items():
        if math.isclose(found, value, rel_tol=1e-3):
            raise NotYetError(f"found {found:.6g}: {why}")
    raise NotYetError(f"found {found:.6g}, expected {right:.6g} for the two readings that the check took")


def _cannot_be(answer) -> None:
    answer = plain(answer)
    if not isinstance(answer, list) or len(answer) != 2 or not isinstance(answer[0], str):
        raise NotYetError(
            f"found {answer!r}, expected the row and the number of its clients under way, such as ('A', 7)"
        )
    row, inside = answer[0].strip().upper(), number(answer[1])
    if row not in ROWS:
        raise NotYetError(f"found row {answer[0]!r}, expected one of A, B, C")
    clients, rate, wait = ROWS[row]
    if clients == rate * wait / 1000:
        raise NotYetError(f"row {row} is possible: {rate} /s x {wait} ms is {clients} clients, as the table says")
    if inside == rate * wait:
        raise NotYetError(f"found {inside:g}: the rate is per second, but the latency is in milliseconds")
    if inside != rate * wait / 1000:
        raise NotYetError(f"row {row} is the one, but how many are under way on average? clients = rate x latency")


EXERCISES = [
    Exercise(
        "22.1",
        "predict",
        "Eight in a row",
        _crowd,
        (
            "One instance takes one request after the other, 50 ms each. How many can it do in a second?",
            "20 answers per second; and clients = rate x latency, so 8 = 20 x latency.",
        ),
        'check("22.1", (20, 400))',
        "a full server does not give more answers to more clients: it only makes each of them wait longer",
    ),
    Exercise(
        "22.2",
        "write",
        "The queue's share",
        _queue_ms,
        (
            'Print reply["model_stats"][0]["inference_stats"]: each part has a count and a sum of ns since the load.',
            "Take (ns after - ns before) / (count after - count before) of the part `queue`; 1e6 ns are one ms.",
        ),
        """def queue_ms(before, after):
    old, new = (reply["model_stats"][0]["inference_stats"]["queue"] for reply in (before, after))
    return (new["ns"] - old["ns"]) / (new["count"] - old["count"]) / 1e6


check("22.2", queue_ms)""",
        "the counters only grow, so take two readings and divide the difference in time by the difference in count",
    ),
    Exercise(
        "22.3",
        "repair",
        "The row that cannot be",
        _cannot_be,
        (
            "Little's law holds for every closed loop: clients = rate x latency. Try it on each row.",
            "Row B: 160 answers per second, each 0.025 s under way.",
        ),
        'check("22.3", ("B", 4))',
        "on average, only four of the eight clients were under way: the load generator was the limit, not the server",
    ),
]
