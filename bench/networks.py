"""The course's networks from the files in model_repository, for the peers: load(name) gives a function."""

import os
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

REPOSITORY = Path(
    os.environ.get("TRITON_COURSE_REPOSITORY") or Path(__file__).resolve().parent.parent / "model_repository"
)
INPUTS = {"linear": "numbers", "resnet": "pictures", "sentiment": "texts"}  # the key in a request's JSON


def load(name):
    return {"linear": linear, "resnet": resnet, "sentiment": sentiment}[name]()


def network(model):
    return torch.jit.load(str(REPOSITORY / model / "1" / "model.pt")).eval()


def linear():
    net = network("linear_regression_model")

    def predict(numbers):  # [[5.0], ...] -> [[13.0], ...]
        with torch.inference_mode():
            return net(torch.tensor(numbers, dtype=torch.float32)).tolist()

    return predict


def resnet():
    net = network("resnet_model")

    def predict(pictures):  # the bytes of float32 [n, 3, 224, 224], or such an array -> [best class, ...]
        if isinstance(pictures, bytes):
            pictures = np.frombuffer(pictures, np.float32).reshape(-1, 3, 224, 224)
        with torch.inference_mode():
            return net(torch.tensor(pictures)).argmax(dim=1).tolist()

    return predict


def sentiment():
    net = network("sentiment")
    tokenizer = Tokenizer.from_file(str(REPOSITORY / "sentiment" / "1" / "tokenizer.json"))

    def predict(texts):  # ["good", ...] -> [5, ...]
        encoded = tokenizer.encode_batch(texts)
        ids, mask = (torch.tensor([getattr(e, key) for e in encoded]) for key in ("ids", "attention_mask"))
        with torch.inference_mode():
            return (net(ids, mask).argmax(dim=1) + 1).tolist()

    return predict
