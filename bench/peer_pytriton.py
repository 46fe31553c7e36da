"""PyTriton, a Python function behind NVIDIA's Triton: python bench/peer_pytriton.py linear 9000"""

import sys

import numpy as np
from networks import load
from pytriton.decorators import batch
from pytriton.model_config import DynamicBatcher, ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

name, port = sys.argv[1], int(sys.argv[2])
network = load(name)
shape, dtype = {"linear": ((1,), np.float32), "resnet": ((3, 224, 224), np.float32), "sentiment": ((1,), bytes)}[name]


@batch
def predict(rows):
    values = [row[0].decode() for row in rows] if name == "sentiment" else rows
    return {"predictions": np.array(network(values)).reshape(-1, 1)}


ports = TritonConfig(http_port=port, grpc_port=port + 1, metrics_port=port + 2, http_address="127.0.0.1")
with Triton(config=ports) as triton:
    triton.bind(
        model_name=name,
        infer_func=predict,
        inputs=[Tensor(name="rows", dtype=dtype, shape=shape)],
        outputs=[Tensor(name="predictions", dtype=np.float64 if name == "linear" else np.int64, shape=(1,))],
        config=ModelConfig(max_batch_size=64, batcher=DynamicBatcher()),
    )
    triton.serve()
