"""The course's networks from the files in model_repository, for the peers: load(name) gives a function."""

import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer

REPOSITORY = Path(
    os.environ.get("TRITON_COURSE_REPOSITORY") or Path(__file__).resolve().parent.parent / "model_repository"
)
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"  # where Triton's KIND_AUTO puts the models too
if DEVICE == "cuda":  # TorchScript would compile for new shapes of batches, in the middle of what is measured
    torch._C._jit_override_can_fuse_on_gpu(False)  # as in the served models
INPUTS = {"linear": "numbers", "resnet": "pictures", "sentiment": "texts"}  # the key in a request's JSON


def load(name):
    return {"linear": linear, "resnet": resnet, "ensemble": ensemble, "sentiment": sentiment}[name]()


def network(model):
    return torch.jit.load(str(REPOSITORY / model / "1" / "model.pt"), map_location=DEVICE).eval()


def linear():
    net = network("linear_regression_model")

    def predict(numbers):  # [[5.0], ...] -> [[13.0], ...]
        with torch.inference_mode():
            return net(torch.tensor(numbers, dtype=torch.float32, device=DEVICE)).tolist()

    return predict


def resnet():
    net = network("resnet_model")

    def predict(pictures):  # the bytes of float32 [n, 3, 224, 224], or such an array -> [best class, ...]
        if isinstance(pictures, bytes):
            pictures = np.frombuffer(pictures, np.float32).reshape(-1, 3, 224, 224)
        with torch.inference_mode():
            return net(torch.tensor(pictures, device=DEVICE)).argmax(dim=1).tolist()

    return predict


def ensemble():
    net = network("resnet_model")
    labels = (REPOSITORY / "resnet_model" / "labels.txt").read_text(encoding="utf-8").splitlines()
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))

    def prepare(picture):  # uint8 [height, width, 3] -> float32 [3, 224, 224]: the centre, 7/8 of the shorter side
        image = Image.fromarray(picture)
        width, height = image.size
        side = min(width, height) * 7 // 8
        left, top = (width - side) // 2, (height - side) // 2
        small = image.resize((224, 224), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side))
        return (torch.from_numpy(np.array(small)).permute(2, 0, 1).float() / 255 - mean) / std

    def predict(pictures):  # [uint8 [height, width, 3], ...] -> [label, ...]
        with torch.inference_mode():
            batch = torch.stack([prepare(picture) for picture in pictures]).to(DEVICE)
            return [labels[best] for best in net(batch).argmax(dim=1)]

    return predict


def sentiment():
    net = network("sentiment")
    if (REPOSITORY / "sentiment" / "1" / "model.pt").stat().st_size < 50_000_000:  # as in the served model
        torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(REPOSITORY / "sentiment" / "1" / "tokenizer.json"))

    def predict(texts):  # ["good", ...] -> [5, ...]
        encoded = tokenizer.encode_batch_fast(texts)
        columns = [[getattr(e, key) for e in encoded] for key in ("ids", "attention_mask")]
        ids, mask = (torch.tensor(column, device=DEVICE) for column in columns)
        with torch.inference_mode():
            return (net(ids, mask).argmax(dim=1) + 1).tolist()

    return predict
