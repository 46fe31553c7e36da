"""Answers to the exercises of lesson 16: right ones of different kinds, plausible wrong ones and what they are told."""

import re

import numpy as np

from . import as_it_is

BACKWARDS = {"executions": 4, "inferences": 9, "fail": 1, "success": 3}
SERVER = {"models": ["metered", "scale"]}
PLACE = {}


def counters(page, model="metered"):
    return {
        name: float(value)
        for name, labels, value in re.findall(r"^(\w+)\{(.*)\} (\S+)$", page, re.MULTILINE)
        if f'model="{model}"' in labels
    }


def mean(over="nv_inference_exec_count", rows="nv_inference_count", guard=True, since=True, model="metered"):
    @as_it_is
    def rows_per_execution(before, after):
        old, new = counters(before, model), counters(after, model)
        top, bottom = (new[name] - (old[name] if since else 0) for name in (rows, over))
        return top / bottom if bottom or not guard else 0

    return rows_per_execution


@as_it_is
def at_the_same_place(before, after):
    """Line by line from metered's first line on this page: right here, and elsewhere only by luck."""
    names = ["nv_inference_count{", "nv_inference_exec_count{"]
    old, new = (
        [[line for line in page.splitlines() if line.startswith(name)] for name in names] for page in (before, after)
    )
    line = PLACE.setdefault("metered", ['model="metered"' in text for text in new[0]].index(True))
    rows, runs = (float(b[line].split()[-1]) - float(a[line].split()[-1]) for a, b in zip(old, new))
    return rows / runs if runs else 0


@as_it_is
def as_text(before, after):
    return f"{mean()(before, after):.6f}"


@as_it_is
def no_labels(before, after):
    pages = [dict(line.split() for line in page.splitlines() if "#" not in line) for page in (before, after)]
    return pages[1]["nv_inference_count"] - pages[0]["nv_inference_count"]


@as_it_is
def nothing(before, after):
    mean()(before, after)


ANSWERS = {
    "16.1": {
        "right": [
            [3, 1, 9, 4],
            ("3", "1", "9", "4"),
            {"success": 3, "fail": 1, "inferences": 9, "executions": 4},
            BACKWARDS,
            np.array([3, 1, 9, 4]),
        ],
        "wrong": [
            ([2, 1, 9, 4], "the model returns is an answer"),
            ([5, 0, 9, 5], "which ones fail"),
            ([3, 2, 9, 4], "counted nowhere"),
            ([3, 1, 3, 4], "rows, not requests"),
            ([3, 1, 7, 4], "went through the model"),
            ([3, 1, 9, 3], "successfully or not"),
            ([3, 1, 9], "four numbers"),
            ({"success": 3, "failure": 1, "inferences": 9, "executions": 4}, "a number for fail"),
            ([True, 1, 9, 4], "a number for success"),
        ],
    },
    "16.2": {
        "right": [mean(), as_text],
        "wrong": [
            (mean(since=False), "since the model was loaded"),
            (mean(over="nv_inference_request_success"), "rows per request"),
            (mean(over="nv_inference_count", rows="nv_inference_exec_count"), "turn it around"),
            (mean(guard=False), "raised ZeroDivisionError"),
            (mean(model="scale"), "scale's lines are on the page too"),
            (mean(rows="nv_inference_request_success"), "requests per execution"),
            (at_the_same_place, "find them by label"),
            (no_labels, "raised"),
            (nothing, "to return a number"),
            (2.5, "a function"),
        ],
    },
}
