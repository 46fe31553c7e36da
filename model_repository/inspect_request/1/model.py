"""Answers each request with what the model received, as JSON text with sorted keys, so that it is always the same."""

import json

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [describe(request) for request in requests]


def describe(request):
    wanted = sorted(request.requested_output_names())
    found = {
        "request_id": request.request_id(),
        "correlation_id": str(request.correlation_id()),  # of a sequence: a number or a string
        "parameters": as_text(json.loads(request.parameters() or "{}")),  # parameters() is a JSON string
        "inputs": as_text({tensor.name(): list(tensor.as_numpy().shape) for tensor in request.inputs()}),
        "wanted": as_text(wanted),
    }
    tensors = [pb_utils.Tensor(name, np.array([text], dtype=object)) for name, text in found.items()]
    tensors.append(pb_utils.Tensor("timeout", np.array([request.timeout()], dtype=np.uint64)))
    return pb_utils.InferenceResponse([tensor for tensor in tensors if tensor.name() in wanted])


def as_text(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
