"""TritonClient: numpy arrays to a Triton server and back, over HTTP or gRPC. One file that you can paste anywhere.

It adds to tritonclient: datatypes from the arrays and the model's metadata, every output in one dict, connections per
thread and process, errors that say what to try, and, if you ask for them, retries. It hides nothing: `.raw` is the
tritonclient object.
It needs numpy and `tritonclient[http]` or `tritonclient[grpc]`; only the protocol you ask for is imported.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import importlib
import math
import os
import random
import re
import threading
import time
from collections.abc import Mapping
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from tritonclient.utils import InferenceServerException, np_to_triton_dtype, triton_to_np_dtype

__all__ = ["TritonClient"]

IMPORTED_IN = os.getpid()
PORTS = "by default HTTP is port 8000, gRPC 8001, metrics 8002"
REASONS = {  # part of a vendor's error -> what it means, in words that stay the same from one try to the next
    "failed to connect": f"nothing that speaks gRPC listens there; is the server running? ({PORTS})",
    "refused": f"nothing listens there; is the server running? ({PORTS})",
    "Expected HTTP": f"what listens there does not speak HTTP ({PORTS})",
    "Parse error": f"what listens there is not Triton's HTTP ({PORTS})",
}

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0  # the longest wait, in seconds, before the second try and before any later one
DICE = random.SystemRandom()  # or random.seed(0) in every worker would make them all come back at the same time
NO_LIMIT = contextlib.nullcontext()
PASSES = re.compile(  # nothing listens yet, or the connection was cut off; not a timeout or an unknown host
    "failed to connect|refused|No route to host|unreachable|closed|reset by peer|Broken pipe|EOF|Incomplete"
)


class TritonClient:
    """Send and receive plain numpy arrays. A failure raises InferenceServerException, it is never returned as None.

    `url` is host:port (default localhost:8000, for gRPC localhost:8001). `raw_options` go to `InferenceServerClient` of
    tritonclient.http or tritonclient.grpc, for example ssl=True or network_timeout=5.0 (seconds, HTTP only).

    `retries` is how often a request may be sent again, `deadline` how many seconds a call may take in all, tries and
    waits included; by default there is neither. With retries=100, deadline=30.0 a call survives a server restart.
    A request is sent again if it found no server, lost its connection, got 503 or UNAVAILABLE (a full queue), or met a
    model that has no available version just now, so the model may run it twice. It is not sent again if it got another
    answer or a timeout, has an unknown host or a sequence_id, or goes through `raw`, such as a load. Waits are random:
    up to 0.05 s at first, then twice as long each time, never over 2 s ("full jitter", as in the AWS Architecture
    Blog's "Exponential Backoff And Jitter"). In the end the last error is raised as it is, with the number of tries.

    Threads may share a TritonClient, and so may forked processes: each gets its own connections. Some problems of the
    vendors' libraries remain: each thread that used HTTP leaves two file descriptors behind (keep threads in a pool, or
    use gRPC); gRPC hangs in a forked child where GRPC_ENABLE_FORK_SUPPORT=0 is set (use HTTP, or spawn); and
    geventhttpclient 2.4 (Python 3.10) itself resends any request that lost its connection (use gRPC for sequences).
    """

    def __init__(
        self,
        url: str | None = None,
        protocol: str = "http",
        *,
        retries: int = 0,
        deadline: float | None = None,
        **raw_options: Any,
    ) -> None:
        if protocol not in ("http", "grpc"):
            raise InferenceServerException(f"unknown protocol {protocol!r}: expected 'http' or 'grpc'")
        self.url = url or {"http": "localhost:8000", "grpc": "localhost:8001"}[protocol]
        if "://" in self.url:
            bare = self.url.split("://")[1].rstrip("/")
            raise InferenceServerException(f"url {url!r} has a scheme: try {bare!r} (and ssl=True for https)")
        if protocol == "http" and not _has_port(self.url):
            raise InferenceServerException(f"url {url!r}: expected host:port with a port from 1 to 65535")
        self.protocol, self.retries, self.deadline = protocol, retries, deadline
        self._tritonclient, self._raw_options = _import(protocol), raw_options
        self._as_json = {"as_json": True} if protocol == "grpc" else {}
        self._pid, self._raw, self._inherited, self._closed = os.getpid(), {}, None, False
        self._datatypes: dict[tuple[str, str], dict[str, str]] = {}

    @property
    def raw(self) -> Any:
        """This thread's `InferenceServerClient`, all of tritonclient; never hand the HTTP one to another thread."""
        if self._closed:
            raise InferenceServerException("this TritonClient is closed: make a new one")
        if self._pid != os.getpid():  # forked: keep the parent's connections, because deleting would close them
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
        """Return True if the server says it is ready for inference, else False, also when nothing listens."""
        try:
            return self._call("is_server_ready", limits=self._limits(retries=0))
        except Exception:
            return False

    def list_models(self) -> list[dict[str, str]]:
        """Return every model of the repository: its name and, if it was ever loaded, version, state and reason."""
        index = self._call("get_model_repository_index", **self._as_json)
        return index.get("models", []) if isinstance(index, dict) else index

    def get_model_info(self, model_name: str, model_version: str = "", headers: Any = None) -> dict[str, Any]:
        """Return the metadata: name, versions, platform, inputs and outputs with name, datatype and shape (-1: any)."""
        return self._model_info((model_name, model_version), headers, self._limits())

    def _model_info(self, model: tuple[str, str], headers: Any, limits: tuple[int, float]) -> dict[str, Any]:
        info = self._call("get_model_metadata", *model, limits=limits, headers=headers, **self._as_json)
        for tensor in info["inputs"] + info["outputs"]:
            tensor["shape"] = [int(size) for size in tensor["shape"]]  # gRPC's JSON makes strings of int64
        return info

    def infer(
        self,
        model_name: str,
        inputs: Mapping[str, Any],
        *,
        retries: int | None = None,
        deadline: float | None = None,
        **options: Any,
    ) -> dict[str, np.ndarray]:
        """Return every output of the model by name. An array may be read-only; BYTES arrive as objects of type bytes.

        `inputs` maps names to arrays. An array keeps its datatype, except that text is sent as BYTES (in UTF-8), and
        float32 as BF16 where the model wants that. Nested lists get the datatype from the model's metadata.
        `retries` and `deadline` (seconds) replace the client's own for this call.
        `options` go to `raw.infer`: model_version, request_id, timeout (microseconds), headers, outputs (names too) ...
        An output in shared memory stays there and is not in the result; with binary_data=False, BYTES arrive as str.
        """
        limits = self._limits(retries, deadline)
        options["headers"] = dict(options.get("headers") or {})  # a copy, because tritonclient writes into it
        model = (model_name, options.get("model_version", ""))
        try:
            known = self._datatypes.get(model, {})
            if not inputs.keys() <= known.keys():
                declared = self._model_info(model, options["headers"], limits)["inputs"]
                known = self._datatypes[model] = {tensor["name"]: tensor["datatype"] for tensor in declared}
            tensors = [self._tensor(model_name, name, value, known) for name, value in inputs.items()]
            if options.get("outputs"):
                make = self._tritonclient.InferRequestedOutput
                options["outputs"] = [make(name) if isinstance(name, str) else name for name in options["outputs"]]
            result = self._call("infer", model_name, tensors, limits=limits, **options)
        except InferenceServerException:
            self._datatypes.pop(model, None)  # the model may have been replaced: ask again next time
            raise
        reply = result.get_response()
        if self.protocol == "http":
            outputs = reply.get("outputs", [])
            names = [o["name"] for o in outputs if "data" in o or "binary_data_size" in o.get("parameters", {})]
        else:
            contents = zip(reply.outputs, reply.raw_output_contents)
            names = [output.name for output, raw in contents if raw or 0 in output.shape]
        return {name: result.as_numpy(name) for name in sorted(names)}  # sorted, because the server's order varies

    def close(self) -> None:
        """Close the connections of all threads; every later call raises an error that says so."""
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
        datatype = known[name]
        try:
            array = _to_array(value, datatype)
        except ValueError as err:
            raise InferenceServerException(f"input {name!r} of model {model!r} is {datatype}: {err}") from err
        if array.dtype != triton_to_np_dtype(datatype):
            datatype = np_to_triton_dtype(array.dtype)
        return self._tritonclient.InferInput(name, array.shape, datatype).set_data_from_numpy(array)

    def _limits(self, retries: int | None = None, deadline: float | None = None) -> tuple[int, float]:
        """Return how often a request may be sent again, and when (time.monotonic) a call that begins now must end."""
        retries = self.retries if retries is None else retries
        deadline = self.deadline if deadline is None else deadline
        return retries, math.inf if deadline is None else time.monotonic() + deadline

    def _call(self, method: str, *args: Any, limits: tuple[int, float] | None = None, **options: Any) -> Any:
        """Call tritonclient, and call it again after an error that may pass, as long as `limits` allow it."""
        retries, end = limits or self._limits()
        if options.get("sequence_id"):
            retries = 0  # the model may have counted it, and a server that was restarted no longer knows the sequence
        began, tries, longest = time.monotonic(), 1, FIRST_WAIT
        while True:
            try:
                return self._try(end, method, *args, **options)
            except InferenceServerException as err:
                left = end - time.monotonic()
                if tries > retries or left < FIRST_WAIT or not _may_pass(err):
                    if tries > 1:  # add_note() is for Python 3.11 and later
                        err.__notes__ = [f"the last of {tries} tries in {time.monotonic() - began:.1f} s"]
                    raise
            time.sleep(DICE.uniform(0, min(longest, left - FIRST_WAIT)))  # so that the next try has time left
            tries, longest = tries + 1, min(2 * longest, LONGEST_WAIT)

    def _try(self, end: float, method: str, *args: Any, **options: Any) -> Any:
        """Call tritonclient once; if no Triton answers, say so in the same words for both protocols."""
        call, limit = getattr(self.raw, method), NO_LIMIT
        if end < math.inf:
            left = end - time.monotonic()
            if self.protocol == "grpc":
                options["client_timeout"] = min(left, options.get("client_timeout") or left)
            else:  # network_timeout limits each read, this limits all of them together
                limit = importlib.import_module("gevent").Timeout(left, _DeadlineError("the deadline has passed"))
        try:
            with limit:
                return call(*args, **options)
        except (InferenceServerException, OSError, http.client.HTTPException, ValueError, _DeadlineError) as err:
            found = str(err) or type(err).__name__
            if isinstance(err, InferenceServerException) and not re.search("failed to connect|errors resolving", found):
                raise
            if client := self._raw.pop(threading.current_thread(), None):
                client.close()  # a gRPC channel would keep refusing for seconds after the server is up
            reason = next((words for sign, words in REASONS.items() if sign in found), found)
            message = f"no Triton answers over {self.protocol} at {self.url!r}: {reason}"
            raise InferenceServerException(message, getattr(err, "status", lambda: None)()) from err


