"""Sleeps for `seconds`, then returns them, or fails with the error that the request names."""

import time

import numpy as np
import triton_python_backend_utils as pb_utils

CODES = ("UNKNOWN", "INTERNAL", "NOT_FOUND", "INVALID_ARG", "UNAVAILABLE", "UNSUPPORTED", "ALREADY_EXISTS", "CANCELLED")


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]  # one after the other: a model need not batch


def answer(request):
    seconds = pb_utils.get_input_tensor_by_name(request, "seconds")
    if seconds is None:  # with an optional input, the server only counts the inputs, so the model has to look
        return refusal("INVALID_ARG", "input 'seconds' is missing")
    times = np.nan_to_num(seconds.as_numpy(), nan=-1)
    if times.min(initial=0) < 0 or times.max(initial=0) > 10:
        return refusal("INVALID_ARG", "seconds must be from 0 to 10")
    time.sleep(float(times.max(initial=0)))
    error = pb_utils.get_input_tensor_by_name(request, "error")
    name = error.as_numpy().flat[0].decode("utf-8", "replace") if error else ""
    if name == "exception":
        raise ValueError("the model's own code failed")
    if name in CODES:
        return refusal(name, f"the model says {name}")
    if name:
        return refusal("INVALID_ARG", f"error must be one of {', '.join(CODES)}, exception")
    return pb_utils.InferenceResponse([pb_utils.Tensor("slept", seconds.as_numpy())])


def refusal(code, message):
    """An error for this request alone; the code decides the HTTP and the gRPC status."""
    number = getattr(pb_utils.TritonError, code)  # pb_utils.TritonError.NOT_FOUND, and so on
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(message, number))
