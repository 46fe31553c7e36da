"""Lesson 17, logging and tracing: the log of a running server, settings that are refused, and the number of traces."""

from __future__ import annotations

from typing import Any

from . import Exercise, NotYetError
from .asking import client, dictionary, numbers, plain, status

WANTED = {"log_info": False, "log_format": "ISO8601", "log_verbose_level": 1, "log_warning": True, "log_error": True}
WHY = {
    "log_verbose_level": "the life of each request is logged from level 1 on",
    "log_info": "no info lines are wanted",
    "log_warning": "the warnings must stay",
    "log_error": "the errors must stay",
    "log_format": "the time should be in ISO 8601 format",
}


def _log(answer) -> None:
    with client() as server:
        found = server.get_log_settings()
    for name, value in WANTED.items():
        if found[name] != value:
            raise NotYetError(f"the server has {name} {found[name]!r}: {WHY[name]}")


def _trace(answer) -> None:
    from tritonclient.utils import InferenceServerException

    wanted = plain(dictionary(answer, "the settings as a dictionary"))
    with client() as server:
        try:
            found = server.update_trace_settings("metered", wanted)
        except InferenceServerException as error:
            raise NotYetError(f"the server answers {error.status()}: {error.message()}") from None
        finally:
            _as_before(server)
    if "trace_level" not in wanted:
        raise NotYetError(f"accepted, but nothing is traced: found {', '.join(map(str, wanted))}, and no trace_level")
    if found["trace_level"] == ["OFF"]:
        raise NotYetError(
            f"accepted, but trace_level is OFF: {wanted.get('trace_level')!r} names no level that the server knows"
        )
    if found["trace_level"] != ["TIMESTAMPS"]:
        raise NotYetError(
            f"trace_level is {found['trace_level']}, expected TIMESTAMPS alone: other levels reveal contents"
        )
    if found["trace_rate"] != "1":
        raise NotYetError(
            f"trace_rate is {found['trace_rate']}: that traces one request in that many, and you want every request"
        )
    if found["trace_count"] != "-1":
        raise NotYetError(f"trace_count is {found['trace_count']}: tracing would stop; which number means no end?")


def _as_before(server: Any) -> None:
    """Let metered follow the global settings again."""
    server.update_trace_settings(
        "metered", dict.fromkeys(["trace_level", "trace_rate", "trace_count", "log_frequency"])
    )


def _traces(answer) -> None:
    import numpy as np

    found = numbers(answer, 2, "two numbers: after 10 requests, and after 20")
    settings = {"trace_level": ["TIMESTAMPS"], "trace_rate": "3", "trace_count": "4"}
    with client() as server:
        truth = []
        try:
            server.update_trace_settings("metered", settings)
            for _ in range(2):
                for _ in range(10):
                    code, message = status(server, "metered", {"work_ms": np.zeros((1, 1), np.int32)})
                    if code != "200":
                        raise NotYetError(f"metered answers {code}: {message}; run the section's first cell again")
                truth.append(4 - int(server.get_trace_settings("metered")["trace_count"]))  # it counts down
        finally:
            _as_before(server)
    if found == truth:
        return
    if found[0] == 4:
        raise NotYetError(
            "found 4 after 10 requests: only every third request leaves a trace, first the third, so how many of ten?"
        )
    if found[0] != truth[0]:
        raise NotYetError(
            f"found {found[0]:g} after 10 requests: trace_rate 3 traces one in three, and trace_count 4 ends it"
        )
    raise NotYetError(f"found {found[1]:g} after 20 requests: where does trace_count end it?")


EXERCISES = [
    Exercise(
        "17.1",
        "write",
        "Another log, no restart",
        _log,
        (
            "The sections 'Louder' and 'Quieter' change one setting at a time; the settings are one flat dictionary.",
            "client.update_log_settings({...}) with log_verbose_level, log_info and log_format, each of its own type.",
        ),
        """client.update_log_settings({"log_verbose_level": 1, "log_info": False, "log_format": "ISO8601"})
check("17.1")""",
        "settings that you do not name stay; a change holds for the whole server, until the next change or restart",
        live=True,
    ),
    Exercise(
        "17.2",
        "repair",
        "Trace settings that are refused",
        _trace,
        (
            "The level is a list, numbers are strings, and 'no end' is a number too. Fix one to see the next message.",
            "Write TIMESTAMPS, not TIMESTAMP: an unknown level is not refused but ignored. No end is -1.",
        ),
        """repaired = {"trace_level": ["TIMESTAMPS"], "trace_rate": "1", "trace_count": "-1"}
check("17.2", repaired)""",
        "read the answer to an update: a value that was not understood may have been ignored",
    ),
    Exercise(
        "17.3",
        "predict",
        "How many traces?",
        _traces,
        (
            "The section 'Rate and count' explains the two settings; here both matter, one after the other.",
            "Of the first ten requests, 3, 6 and 9 are traced; request 12 gives the fourth trace, and the last.",
        ),
        'check("17.3", [3, 4])',
        "the rate thins the traces out and the count ends them, so tracing under load does not fill the disk",
    ),
]
