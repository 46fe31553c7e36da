"""Counts from 1 to n, with one response for each number; n < 0 and n > 10000 are errors."""

import numpy as np
import triton_python_backend_utils as pb_utils

FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL
LONGEST = 10_000  # a count to 2147483647 would keep the model busy for a day


class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            n = int(pb_utils.get_input_tensor_by_name(request, "n").as_numpy()[0])
            expected = "0 or more" if n < 0 else f"at most {LONGEST}" if n > LONGEST else ""
            if expected:
                error = pb_utils.TritonError(f"n is {n}, expected {expected}", pb_utils.TritonError.INVALID_ARG)
                sender.send(pb_utils.InferenceResponse(error=error), flags=FINAL)
                continue
            for tick in range(1, n + 1):
                sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("tick", np.array([tick], np.int32))]))
            sender.send(flags=FINAL)
