"""Answers to the exercises of lesson 17: right ones of different kinds, plausible wrong ones and what they are told."""

import json
import os
import tempfile

import numpy as np

TRACES = os.path.join(tempfile.gettempdir(), f"course_17_{os.getuid()}.json")
SERVER = {"models": ["metered"], "options": [f"--trace-config=triton,file={TRACES}"]}
GOOD = {"trace_level": ["TIMESTAMPS"], "trace_rate": "1", "trace_count": "-1"}
LOG = {"log_verbose_level": 1, "log_info": False, "log_warning": True, "log_error": True, "log_format": "ISO8601"}


def log(**changed):
    """A learner's cell that changes the log settings, over HTTP."""

    def cell(client):
        client.update_log_settings({**LOG, **changed})

    return cell


def log_by_grpc(client):
    import tritonclient.grpc as grpcclient

    log(log_verbose_level=0, log_info=True)(client)
    with grpcclient.InferenceServerClient("localhost:8001") as grpc_client:
        grpc_client.update_log_settings({"log_verbose_level": 1, "log_info": False})


ANSWERS = {
    "17.1": {
        "right": [log(), log_by_grpc],
        "wrong": [
            (log(log_verbose_level=0), "from level 1 on"),
            (log(log_info=True), "no info lines"),
            (log(log_warning=False), "warnings must stay"),
            (log(log_error=False), "errors must stay"),
            (log(log_format="default"), "ISO 8601"),
        ],
    },
    "17.2": {
        "right": [
            GOOD,
            {**GOOD, "trace_level": np.array(["TIMESTAMPS"])},
            {"trace_level": ["TIMESTAMPS"], "trace_rate": "1"},
            json.dumps(GOOD),
        ],
        "wrong": [
            ({**GOOD, "trace_level": "TIMESTAMPS"}, "non-array as array"),
            ({**GOOD, "trace_level": ["TIMESTAMP"]}, "no level that the server knows"),
            ({**GOOD, "trace_level": ["TIMESTAMPS", "TENSORS"]}, "other levels reveal contents"),
            ({**GOOD, "trace_rate": 1}, "non-string as string"),
            ({**GOOD, "trace_rate": "1000"}, "one request in that many"),
            ({**GOOD, "trace_count": "all"}, "got: all"),
            ({**GOOD, "trace_count": "100"}, "which number means no end"),
            ({"level": ["TIMESTAMPS"], "rate": "1", "count": "-1"}, "no trace_level"),
            (["TIMESTAMPS"], "as a dictionary"),
            ("{", "not valid JSON"),
        ],
    },
    "17.3": {
        "right": [[3, 4], ("3", 4.0), np.array([3, 4])],
        "wrong": [
            ([4, 4], "only every third"),
            ([3, 6], "trace_count end it"),
            ([10, 20], "one in three"),
            (3, "two numbers"),
            ([3, True], "two numbers"),
        ],
    },
}
