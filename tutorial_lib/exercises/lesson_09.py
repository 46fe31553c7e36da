"""Lesson 09, batching and queues: what joins, a time limit that has no effect, and a model that does not batch."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from . import Exercise, NotYetError
from .asking import config, held, is_ready, metric, number, parsed, tried, until, work

ROWS = [5, 4, 2, 4]
TENTH, DEFAULT = 100_000, 10_000_000  # microseconds
SLEEPER = """
import time
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def initialize(self, args):
        self.family = pb_utils.MetricFamily("sleepers_running", "Executions at work now", pb_utils.MetricFamily.GAUGE)
        self.running = self.family.Metric(labels={"model": args["model_name"]})

    def execute(self, requests):
        self.running.increment(1)
        work = [pb_utils.get_input_tensor_by_name(request, "work_ms").as_numpy() for request in requests]
        end = time.monotonic() + max(ms.max() for ms in work) / 1000
        while time.monotonic() < end and not any(request.is_cancelled() for request in requests):
            time.sleep(0.005)
        self.running.increment(-1)
        return [pb_utils.InferenceResponse([pb_utils.Tensor("done", ms)]) for ms in work]
"""


def _sizes(answer) -> None:
    if isinstance(answer, (str, dict)) or not hasattr(answer, "__iter__"):
        raise NotYetError(f"found {answer!r}, expected a list of sizes, one for each execution, such as [15]")
    found = [number(item, "sizes that are numbers") for item in answer]
    if found == [15]:
        raise NotYetError("found one batch of 15, but max_batch_size is 8")
    if found == ROWS:
        raise NotYetError("found one execution for each request: they wait at the same time, so neighbors may join")
    if found == [8, 7]:
        raise NotYetError("found [8, 7]: that would cut a request in two, and a request is never cut")
    if found == [7, 8]:
        raise NotYetError("found [7, 8]: that would let one request overtake another; first come, first served")
    if sum(found) != sum(ROWS):
        raise NotYetError(f"your executions hold {sum(found):g} rows in all, but {sum(ROWS)} were sent")
    expected = _executions("slow_echo", ROWS)
    if found == expected:
        return
    if sorted(found) == sorted(expected):
        raise NotYetError("the sizes are right, but their order is not: first come, first served")
    raise NotYetError(f"found {[int(size) for size in found]}: take whole requests from the front, up to 8 rows")


def _executions(model: str, rows: list[int]) -> list[int]:
    """Send requests of these sizes while the model is busy; return the sizes of the executions, in order."""
    import queue

    import tritonclient.grpc as triton

    answers: queue.Queue = queue.Queue()
    with triton.InferenceServerClient("localhost:8001") as server:
        with held(model):
            # the server puts the requests of one stream in the queue in the order in which they were sent
            server.start_stream(lambda result, error: answers.put((result, error)))
            for size in rows:
                server.async_stream_infer(model, work(*[0] * size))
            until("nv_inference_pending_request_count", model, len(rows))
            time.sleep(0.5)  # the last one is counted just before it is in the queue
        try:
            replies = [answers.get(timeout=60) for _ in rows]
        except queue.Empty:
            server.stop_stream(cancel_requests=True)  # otherwise closing the client would wait for these answers
            raise NotYetError(
                f"{model} is idle and keeps requests waiting for more than 60 s: what is its delay?"
            ) from None
    for _, error in replies:
        if error:
            raise NotYetError(f"{model} answers: {error}")
    runs = [(result.as_numpy("run").flat[0], result.as_numpy("batch_size").flat[0]) for result, _ in replies]
    sizes = {run: int(size) for run, size in runs}
    return [sizes[run] for run in sorted(sizes)]


def _send(model: str, milliseconds: list[int], **options) -> Any:
    """Send one request, from any thread; return its outputs, or the exception of a refusal."""
    import tritonclient.grpc as triton
    from tritonclient.utils import InferenceServerException

    with triton.InferenceServerClient("localhost:8001") as server:
        try:
            reply = server.infer(model, work(*milliseconds), client_timeout=60, **options)
        except InferenceServerException as error:
            return error
        return {output.name: reply.as_numpy(output.name) for output in reply.get_response().outputs}


def _time_limit(answer) -> None:
    wanted = parsed(answer)
    if "dynamic_batching" not in wanted:
        raise NotYetError("dynamic_batching is gone: without it the model has no queue policy at all")
    policy = wanted["dynamic_batching"].get("default_queue_policy", {})
    default = int(policy.get("default_timeout_microseconds", 0))
    if 0 < default < 1000:
        raise NotYetError(f"a default of {default} microseconds: even an idle model may need longer to take a request")
    with tried(answer, SLEEPER), ThreadPoolExecutor(2) as pool:
        with held("your_turn"):
            patient = pool.submit(_send, "your_turn", [0])
            until("nv_inference_pending_request_count", "your_turn", 1)
            hurried, end = pool.submit(_send, "your_turn", [0], timeout=TENTH), time.monotonic() + 10
            while metric("nv_inference_pending_request_count", "your_turn") < 2 and time.monotonic() < end:
                if hurried.done():  # the server looks twice a second for those that have waited too long
                    break
                time.sleep(0.01)
            time.sleep(0.3)  # more than the tenth of a second that the first one allows
        hurried, patient = hurried.result(), patient.result()
    if isinstance(patient, Exception):
        raise NotYetError(
            f"a request with no timeout got {patient.message()!r}: is the default ten seconds, in microseconds?"
        )
    if isinstance(hurried, Exception) and "timeout" not in hurried.message():
        raise NotYetError(f"the second of two waiting requests got {hurried.message()!r}")
    if not isinstance(hurried, Exception):
        if policy.get("timeout_action") == "DELAY":
            raise NotYetError(
                "the request with timeout=100000 was answered late: DELAY keeps it waiting, behind others"
            )
        why = "is there a larger default?" if policy.get("allow_timeout_override") else "does the config allow it?"
        raise NotYetError(f"the server ignored timeout=100000 and answered after 0.3 s: {why}")
    if default != DEFAULT:
        raise NotYetError(f"the default is {default}, expected ten seconds in microseconds")


def _joined(_answer) -> None:
    model = "one_at_a_time"
    if not is_ready(model):
        raise NotYetError(f"{model} is not loaded: your change must leave it READY")
    now = config(model)
    if [tensor["name"] for tensor in now["input"]] != ["work_ms"]:
        raise NotYetError("the server's config no longer has its input: load_model(config=...) takes the whole config")
    if lost := {"batch_size", "run"} - {tensor["name"] for tensor in now.get("output", [])}:
        raise NotYetError(f"the server's config no longer has the output `{min(lost)}`: send the whole config")
    if "dynamic_batching" not in now:
        raise NotYetError(f"the config of {model} that the server uses has no dynamic_batching")
    sizes = _executions(model, [1] * 8)
    if sizes != [8]:
        raise NotYetError(f"eight waiting requests ran in executions of {sizes} rows, expected one of 8")


EXERCISES = [
    Exercise(
        "09.1",
        "predict",
        "What joins?",
        _sizes,
        (
            "Read 'Batches join, but are never cut' again, and go through the queue from its front.",
            "5 + 4 is more than 8, so 5 runs alone; 4 + 2 fit; and then?",
        ),
        'check("09.1", [5, 6, 4])',
        "the server takes whole requests from the front of the queue, as long as they fit into max_batch_size",
    ),
    Exercise(
        "09.2",
        "repair",
        "A time limit that does not work",
        _time_limit,
        (
            "All times in a config are in microseconds; and a request's own timeout needs permission.",
            "default_timeout_microseconds: 10000000, and allow_timeout_override: true.",
        ),
        '''repaired = """
backend: "python"
max_batch_size: 1
input [ { name: "work_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
output [ { name: "done", data_type: TYPE_INT32, dims: [ 1 ] } ]
instance_group [ { kind: KIND_CPU, count: 1 } ]
dynamic_batching { default_queue_policy {
  timeout_action: REJECT
  default_timeout_microseconds: 10000000
  allow_timeout_override: true
} }
"""
check("09.2", repaired)''',
        "a request's timeout needs allow_timeout_override and a larger default; both times are in microseconds",
    ),
    Exercise(
        "09.3",
        "write",
        "Make it batch, live",
        _joined,
        (
            "The cell with `def change` shows how: get the whole config, add an entry to it, call load_model.",
            'config["dynamic_batching"] = {} is enough; then client.load_model(name, config=json.dumps(config)).',
        ),
        """import json

config = client.get_model_config("one_at_a_time")
config["dynamic_batching"] = {}
client.load_model("one_at_a_time", config=json.dumps(config))
check("09.3")""",
        "one empty entry turns dynamic batching on, which joins requests that wait at the same time",
        live=True,
    ),
]
