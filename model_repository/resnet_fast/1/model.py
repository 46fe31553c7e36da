"""A quantized ResNet, FP32 [n,3,224,224] -> logits FP32 [n,1000], for the same pictures as resnet_model, on CPUs."""

import os

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        global torch  # slow to import, and Triton starts this file twice, the first time only to complete the config
        import torch

        path = os.path.join(args["model_repository"], args["model_version"], "model.pt")
        if not os.path.exists(path):
            raise pb_utils.TritonModelException(f"found no {path}. Try: run lesson 25, which makes it")
        torch.backends.quantized.engine = "onednn"  # before loading, which packs the weights for this engine
        self.model = torch.jit.load(path).eval()
        with torch.inference_mode():
            _ = [self.model(torch.zeros(1, 3, 224, 224)) for _ in range(2)]  # the first two calls are slow

    def execute(self, requests):
        pictures = [torch.from_dlpack(pb_utils.get_input_tensor_by_name(request, "input__0")) for request in requests]
        pictures = [batch.view(-1, 3, 224, 224) for batch in pictures]  # no dim 0 if a request says 0 but sends one
        with torch.inference_mode():
            logits = self.model(torch.cat(pictures))
        rows = [len(batch) for batch in pictures]
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor.from_dlpack("output__0", part.contiguous())])
            for part in logits.split(rows)
        ]
