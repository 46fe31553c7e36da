"""FastAPI with an async handler: python bench/peer_fastapi_async.py linear 9000"""

import sys

import uvicorn
from fastapi import FastAPI, Request
from networks import INPUTS, load
from pydantic import create_model

name, port = sys.argv[1], int(sys.argv[2])
predict, key = load(name), INPUTS[name]
Body = create_model("Body", **{key: (list[list[float]] if name == "linear" else list[str], ...)})
app = FastAPI()


if name == "resnet":

    @app.post("/predict")
    async def by_bytes(request: Request):
        return {"predictions": predict(await request.body())}

else:

    @app.post("/predict")
    async def by_json(body: Body):
        return {"predictions": predict(getattr(body, key))}


uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
