"""MLServer, which speaks the same V2 protocol as Triton: python bench/peer_mlserver.py linear 9000"""

import asyncio
import sys

import numpy as np
from mlserver import MLModel, MLServer, ModelSettings, Settings
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.types import InferenceResponse
from networks import load


class Network(MLModel):
    async def load(self):
        self.network = load(self.name)
        return True

    async def predict(self, payload):
        if self.name == "sentiment":
            rows = StringCodec.decode_input(payload.inputs[0])
        else:
            rows = NumpyCodec.decode_input(payload.inputs[0])
        answers = NumpyCodec.encode_output("predictions", np.array(self.network(rows)))
        return InferenceResponse(model_name=self.name, outputs=[answers])


async def main(name, port):
    ports = {"http_port": port, "grpc_port": port + 1, "metrics_port": port + 2}
    server = MLServer(Settings(host="127.0.0.1", **ports, parallel_workers=0, debug=False))
    await server.start([ModelSettings(name=name, implementation=Network, max_batch_size=64, max_batch_time=0.001)])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
