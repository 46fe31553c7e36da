"""Ray Serve, batching the requests that wait: python bench/peer_ray.py linear 9000"""

import os
import signal
import sys
import threading

import ray
from networks import INPUTS, load
from ray import serve


@serve.deployment(max_ongoing_requests=200, ray_actor_options={"num_cpus": 0})
class Network:
    def __init__(self, name):
        self.network, self.name = load(name), name

    @serve.batch(max_batch_size=64, batch_wait_timeout_s=0.001)
    async def predict(self, requests):
        answers = iter(self.network([row for rows in requests for row in rows]))
        return [[next(answers) for _ in rows] for rows in requests]

    async def __call__(self, request):
        if self.name == "resnet":
            return {"predictions": self.network(await request.body())}
        rows = (await request.json())[INPUTS[self.name]]
        return {"predictions": await self.predict(rows)}


if __name__ == "__main__":
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_raylet_start_wait_time_s="100")  # the latter on a busy machine
    ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False, object_store_memory=100_000_000)
    serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[2])})
    serve.run(Network.bind(sys.argv[1]), route_prefix="/predict")
    ended.wait()
    serve.shutdown()
    ray.shutdown()
