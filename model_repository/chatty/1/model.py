"""Repeats a text with print() and at all four levels of the server's log, and returns the OpenTelemetry context.

The context is JSON with a `traceparent` when the server traces this request in mode opentelemetry, and empty otherwise.
"""

import sys

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        text = one_line(pb_utils.get_input_tensor_by_name(request, "text").as_numpy()[0])
        print(f"print: {text}")
        print(f"stderr: {text}", file=sys.stderr)
        pb_utils.Logger.log_verbose(f"verbose: {text}")
        pb_utils.Logger.log_info(f"info: {text}")
        pb_utils.Logger.log_warn(f"warning: {text}")
        pb_utils.Logger.log_error(f"error: {text}")
        context = request.trace().get_context() or ""
        answer = pb_utils.Tensor("trace_context", np.array([context.encode()], dtype=np.object_))
        return pb_utils.InferenceResponse([answer])


def one_line(text):
    """Return it in ASCII and without line breaks, because a request must not write a line of its own into the log."""
    return text.decode("utf-8", "backslashreplace").encode("unicode_escape").decode()
