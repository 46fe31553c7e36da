"""Sends every tensor back as it came: `fp32` as `fp32_out`, and likewise for each of Triton's 14 datatypes."""

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [pb_utils.InferenceResponse([echo(tensor) for tensor in request.inputs()]) for request in requests]


def echo(tensor):
    name = tensor.name() + "_out"
    if tensor.name() == "bf16":  # numpy has no bfloat16; DLPack carries it without a copy
        return pb_utils.Tensor.from_dlpack(name, tensor.to_dlpack())
    return pb_utils.Tensor(name, tensor.as_numpy())
