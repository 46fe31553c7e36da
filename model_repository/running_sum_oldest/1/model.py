"""Adds `value` to the sum of its sequence, identified by the request's correlation id: a number or a string."""

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
        before = self.sums.pop(sequence, None)
        if request.flags() & START:
            before = np.zeros((1, 1), np.int64)
        total = before + pb_utils.get_input_tensor_by_name(request, "value").as_numpy()
        if not request.flags() & END:
            self.sums[sequence] = total
        if len(self.sums) > 1000:  # a sequence that expires ends without END, so forget the one unused for longest
            self.sums.pop(next(iter(self.sums)))
        name = np.array([[str(sequence)]], dtype=object)
        return pb_utils.InferenceResponse([pb_utils.Tensor("sum", total), pb_utils.Tensor("sequence", name)])
