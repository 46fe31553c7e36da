"""Ray Serve, batching the requests that wait: python bench/peer_ray.py linear 9000"""

import os
import signal
import sys
import threading

import numpy as np
import ray
import torch
from networks import INPUTS, load
from ray import serve


@serve.deployment(max_ongoing_requests=200, ray_actor_options={"num_cpus": 0})
class Network:
    def __init__(self, name):
        self.network, self.name = load(name), name

    @serve.batch(max_batch_size=64, batch_wait_timeout_s=0.001)
    async def predict(self, requests):
        together = np.concatenate(requests) if self.name == "resnet" else [row for rows in requests for row in rows]
        answers = iter(self.network(together))
        return [[next(answers) for _ in rows] for rows in requests]

    async def __call__(self, request):
        if self.name == "resnet":
            rows = np.frombuffer(await request.body(), np.float32).reshape(-1, 3, 224, 224)
        else:
            rows = (await request.json())[INPUTS[self.name]]
        return {"predictions": await self.predict(rows)}


if __name__ == "__main__":
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_raylet_start_wait_time_s="100")  # the latter on a busy machine
    os.environ.setdefault("OMP_NUM_THREADS", str(torch.get_num_threads()))  # as with the other peers; else Ray says 1
    ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False, object_store_memory=100_000_000)
    serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[2])})
    serve.run(Network.bind(sys.argv[1]), route_prefix="/predict")
    ended.wait()
    serve.shutdown()
    ray.shutdown()
