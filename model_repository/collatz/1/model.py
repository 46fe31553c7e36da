"""Takes one step per execution, n/2 (even) or 3n+1 (odd), and asks for the same request again until n is 1.

The last response is always sent; those on the way are sent only if the request's parameter `every_step` is true.
"""

import json
import time

import numpy as np
import triton_python_backend_utils as pb_utils

FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL


class TritonPythonModel:
    def initialize(self, args):
        self.walks = {}  # (n, steps) by correlation id, which the server gives to each request

    def execute(self, requests):
        time.sleep(0.005)  # a step of a real network takes a while, whether for one request or for four
        for request in requests:
            self.step(request, request.get_response_sender())

    def step(self, request, sender):
        first = int(pb_utils.get_input_tensor_by_name(request, "n").as_numpy().item())
        n, steps = self.walks.pop(request.correlation_id(), (first, 0))
        if not 1 <= first <= 1_000_000:
            error = pb_utils.TritonError("n must be from 1 to 1000000", pb_utils.TritonError.INVALID_ARG)
            sender.send(pb_utils.InferenceResponse(error=error), flags=FINAL)
            return
        if n > 1:
            n, steps = (n // 2 if n % 2 == 0 else 3 * n + 1), steps + 1
        tensors = [pb_utils.Tensor("value", np.array([[n]])), pb_utils.Tensor("steps", np.array([[steps]], np.int32))]
        if n == 1:
            sender.send(pb_utils.InferenceResponse(tensors), flags=FINAL)
            return
        if json.loads(request.parameters()).get("every_step"):
            sender.send(pb_utils.InferenceResponse(tensors))
        self.walks[request.correlation_id()] = (n, steps)
        if len(self.walks) > 1000:  # a cancelled request does not come again, so forget the walk unused for longest
            self.walks.pop(next(iter(self.walks)))
        request.set_release_flags(pb_utils.TRITONSERVER_REQUEST_RELEASE_RESCHEDULE)
