"""TritonClient: numpy arrays to a Triton server and back, over HTTP or gRPC. One file; paste it anywhere.

It adds to tritonclient: datatypes from the arrays and the model's metadata, every output in one dict, connections per
thread and process, and errors that say what to try. It hides nothing: `.raw` is the tritonclient object.
Needs numpy and `tritonclient[http]` or `tritonclient[grpc]`; only the protocol asked for is imported.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import importlib
import os
import re
import threading
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
from tritonclient.utils import InferenceServerException, np_to_triton_dtype, triton_to_np_dtype

__all__ = ["TritonClient"]

IMPORTED_IN = os.getpid()
PORTS = "by default HTTP is port 8000, gRPC 8001, metrics 8002"
REASONS = {  # what the vendors' errors hold -> what it means, and stays the same from one try to the next
    "failed to connect": f"nothing that speaks gRPC listens there; is the server running? ({PORTS})",
    "refused": f"nothing listens there; is the server running? ({PORTS})",
    "Expected HTTP": f"what listens there does not speak HTTP ({PORTS})",
    "Parse error": f"what listens there is not Triton's HTTP ({PORTS})",
}


class TritonClient:
    """Send and receive plain numpy arrays; a failure raises InferenceServerException, never returns None.

    `url` is host:port (default localhost:8000, for gRPC localhost:8001). `raw_options` go to `InferenceServerClient` of
    tritonclient.http or tritonclient.grpc, for example ssl=True, or network_timeout=5.0 (seconds, HTTP only).
    Threads may share one TritonClient, and forked processes too: each gets connections of its own. What the vendors'
    libraries leave open: each thread that used HTTP leaves two file descriptors behind (so keep threads in a pool, or
    take gRPC), and gRPC hangs in a forked child where GRPC_ENABLE_FORK_SUPPORT=0 is set (take HTTP, or spawn).
    """

    def __init__(self, url: str | None = None, protocol: str = "http", **raw_options: Any) -> None:
        if protocol not in ("http", "grpc"):
            raise InferenceServerException(f"unknown protocol {protocol!r}: expected 'http' or 'grpc'")
        self.url = url or {"http": "localhost:8000", "grpc": "localhost:8001"}[protocol]
        if "://" in self.url:
            bare = self.url.split("://")[1].rstrip("/")
            raise InferenceServerException(f"url {url!r} has a scheme: try {bare!r} (and ssl=True for https)")
        self.protocol = protocol
        self._tritonclient, self._raw_options = _import(protocol), raw_options
        self._as_json = {"as_json": True} if protocol == "grpc" else {}
        self._pid, self._raw, self._inherited, self._closed = os.getpid(), {}, None, False
        self._datatypes: dict[tuple[str, str], dict[str, str]] = {}

    @property
    def raw(self) -> Any:
        """This thread's `InferenceServerClient`, all of tritonclient; never give the HTTP one to another thread."""
        if self._closed:
            raise InferenceServerException("this TritonClient is closed: make a new one")
        if self._pid != os.getpid():  # forked: the parent's connections are kept, because deleting would close them
            self._pid, self._raw, self._inherited = os.getpid(), {}, self._raw
        thread = threading.current_thread()
        if thread not in self._raw:
            for ended in [other for other in list(self._raw) if not other.is_alive()]:
                if client := self._raw.pop(ended, None):  # None: another thread was quicker
                    client.close()
            self._raw[thread] = client = self._tritonclient.InferenceServerClient(self.url, **self._raw_options)
            if self.protocol == "grpc" and os.getpid() != IMPORTED_IN:
                with contextlib.suppress(InferenceServerException):
                    client.is_server_live()  # forked: gRPC may first try the parent's connection; the next call works
        return self._raw[thread]

    def is_ready(self) -> bool:
        """True when the server says it is ready to infer, False in every other case, also when nothing listens."""
        try:
            return self._call("is_server_ready")
        except Exception:
            return False

    def list_models(self) -> list[dict[str, str]]:
        """Every model of the repository, loaded or not: name and, once it was loaded, version, state and reason."""
        index = self._call("get_model_repository_index", **self._as_json)
        return index.get("models", []) if isinstance(index, dict) else index

    def get_model_info(self, model_name: str, model_version: str = "", headers: Any = None) -> dict[str, Any]:
        """The metadata: name, versions, platform, inputs and outputs, each with name, datatype and shape (-1: any)."""
        info = self._call("get_model_metadata", model_name, model_version, headers=headers, **self._as_json)
        for tensor in info["inputs"] + info["outputs"]:
            tensor["shape"] = [int(size) for size in tensor["shape"]]  # gRPC's JSON makes strings of int64
        return info

    def infer(self, model_name: str, inputs: Mapping[str, Any], **options: Any) -> dict[str, np.ndarray]:
        """Return every output of the model by name; the arrays are read-only, BYTES come as objects of type bytes.

        `inputs` maps names to arrays. An array keeps its datatype, except that text is sent as BYTES (in UTF-8) and
        float32 as BF16 where the model wants that. Nested lists get the datatype of the model's metadata.
        `options` go to `raw.infer`: model_version, request_id, timeout (microseconds), headers, outputs (names too) ...
        """
        options["headers"] = dict(options.get("headers") or {})  # a copy, because tritonclient writes into it
        model = (model_name, options.get("model_version", ""))
        try:
            known = self._datatypes.get(model, {})
            if not inputs.keys() <= known.keys():
                declared = self.get_model_info(*model, headers=options["headers"])["inputs"]
                known = self._datatypes[model] = {tensor["name"]: tensor["datatype"] for tensor in declared}
            tensors = [self._tensor(model_name, name, value, known) for name, value in inputs.items()]
            if options.get("outputs"):
                make = self._tritonclient.InferRequestedOutput
                options["outputs"] = [make(name) if isinstance(name, str) else name for name in options["outputs"]]
            result = self._call("infer", model_name, tensors, **options)
        except InferenceServerException:
            self._datatypes.pop(model, None)  # the model may have been replaced: ask again next time
            raise
        reply = result.get_response()
        if self.protocol == "http":
            names = [output["name"] for output in reply.get("outputs", [])]
        else:
            names = [output.name for output in reply.outputs]
        return {name: result.as_numpy(name) for name in sorted(names)}  # sorted, because the server's order varies

    def close(self) -> None:
        """Close the connections of all threads; every later call raises and says why."""
        self._closed = True
        while self._raw and self._pid == os.getpid():
            self._raw.popitem()[1].close()

    def __enter__(self) -> TritonClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _tensor(self, model: str, name: str, value: Any, known: dict[str, str]) -> Any:
        if name not in known:
            raise InferenceServerException(f"model {model!r} has no input {name!r}; it has: {', '.join(known)}")
        try:
            array = _to_array(value, known[name])
        except ValueError as err:
            raise InferenceServerException(f"input {name!r} of model {model!r} is {known[name]}: {err}") from err
        as_declared = array.dtype == triton_to_np_dtype(known[name])
        datatype = known[name] if as_declared else np_to_triton_dtype(array.dtype)
        return self._tritonclient.InferInput(name, array.shape, datatype).set_data_from_numpy(array)

    def _call(self, method: str, *args: Any, **options: Any) -> Any:
        """Call tritonclient; where no Triton answers, say so in the same words for both protocols."""
        call = getattr(self.raw, method)
        try:
            return call(*args, **options)
        except (InferenceServerException, OSError, http.client.HTTPException, ValueError) as err:
            found = str(err) or type(err).__name__
            if isinstance(err, InferenceServerException) and not re.search("failed to connect|errors resolving", found):
                raise
            if client := self._raw.pop(threading.current_thread(), None):
                client.close()  # a gRPC channel would go on refusing for seconds after the server has come up
            reason = next((words for sign, words in REASONS.items() if sign in found), found)
            message = f"no Triton answers over {self.protocol} at {self.url!r}: {reason}"
            raise InferenceServerException(message, getattr(err, "status", lambda: None)()) from err


