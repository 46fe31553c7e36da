"""ResNet in bfloat16, from the weights of `resnet_model`, and the model repository to serve it from.

What a GPU (or a CPU with bfloat16 units) gains, and what it costs when pictures are prepared on the CPU beside it or by
torch on the network's own device, where the tensor passes from model to model by DLPack without a copy to the host.
"""

import copy
import shutil
from pathlib import Path

import numpy as np
import torch
from networks import DEVICE, REPOSITORY
from torch.fx.experimental.optimization import fuse

from tutorial_lib.models import resnet

MODELS = Path(__file__).resolve().parent / "model_repository"


class Bfloat16(torch.nn.Module):
    """FP32 [n,3,224,224] -> logits FP32 [n,1000], bfloat16 in between."""

    def __init__(self, network):
        super().__init__()
        fused = fuse(copy.deepcopy(network))  # batch normalisation into the weights
        self.network = fused.to(torch.bfloat16, memory_format=torch.channels_last)

    def forward(self, x):
        return self.network(x.to(torch.bfloat16, memory_format=torch.channels_last)).float()


def prepared(folder, pixels):
    """Write the model repository into `folder`; return two functions that run the network on `pixels` here.

    The first takes them from the host and brings the logits back, the second stays on the device: its own limit.
    """
    shutil.copytree(MODELS, folder, dirs_exist_ok=True)
    for name in ("resnet_preprocessor", "resnet_postprocessor"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for model in folder.iterdir():
        (model / "1").mkdir(exist_ok=True)  # git keeps no empty folder
    network = Bfloat16(resnet.network(REPOSITORY)).eval()
    with torch.inference_mode():  # not frozen: a frozen file keeps the device it was made on
        torch.jit.trace(network, torch.zeros(1, 3, 224, 224)).save(str(folder / "resnet_bf16" / "1" / "model.pt"))
    network = torch.jit.load(str(folder / "resnet_bf16" / "1" / "model.pt"), map_location=DEVICE).eval()
    there = torch.from_numpy(pixels).to(DEVICE)
    done = torch.cuda.synchronize if DEVICE == "cuda" else lambda: None

    def whole() -> np.ndarray:
        with torch.inference_mode():
            return network(torch.from_numpy(pixels).to(DEVICE)).cpu().numpy()

    def on_the_device() -> bool:
        with torch.inference_mode():
            network(there)
            done()
        return True

    return whole, on_the_device