class _DeadlineError(BaseException):
    """Not an OSError (geventhttpclient would try the host's next address) nor an Exception (some code hides those)."""


def _may_pass(error: InferenceServerException) -> bool:
    """Say whether the same request may succeed a moment later."""
    if error.__cause__ is not None:  # no Triton answered
        return PASSES.search(str(error.__cause__)) is not None
    if re.search("has no available versions|is not at ready state", str(error)):  # reloaded, or its server stops
        return True
    if str(error) == "[StatusCode.CANCELLED] CANCELLED":  # not by us: the server ended in the middle
        return True
    busy = error.status() in ("503", "StatusCode.UNAVAILABLE")  # UNAVAILABLE: also a gRPC connection cut off
    return busy and "protocol is restricted" not in str(error)


@functools.cache
def _import(protocol: str) -> ModuleType:
    if protocol == "http" and hasattr(os, "register_at_fork"):  # or the first call in a forked child hangs
        os.register_at_fork(after_in_child=importlib.import_module("gevent").reinit)
    return importlib.import_module(f"tritonclient.{protocol}")


def _has_port(url: str) -> bool:
    try:
        return urlsplit(f"//{url}").port != 0
    except ValueError:
        return False


def _to_array(value: Any, datatype: str) -> np.ndarray:
    """Return `value` as an array that tritonclient can send to an input of this datatype, or raise ValueError."""
    given = isinstance(value, np.ndarray)
    if given and value.dtype == triton_to_np_dtype(datatype) and datatype != "BYTES":
        return value  # the usual case, so first
    array = value if given else np.array(value, dtype=object if datatype == "BYTES" else None)
    if array.dtype.kind in "OSU":
        for item in array.flat:
            if not isinstance(item, (str, bytes)) and datatype != "BYTES":
                raise ValueError(f"it cannot hold {type(item).__name__} {item!r:.30}")
            if not isinstance(item, (str, bytes)):
                raise ValueError(f"text must be str or bytes, found {type(item).__name__}")
        items = [item.encode() if isinstance(item, str) else bytes(item) for item in array.flat]
        return np.array(items, dtype=object).reshape(array.shape)
    if given and not (datatype == "BF16" and array.dtype == np.float32):
        if np_to_triton_dtype(array.dtype) is None:
            raise ValueError(f"numpy's {array.dtype} has no Triton datatype")
        return array  # the caller's choice; the server says so if the model wants another
    if array.dtype.kind not in "biuf":
        raise ValueError(f"it cannot hold {array.dtype}")
    with np.errstate(all="ignore"):
        cast = array.astype(triton_to_np_dtype(datatype))
    test = np.asarray if cast.dtype.kind in "biu" else np.isfinite  # integers must stay equal, floats must stay finite
    if not np.array_equal(test(cast), test(array)):
        raise ValueError("it cannot hold every number given")
    return cast
