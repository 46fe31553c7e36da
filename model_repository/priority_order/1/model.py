"""Sleeps for as many milliseconds as it is asked to, and reports how it was run.

`batch_size` is the number of rows that ran together (they take as long as the longest of them), `run` is the number
of that execution in this process, and `instance` names this instance. A cancelled request stops sleeping. Two metrics
show its state from outside. slow_echo, one_at_a_time, priority_order, short_queue and two_instances have the same file:
only their config.pbtxt differs.
"""

import time

import numpy as np
import triton_python_backend_utils as pb_utils

LONGEST = 60_000


class TritonPythonModel:
    def initialize(self, args):
        labels = {"model": args["model_name"]}
        kinds = pb_utils.MetricFamily
        self.families = [  # kept: a family that is garbage collected disappears from /metrics
            kinds("sleepers_running", "Executions at work now", kinds.GAUGE),
            kinds("sleepers_cancelled", "Requests that were cancelled at work", kinds.COUNTER),
        ]
        self.running, self.cancelled = [family.Metric(labels=labels) for family in self.families]
        self.instance, self.runs = args["model_instance_name"].encode(), 0

    def execute(self, requests):
        self.runs += 1
        self.running.increment(1)
        work = [pb_utils.get_input_tensor_by_name(request, "work_ms").as_numpy() for request in requests]
        valid = {i for i, ms in enumerate(work) if ms.size and ms.min() >= 0 and ms.max() <= LONGEST}
        asleep, cancelled, start = valid, set(), time.monotonic()
        while asleep := {i for i in asleep if time.monotonic() < start + work[i].max() / 1000} - cancelled:
            time.sleep(0.005)
            cancelled |= {i for i in asleep if requests[i].is_cancelled()}
        self.cancelled.increment(len(cancelled))
        self.running.increment(-1)  # last, so that whoever sees it idle sees the other count too
        rows = sum(len(ms) for ms in work)
        return [self.answer(work[i].shape, rows, i in valid, i in cancelled) for i in range(len(requests))]

    def answer(self, shape, rows, valid, cancelled):
        error = pb_utils.TritonError
        if cancelled:
            return pb_utils.InferenceResponse(error=error("cancelled at work", error.CANCELLED))
        if not valid:
            return pb_utils.InferenceResponse(error=error(f"work_ms: 0 to {LONGEST}", error.INVALID_ARG))
        outputs = [
            pb_utils.Tensor("batch_size", np.full(shape, rows, np.int32)),
            pb_utils.Tensor("run", np.full(shape, self.runs, np.int32)),
            pb_utils.Tensor("instance", np.full(shape, self.instance, object)),
        ]
        return pb_utils.InferenceResponse(outputs)
