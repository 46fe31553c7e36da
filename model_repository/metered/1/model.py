"""Sleeps for `work_ms` milliseconds, returns how many jobs it has done, and exports metrics that only it can know.

A negative time is refused politely (a TritonError). A time over 10 seconds is a deliberate bug: it raises an exception.
"""

import time

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        labels = {"model": args["model_name"], "version": args["model_version"]}
        self.families = [  # kept as long as the model lives
            pb_utils.MetricFamily("metered_jobs", "Jobs done", pb_utils.MetricFamily.COUNTER),
            pb_utils.MetricFamily("metered_last_ms", "Length of the last job", pb_utils.MetricFamily.GAUGE),
            pb_utils.MetricFamily("metered_ms", "Lengths of all jobs", pb_utils.MetricFamily.HISTOGRAM),
        ]
        self.jobs = self.families[0].Metric(labels=labels)
        self.last = self.families[1].Metric(labels=labels)
        self.lengths = self.families[2].Metric(labels=labels, buckets=[10, 100, 1000])

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        times = pb_utils.get_input_tensor_by_name(request, "work_ms").as_numpy()
        if times.min() < 0:
            error = pb_utils.TritonError("work_ms must not be negative", pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=error)
        if times.max() > 10_000:
            raise ValueError("work_ms is too large")
        for ms in times.ravel().tolist():
            time.sleep(ms / 1000)
            self.jobs.increment(1)
            self.last.set(ms)
            self.lengths.observe(ms)
        done = np.full(times.shape, self.jobs.value(), dtype=np.int32)
        return pb_utils.InferenceResponse([pb_utils.Tensor("jobs_done", done)])
