"""Sends each number of x to scale as a request of its own, all at once, and puts the answers together."""

import asyncio

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    async def execute(self, requests):  # async def: only so can it await
        return [await fan_out(request) for request in requests]


async def fan_out(request):
    numbers = pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
    waiting = [scale(number).async_exec() for number in numbers]
    responses = await asyncio.gather(*waiting)
    for response in responses:
        if response.has_error():
            return pb_utils.InferenceResponse(error=response.error())
    parts = [pb_utils.get_output_tensor_by_name(response, "y").as_numpy()[0] for response in responses]
    y = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    return pb_utils.InferenceResponse([pb_utils.Tensor("y", y)])


def scale(number):
    x = pb_utils.Tensor("x", np.array([[number]], np.float32))
    return pb_utils.InferenceRequest(model_name="scale", inputs=[x], requested_output_names=["y"])
