"""Adds `value` to the sum of its sequence, which it knows by the request's correlation id: a number or a string."""

import numpy as np
import triton_python_backend_utils as pb_utils

START = pb_utils.TRITONSERVER_REQUEST_FLAG_SEQUENCE_START
END = pb_utils.TRITONSERVER_REQUEST_FLAG_SEQUENCE_END


class TritonPythonModel:
    def initialize(self, args):
        self.sums = {}

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        sequence = request.correlation_id()
        if request.flags() & START:
            self.sums[sequence] = np.zeros((1, 1), np.int64)
        self.sums[sequence] += pb_utils.get_input_tensor_by_name(request, "value").as_numpy()
        total = self.sums.pop(sequence) if request.flags() & END else self.sums[sequence]
        name = np.array([[str(sequence)]], dtype=object)
        return pb_utils.InferenceResponse([pb_utils.Tensor("sum", total), pb_utils.Tensor("sequence", name)])
