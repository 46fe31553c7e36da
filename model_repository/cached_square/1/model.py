"""Returns the square of each number, and in `run` how often the model has run: a cached answer repeats `run`."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        self.runs = 0

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        self.runs += 1
        numbers = pb_utils.get_input_tensor_by_name(request, "number").as_numpy()
        if not np.isfinite(numbers).all():
            error = pb_utils.TritonError("number must be finite", pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=error)
        square = pb_utils.Tensor("square", numbers * numbers)
        run = pb_utils.Tensor("run", np.full(numbers.shape, self.runs, dtype=np.int32))
        return pb_utils.InferenceResponse([square, run])