@functools.cache
def _import(protocol: str) -> ModuleType:
    if protocol == "http":  # its event loop must start anew in a forked child, whose first call hangs otherwise
        os.register_at_fork(after_in_child=importlib.import_module("gevent").reinit)
    return importlib.import_module(f"tritonclient.{protocol}")


def _to_array(value: Any, datatype: str) -> np.ndarray:
    """`value` as an array that tritonclient can send to an input of this Triton datatype; else ValueError."""
    given = isinstance(value, np.ndarray)
    array = value if given else np.array(value, dtype=object if datatype == "BYTES" else None)
    if array.dtype.kind in "OSU":
        for item in array.flat:
            if not isinstance(item, (str, bytes)):
                raise ValueError(f"text must be str or bytes, found {type(item).__name__}")
        items = [item.encode() if isinstance(item, str) else bytes(item) for item in array.flat]
        return np.array(items, dtype=object).reshape(array.shape)
    if given and not (datatype == "BF16" and array.dtype == np.float32):
        if np_to_triton_dtype(array.dtype) is None:
            raise ValueError(f"numpy's {array.dtype} has no Triton datatype")
        return array  # the caller's choice; the server says so if it is not the model's
    if array.dtype.kind not in "biuf":
        raise ValueError(f"it cannot hold {array.dtype}")
    with np.errstate(all="ignore"):
        cast = array.astype(triton_to_np_dtype(datatype))
    test = np.asarray if cast.dtype.kind in "biu" else np.isfinite  # integers stay equal, floats at least finite
    if not np.array_equal(test(cast), test(array)):
        raise ValueError("it cannot hold every number given")
    return cast
