"""One picture, UINT8 [height,width,3] of any size -> FP32 [1,3,224,224], as ImageNet classifiers are fed."""

import numpy as np
import triton_python_backend_utils as pb_utils
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)  # of ImageNet's pixels: red, green, blue
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        picture = pb_utils.get_input_tensor_by_name(request, "input_image").as_numpy()
        if picture.size == 0:
            return pb_utils.InferenceResponse(
                error=pb_utils.TritonError(
                    f"input_image has shape {list(picture.shape)}, expected [height, width, 3] with at least one "
                    "pixel; try np.asarray(image.convert('RGB'))",
                    pb_utils.TritonError.INVALID_ARG,
                )
            )
        pixels = self.centre(picture).astype(np.float32) / 255
        tensor = ((pixels - MEAN) / STD).transpose(2, 0, 1)[np.newaxis]
        return pb_utils.InferenceResponse([pb_utils.Tensor("image_tensor", np.ascontiguousarray(tensor))])

    def centre(self, picture):
        """The usual "resize the shorter side to 256, crop 224 x 224", in the other order: 224 is 7/8 of 256."""
        height, width, _ = picture.shape
        side = max(1, min(height, width) * 7 // 8)
        top, left = (height - side) // 2, (width - side) // 2
        block = max(1, side // (4 * 224))  # a large photograph: average whole blocks first, it needs far less memory
        count = side // block
        picture = picture[top : top + count * block, left : left + count * block]
        if block > 1:
            rows = picture.reshape(count, block, count * block, 3).mean(axis=1, dtype=np.float32)
            picture = np.rint(rows.reshape(count, count, block, 3).mean(axis=2)).astype(np.uint8)
        return np.asarray(Image.fromarray(picture).resize((224, 224), Image.Resampling.BILINEAR))
