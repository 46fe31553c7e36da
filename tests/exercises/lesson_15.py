"""Answers to the exercises of lesson 15: right ones of different kinds, plausible wrong ones and what they are told."""

import random
import time

import numpy as np
from tritonclient.utils import InferenceServerException

from . import as_it_is

SERVER = {"models": ["errors_demo"]}
LATER = ("503", "StatusCode.UNAVAILABLE")


def retry(attempts=3, pause=0.1, statuses=LATER, caught=InferenceServerException, at_the_end="raise"):
    """A learner's function with these habits."""

    @as_it_is
    def reliable(call):
        for attempt in range(attempts):
            try:
                return call()
            except caught as error:
                status = error.status() if isinstance(error, InferenceServerException) else None
                if statuses and status not in statuses:
                    raise
                if attempt == attempts - 1 and at_the_end == "raise":
                    raise
                if attempt == attempts - 1 and at_the_end != "None":
                    raise RuntimeError(at_the_end) from None
            time.sleep(pause)
        return None

    return reliable


@as_it_is
def with_jitter(call, left=2):
    try:
        return call()
    except InferenceServerException as error:
        if not left or error.status() not in LATER:
            raise
    time.sleep(0.1 + random.uniform(0, 0.1))
    return with_jitter(call, left - 1)


def not_after(*final):
    """A learner's function that knows what is final, and not what may pass."""

    @as_it_is
    def reliable(call):
        for attempt in range(3):
            try:
                return call()
            except InferenceServerException as error:
                if attempt == 2 or error.status() in final:
                    raise
            time.sleep(0.1)
        return None

    return reliable


@as_it_is
def swallowed(call):
    try:
        return retry()(call)
    except InferenceServerException as error:
        return str(error)


@as_it_is
def status_of_anything(call):
    for attempt in range(3):
        try:
            return call()
        except Exception as error:
            if attempt == 2 or error.status() not in LATER:  # a ValueError has no status
                raise
        time.sleep(0.1)
    return None


@as_it_is
def in_other_words(call):
    for attempt in range(3):
        try:
            return call()
        except InferenceServerException as error:
            if error.status() not in LATER:
                raise RuntimeError("the request failed") from error
            if attempt == 2:
                raise
        time.sleep(0.1)
    return None


@as_it_is
def needs_an_answer(call):
    found = None
    for attempt in range(3):
        try:
            found = found or call()
        except InferenceServerException as error:
            if attempt == 2 or error.status() not in LATER:
                raise
            time.sleep(0.1)
    return found or None


@as_it_is
def never_ends(call):
    while True:
        try:
            return call()
        except:  # noqa: E722 - the mistake
            time.sleep(0.1)


ANSWERS = {
    "15.1": {
        "right": [[404, 400, None], ("404", "400", "None"), np.array([404.0, 400.0, None])],
        "wrong": [
            ([400, 400, None], "looked up first"),
            ([404, 500, None], "never sees these five rows"),
            ([404, 400, 400], "set_data_from_numpy"),
            ([404, 404, None], "any other mistake 400"),
            ([404, 400], "three statuses"),
        ],
    },
    "15.2": {
        "right": [retry(), with_jitter, retry(pause=0.2)],
        "wrong": [
            (retry(pause=0), "asks again at once"),
            (retry(statuses=()), "after a 400 it asked 3 times"),
            (not_after("400"), "after a 500 it asked 3 times"),
            (not_after("400", "500"), "after gRPC's INVALID_ARGUMENT it asked 3 times"),
            (retry(statuses=("503",)), "over gRPC"),
            (retry(attempts=2), "raised"),
            (retry(attempts=5), "was asked 5 times"),
            (retry(attempts=99), "forever"),
            (retry(at_the_end="None"), "returned None: raise the error"),
            (retry(at_the_end="gave up"), "the server's own exception"),
            (retry(statuses=(*LATER, None), caught=Exception), "ValueError"),
            (swallowed, "the caller must hear"),
            (status_of_anything, "only the server's have a status()"),
            (in_other_words, "the server's own exception"),
            (needs_an_answer, "your function returned None"),
            (never_ends, "after a 400"),
            ("503", "a function"),
        ],
    },
}
