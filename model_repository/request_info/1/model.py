"""Answers what it sees of a request: id, parameters, timeout, sequence id, requested outputs, cancelled or not."""

import json

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    seen = {
        "request_id": request.request_id(),
        "parameters": json.loads(request.parameters()),  # a string of JSON
        "timeout": request.timeout(),  # microseconds
        "correlation_id": request.correlation_id(),
        "outputs": sorted(request.requested_output_names()),
        "cancelled": request.is_cancelled(),
    }
    text = np.array([json.dumps(seen)], dtype=object)
    return pb_utils.InferenceResponse([pb_utils.Tensor("seen", text)])
