"""Sleeps for `seconds`, then answers them, or fails with the error whose name the request gives."""

import time

import numpy as np
import triton_python_backend_utils as pb_utils

CODES = ("UNKNOWN", "INTERNAL", "NOT_FOUND", "INVALID_ARG", "UNAVAILABLE", "UNSUPPORTED", "ALREADY_EXISTS", "CANCELLED")


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]  # one after the other: a model need not batch

    def answer(self, request):
        seconds = pb_utils.get_input_tensor_by_name(request, "seconds")
        if seconds is None:  # with optional inputs the server only counts, so the model has to look
            return refusal("input 'seconds' is missing", "INVALID_ARG")
        seconds = seconds.as_numpy()
        error = pb_utils.get_input_tensor_by_name(request, "error")
        name = error.as_numpy().flat[0].decode() if error else ""
        longest = float(np.nan_to_num(seconds, nan=-1).max(initial=0))
        if not 0 <= longest <= 10:
            return refusal("seconds must be from 0 to 10", "INVALID_ARG")
        time.sleep(longest)
        if name == "exception":
            raise ValueError("the model's own code failed")
        if name and name not in CODES:
            return refusal(f"error must be one of {', '.join(CODES)}, exception", "INVALID_ARG")
        if name:
            return refusal(f"the model says {name}", name)
        return pb_utils.InferenceResponse([pb_utils.Tensor("slept", seconds)])


def refusal(message, code):
    """An error for this request alone; the code decides the HTTP and the gRPC status."""
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(message, getattr(pb_utils.TritonError, code)))
