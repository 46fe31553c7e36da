"""One picture, UINT8 [height,width,3] -> FP32 [1,3,224,224], by torch on the instance's device; it stays on the GPU."""

import triton_python_backend_utils as pb_utils

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # of ImageNet's pixels: red, green, blue


class TritonPythonModel:
    def initialize(self, args):
        global torch  # slow to import, and Triton starts this file twice, the first time only to complete the config
        import torch

        gpu = args["model_instance_kind"] == "GPU"
        self.device = torch.device(f"cuda:{args['model_instance_device_id']}" if gpu else "cpu")
        self.mean, self.std = (torch.tensor(v, device=self.device).view(3, 1, 1) * 255 for v in (MEAN, STD))

    def execute(self, requests):
        with torch.inference_mode():
            return [self.answer(request) for request in requests]

    def answer(self, request):
        picture = pb_utils.get_input_tensor_by_name(request, "input_image").as_numpy()
        if picture.size == 0:
            message = (
                f"input_image has shape {list(picture.shape)}, expected [height, width, 3] with at least one pixel"
            )
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(message, pb_utils.TritonError.INVALID_ARG))
        height, width, _ = picture.shape
        side = max(1, min(height, width) * 7 // 8)  # "resize to 256, crop 224" in the other order: 224 is 7/8 of 256
        top, left = (height - side) // 2, (width - side) // 2
        square = torch.tensor(
            picture[top : top + side, left : left + side], device=self.device
        )  # sends bytes to the device, not floats
        pixels = square.permute(2, 0, 1).unsqueeze(0).float()
        pixels = torch.nn.functional.interpolate(
            pixels, (224, 224), mode="bilinear", antialias=True, align_corners=False
        )
        tensor = (pixels.round() - self.mean) / self.std
        return pb_utils.InferenceResponse([pb_utils.Tensor.from_dlpack("image_tensor", tensor.contiguous())])
