"""FastAPI with a plain handler, which runs in one of 40 threads: python bench/peer_fastapi_sync.py linear 9000"""

import sys

import uvicorn
from fastapi import Body, FastAPI
from networks import INPUTS, load
from pydantic import create_model

name, port = sys.argv[1], int(sys.argv[2])
predict, key = load(name), INPUTS[name]
Request = create_model("Request", **{key: (list[list[float]] if name == "linear" else list[str], ...)})
app = FastAPI()


if name == "resnet":

    @app.post("/predict")
    def by_bytes(body: bytes = Body(media_type="application/octet-stream")):
        return {"predictions": predict(body)}

else:

    @app.post("/predict")
    def by_json(body: Request):
        return {"predictions": predict(getattr(body, key))}


uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
