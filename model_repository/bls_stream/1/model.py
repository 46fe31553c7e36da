"""Reads the stream of ticker twice: the sum with exec(decoupled=True), the largest with async_exec(decoupled=True)."""

import collections

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    async def execute(self, requests):
        return [await read(request) for request in requests]


async def read(request):
    n = pb_utils.get_input_tensor_by_name(request, "n")
    try:
        total = sum(ticks(ticker(n).exec(decoupled=True)))
        largest = max(ticks(await ticker(n).async_exec(decoupled=True)), default=0)
    except ValueError as error:
        return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG))
    tensors = [pb_utils.Tensor(k, np.array([v], np.int32)) for k, v in (("sum", total), ("largest", largest))]
    return pb_utils.InferenceResponse(tensors)


def ticker(n):
    return pb_utils.InferenceRequest(model_name="ticker", inputs=[n], requested_output_names=["tick"])


# In Triton 2.51, a background thread of this process drops each stream that has ended. If nothing else holds it then,
# the process dies now and then (a malloc error) or hangs: so this holds the last ones
KEPT = collections.deque(maxlen=8)


def ticks(responses):
    try:
        for response in responses:  # an iterator that yields the answers as they come
            if response.has_error():
                raise ValueError(response.error().message())
            if response.output_tensors():  # the last one, which says "that was all", may be empty
                yield int(response.output_tensors()[0].as_numpy()[0])
    finally:
        KEPT.append(responses)
