"""BentoML, batching the requests that wait: python bench/peer_bentoml.py linear 9000"""

import os
import sys
from pathlib import Path

import bentoml

sys.path.insert(0, str(Path(__file__).resolve().parent))
from networks import load

NAME = os.environ.get("BENCH_MODEL", "linear")


@bentoml.service(workers=1, traffic={"timeout": 60, "max_concurrency": 256})
class Network:
    def __init__(self):
        self.network = load(NAME)

    if NAME == "linear":

        @bentoml.api(batchable=True, max_batch_size=64, max_latency_ms=60_000, route="/predict")
        def predict(self, numbers: list[list[float]]) -> list[list[float]]:
            return self.network(numbers)

    else:

        @bentoml.api(batchable=True, max_batch_size=64, max_latency_ms=60_000, route="/predict")
        def predict(self, texts: list[str]) -> list[int]:
            return self.network(texts)


if __name__ == "__main__":
    words = ["bentoml", "serve", "peer_bentoml:Network", "--host", "127.0.0.1", "--port", sys.argv[2]]
    folder = str(Path(__file__).resolve().parent)
    environment = {**os.environ, "BENCH_MODEL": sys.argv[1], "BENTOML_DO_NOT_TRACK": "True"}
    os.execve(sys.executable, [sys.executable, "-m", *words, "--working-dir", folder], environment)
