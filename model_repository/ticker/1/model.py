"""Counts from 1 to n, one response for each number; a negative n is an error."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            n = int(pb_utils.get_input_tensor_by_name(request, "n").as_numpy()[0])
            if n < 0:
                error = pb_utils.TritonError(f"n is {n}, expected 0 or more", pb_utils.TritonError.INVALID_ARG)
                sender.send(pb_utils.InferenceResponse(error=error))
            for tick in range(1, n + 1):
                sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("tick", np.array([tick], np.int32))]))
            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
