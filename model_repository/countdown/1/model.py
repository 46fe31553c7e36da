"""Sends the numbers from `start` to 1, each in a response of its own; at `fail_at` an error ends the request."""

import numpy as np
import triton_python_backend_utils as pb_utils

FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL
LONGEST = 10_000


class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            count_down(request, request.get_response_sender())
        # a decoupled model returns nothing: all answers went through the response senders


def count_down(request, sender):
    numbers = {tensor.name(): int(tensor.as_numpy()[0]) for tensor in request.inputs()}
    if "start" not in numbers:  # if one input is optional, the server only counts the inputs
        fail(sender, "input start is missing")
        return
    if numbers["start"] > LONGEST:
        fail(sender, f"start is {numbers['start']}, expected at most {LONGEST}")
        return
    for number in range(numbers["start"], 0, -1):
        if number == numbers.get("fail_at"):
            fail(sender, f"failed at {number}, as asked")
            return
        sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("count", np.array([number], np.int32))]))
    sender.send(flags=FINAL)  # no tensor, only the flag: nothing more comes


def fail(sender, message):
    error = pb_utils.TritonError(message, pb_utils.TritonError.INVALID_ARG)
    sender.send(pb_utils.InferenceResponse(error=error), flags=FINAL)
