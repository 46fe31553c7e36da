"""Sends each number of x to scale in a request of its own, 64 at a time, and puts the answers together."""

import asyncio

import numpy as np
import triton_python_backend_utils as pb_utils

AT_ONCE = 64  # scale takes eight in a batch, so more would only wait; a million at once would take gigabytes


class TritonPythonModel:
    async def execute(self, requests):  # async def, so that it can await
        return [await fan_out(request) for request in requests]


async def fan_out(request):
    numbers = pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
    parts = [np.zeros(0, np.float32)]
    for start in range(0, len(numbers), AT_ONCE):
        waiting = [scale(number).async_exec() for number in numbers[start : start + AT_ONCE]]
        for response in await asyncio.gather(*waiting):
            if response.has_error():
                return pb_utils.InferenceResponse(error=response.error())
            parts.append(pb_utils.get_output_tensor_by_name(response, "y").as_numpy()[0])
    return pb_utils.InferenceResponse([pb_utils.Tensor("y", np.concatenate(parts))])


def scale(number):
    x = pb_utils.Tensor("x", np.array([[number]], np.float32))
    return pb_utils.InferenceRequest(model_name="scale", inputs=[x], requested_output_names=["y"])
