"""Adds `value` to the sum of its sequence. The control inputs START, END, READY and CORRID come from the server."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        self.sums = {}  # by slot: direct batching promises that a sequence stays in its slot

    def execute(self, requests):
        return [self.answer(slot, request) for slot, request in enumerate(requests)]

    def answer(self, slot, request):
        seen = {tensor.name(): tensor.as_numpy().item() for tensor in request.inputs()}
        if not seen["READY"]:  # an empty slot that the server filled: its value is noise, its answer goes nowhere
            return response(slot, 0, 0)
        if seen["START"]:
            self.sums[slot] = 0
        self.sums[slot] += seen["value"]
        total = self.sums.pop(slot) if seen["END"] else self.sums[slot]
        return response(slot, total, seen["CORRID"])


def response(slot, total, sequence):
    arrays = {
        "slot": np.array([[slot]], np.int32),
        "sum": np.array([[total]], np.int64),
        "sequence": np.array([[sequence]], np.uint64),
    }
    return pb_utils.InferenceResponse([pb_utils.Tensor(name, array) for name, array in arrays.items()])
