"""Lesson 16, statistics and metrics: what five requests add to the counters, and a mean from two metrics pages."""

from __future__ import annotations

import itertools
import math
import time
from typing import Any

from . import Exercise, NotYetError
from .asking import called, client, number, plain, statistics, status, together

REQUESTS = [[1, 1, 1], [1, 1, 1, 1], [5, -1], [1, 1, 1, 1, 1], [20_000, 1]]
NAMES = ("success", "fail", "inferences", "executions")


def _rows(values: list[int]) -> dict[str, Any]:
    import numpy as np

    return {"work_ms": np.array(values, np.int32).reshape(-1, 1)}


def _counters(server: Any) -> list[int]:
    model = statistics(server, "metered")
    requests = model["inference_stats"]
    counts = requests["success"]["count"], requests["fail"]["count"]
    return [*counts, model["inference_count"], model["execution_count"]]


def _growth(answer) -> None:
    found = [answer.get(name) for name in NAMES] if isinstance(answer, dict) else plain(answer)
    if not isinstance(found, list) or isinstance(answer, set) or len(found) != 4:
        raise NotYetError(f"found {answer!r}, expected four numbers: {', '.join(NAMES)}")
    found = [number(item, f"a number for {name}") for name, item in zip(NAMES, found)]
    with client() as server:
        if not server.is_model_ready("metered"):
            raise NotYetError("metered is not loaded: run the section's first cell again")
        before = _counters(server)
        for values in REQUESTS:
            status(server, "metered", _rows(values))
        truth = [new - old for new, old in zip(_counters(server), before)]
    success, fail, inferences, executions = (mine == real for mine, real in zip(found, truth))
    if not success:
        asked = (
            "to the server, an error that the model returns is an answer" if found[0] < truth[0] else "which ones fail?"
        )
        raise NotYetError(f"success does not grow by {found[0]:g}: {asked}")
    if not fail:
        raise NotYetError(
            f"fail does not grow by {found[1]:g}: a request that the server itself refuses is counted nowhere"
        )
    if not inferences:
        asked = (
            "inferences are rows, not requests"
            if found[2] <= 5
            else "the rows of which requests went through the model?"
        )
        raise NotYetError(f"inferences do not grow by {found[2]:g}: {asked}")
    if not executions:
        raise NotYetError(f"executions do not grow by {found[3]:g}: how often did `execute` run, successfully or not?")


def _mean_batch(answer) -> None:
    if not callable(answer):
        called(answer)
    with client() as server:
        if not (server.is_model_ready("metered") and server.is_model_ready("scale")):
            raise NotYetError("the check needs metered and scale: run the section's first cell again")
        status(server, "metered", _rows([1, 1, 1, 1]))
        _scale(server, rows=8)
        before = _settled()
        together("metered", [_rows([400, 400]), _rows([1]), _rows([1]), _rows([1])], pause=0.1)  # three wait: one batch
        status(server, "metered", _rows([1, 1]))  # so that rows, executions and requests are all different
        _scale(server, rows=6)
        after = _settled()
    old, new = (_numbers(text) for text in (before, after))
    inferences, executions, requests = (new[name] - old[name] for name in ("count", "exec_count", "request_success"))
    found = number(called(answer, before, after), "your function to return a number")
    near = [
        (inferences / executions, None),
        (
            new["count"] / new["exec_count"],
            "that is the mean since the model was loaded: take only what came in between",
        ),
        (executions / inferences, "that is executions per row: turn it around"),
        (inferences, "that is the number of rows; how many are in each execution?"),
        (executions, "that is the number of executions; how many rows are in each?"),
        (inferences / requests, "that is rows per request; the server may combine requests into one execution"),
        (requests / executions, "that is requests per execution; a request may have several rows"),
    ]
    for value, why in near:
        if math.isclose(found, value, rel_tol=1e-3):
            if why:
                raise NotYetError(f"found {found:.4g}; {why}")
            break
    else:
        raise NotYetError(
            f"found {found:.4g}, but there were {inferences:g} rows in {executions:g} executions of metered"
            " (scale's lines are on the page too)"
        )
    turned = number(called(answer, _turned(before), _turned(after)), "your function to return a number")
    if not math.isclose(turned, found, rel_tol=1e-3):
        raise NotYetError(
            f"found {turned:.4g} instead of {found:.4g} where metered's lines come in another place: find them by label"
        )
    nothing = called(answer, after, after)
    if number(nothing, "0 where nothing ran in between") != 0:
        raise NotYetError(f"found {nothing!r} for two identical pages: return 0 if nothing ran in between")


def _page() -> str:
    from urllib.request import urlopen

    with client(), urlopen("http://localhost:8002/metrics", timeout=10) as reply:
        return reply.read().decode()


def _turned(page: str) -> str:
    """Return the page with the lines of each metric in the opposite order, which means nothing."""
    metrics = itertools.groupby(page.splitlines(keepends=True), key=lambda line: line.partition("{")[0])
    return "".join(line for _, lines in metrics for line in reversed(list(lines)))


def _numbers(page: str, model: str = "metered") -> dict[str, float]:
    lines = [line for line in page.splitlines() if line.startswith("nv_inference_") and f'model="{model}"' in line]
    return {line.partition("{")[0].removeprefix("nv_inference_"): float(line.split()[-1]) for line in lines}


def _settled() -> str:
    """Return the metrics page once it stands still: the server counts a moment after it has answered."""
    page, now = "", _page()
    end = time.monotonic() + 10
    while _numbers(page) != _numbers(now) or _numbers(page, "scale") != _numbers(now, "scale"):
        if time.monotonic() > end:
            raise NotYetError("somebody else is using this server: check again when it is idle")
        time.sleep(0.3)
        page, now = now, _page()
    return now


def _scale(server: Any, rows: int) -> None:
    import numpy as np

    status(server, "scale", {"x": np.ones((rows, 1), np.float32)})


EXERCISES = [
    Exercise(
        "16.1",
        "predict",
        "Five requests, four counters",
        _growth,
        (
            "Go through the five one by one, with the table of 'What counts, and what does not' beside you.",
            "The fourth adds nothing, the third a success and two inferences, the fifth a failure and an execution.",
        ),
        'check("16.1", [3, 1, 9, 4])',
        "3 + 4 + 2 inferences in 4 executions: the counters tell you what the model was asked, not what went well",
    ),
    Exercise(
        "16.2",
        "write",
        "Does it batch? Read it from the metrics",
        _mean_batch,
        (
            "Read two counters from metered's lines on both pages: nv_inference_count and nv_inference_exec_count.",
            "(rows after - rows before) / (executions after - executions before), and 0 if there were none.",
        ),
        """def rows_per_execution(before, after):
    def counter(page, name):
        lines = [line for line in page.splitlines() if line.startswith(name + "{")]
        return next(float(line.split()[-1]) for line in lines if 'model="metered"' in line)

    names = ["nv_inference_count", "nv_inference_exec_count"]
    rows, executions = (counter(after, name) - counter(before, name) for name in names)
    return rows / executions if executions else 0


check("16.2", rows_per_execution)""",
        "counters are there to be subtracted; about 1 row per execution means that nothing was batched",
    ),
]
