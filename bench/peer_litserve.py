"""LitServe, batching the requests that wait: python bench/peer_litserve.py linear 9000"""

import sys

import litserve
from networks import INPUTS, load


class Api(litserve.LitAPI):
    def setup(self, _device):
        self.network, self.key = load(sys.argv[1]), INPUTS[sys.argv[1]]

    def decode_request(self, request):
        return request[self.key]

    def batch(self, inputs):
        self.sizes = [len(rows) for rows in inputs]
        return [row for rows in inputs for row in rows]

    def predict(self, rows):
        return self.network(rows)

    def unbatch(self, answers):
        rows = iter(answers)
        return [[next(rows) for _ in range(size)] for size in self.sizes]

    def encode_response(self, answers):
        return {"predictions": answers}


if __name__ == "__main__":
    api = Api(max_batch_size=64, batch_timeout=0.001)
    server = litserve.LitServer(api, accelerator="cpu")
    server.run(host="127.0.0.1", port=int(sys.argv[2]), generate_client_file=False, log_level="warning")
