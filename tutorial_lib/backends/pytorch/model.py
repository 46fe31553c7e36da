"""A Triton backend in Python that serves TorchScript, for servers that come without the C++ libtorch backend.

tritonserver loads this file (the course never imports it) for every model whose config says `platform:
"pytorch_libtorch"` or `backend: "pytorch"`. It follows the libtorch backend's conventions, so the same model folder
runs unchanged in NVIDIA's container, provided that `forward()` returns a tensor or a tuple:

* the weights are `<version>/model.pt` (or `default_model_filename`), written by `torch.jit.save`;
* inputs go to `forward()` in the order of the index in `NAME__<index>`, else by argument name, else in config order;
* `forward()` returns a tensor or a tuple (same order rule); here it may also return a list, or a dict by output name,
  which the libtorch backend refuses;
* if `max_batch_size` is not 0, requests are batched by concatenation along the first dimension;
* the device is that of the model instance (`KIND_CPU`, `KIND_GPU`); outputs go back through the host;
* the parameters `INFERENCE_MODE`, `INTRA_OP_THREAD_COUNT` and `DISABLE_OPTIMIZED_EXECUTION` mean the same as there.

Source: the READMEs of triton-inference-server/pytorch_backend and python_backend ("Python based backends").
"""

import contextlib
import faulthandler
import gc
import itertools
import json
import os
import re

import numpy as np
import triton_python_backend_utils as pb_utils

_TORCH = {"TYPE_FP16": "float16", "TYPE_BF16": "bfloat16", "TYPE_FP32": "float32", "TYPE_FP64": "float64"}
_TORCH |= {f"TYPE_INT{bits}": f"int{bits}" for bits in (8, 16, 32, 64)} | {"TYPE_UINT8": "uint8", "TYPE_BOOL": "bool"}


def _in_order(names, forward_arguments=()):
    """Return `names` in the order in which libtorch passes them to forward()."""
    indices = [re.fullmatch(r".+__(\d+)", name) for name in names]
    if all(indices):
        return sorted(names, key=lambda name: int(name.rsplit("__", 1)[1]))
    if forward_arguments and set(names) <= set(forward_arguments):
        return sorted(names, key=forward_arguments.index)
    return list(names)


class TritonPythonModel:
    def initialize(self, args):
        faulthandler.dump_traceback_later(60)  # a load that hangs says in the server's log where it is
        config = json.loads(args["model_config"])
        self.name, self.batched = config["name"], config["max_batch_size"] > 0
        flags = {key: value["string_value"].lower() for key, value in config["parameters"].items()}
        path = self._weights(config, args)
        gc.disable()  # torch makes hundreds of thousands of objects that all stay
        global torch  # not imported above: Triton also starts this file to complete the config, and torch takes seconds
        import torch

        if "INTRA_OP_THREAD_COUNT" in flags:
            torch.set_num_threads(int(flags["INTRA_OP_THREAD_COUNT"]))
        gpu = args["model_instance_kind"] == "GPU"
        self.device = torch.device(f"cuda:{args['model_instance_device_id']}" if gpu else "cpu")
        if gpu:
            torch.cuda.set_device(self.device)
            torch._C._jit_override_can_fuse_on_gpu(False)  # it compiles for shapes, and batches come in many

        try:
            self.model = torch.jit.load(path, map_location=self.device).eval()
        except Exception as error:
            raise pb_utils.TritonModelException(
                f"{self.name}: {args['model_version']}/{os.path.basename(path)} is not a whole TorchScript file "
                f"({os.path.getsize(path)} bytes): {(str(error).splitlines() or ['no message'])[0]}. "
                f"Try: python -m tutorial_lib build --force {self.name}"
            ) from None
        self.forward = getattr(self.model, "forward", self.model)
        arguments = [a.name for a in self.forward.schema.arguments[1:]] if hasattr(self.model, "forward") else []
        self.inputs = _in_order([tensor["name"] for tensor in config["input"]], arguments)
        self.outputs = _in_order([tensor["name"] for tensor in config["output"]])
        dims = {t["name"]: t["reshape"].get("shape", []) if "reshape" in t else t["dims"] for t in config["input"]}
        self.by_numpy = {t["name"] for t in config["input"] if not gpu and t["data_type"] != "TYPE_BF16"}
        self.ranks = {name: len(sizes) for name, sizes in dims.items()}  # without the batch
        # execute() runs in this thread too, so what applies to all requests is entered once, at no cost to any of them
        self.modes = contextlib.ExitStack()
        self.modes.enter_context(torch.no_grad() if flags.get("INFERENCE_MODE") == "false" else torch.inference_mode())
        if flags.get("DISABLE_OPTIMIZED_EXECUTION") == "true":
            self.modes.enter_context(torch.jit.optimized_execution(False))
        self._warm_up(config)
        gc.collect()
        gc.freeze()  # no collection looks at them again, nor does the end of this process
        gc.enable()
        faulthandler.cancel_dump_traceback_later()

    def _weights(self, config, args):
        filename = config.get("default_model_filename") or "model.pt"
        if filename == "model.py":  # what auto-complete fills in for a Python based backend
            filename = "model.pt"
        path = os.path.join(args["model_repository"], args["model_version"], filename)
        if not os.path.isfile(path):
            raise pb_utils.TritonModelException(
                f"{self.name}: no weights: {args['model_version']}/{filename} does not exist. "
                f"Try: python -m tutorial_lib build {self.name}"
            )
        return path

    def _warm_up(self, config):
        """Run twice with zeros: TorchScript optimizes itself in its first calls, and no user should wait for that."""
        shapes = {t["name"]: [1] * self.batched + [max(int(size), 1) for size in t["dims"]] for t in config["input"]}
        types = {t["name"]: getattr(torch, _TORCH.get(t["data_type"], "float32")) for t in config["input"]}
        zeros = [torch.zeros(shapes[name], dtype=types[name], device=self.device) for name in self.inputs]
        with contextlib.suppress(Exception):  # zeros may not suit every model
            for _ in range(2):
                self.forward(*zeros)

    def execute(self, requests):
        groups = [requests] if self.batched else [[request] for request in requests]
        return [response for group in groups for response in self._execute_together(group)]

    def _execute_together(self, requests):
        try:
            columns = [[self._rows(request, name) for request in requests] for name in self.inputs]
            answers = self._by_name(self.forward(*map(self._join, columns)))
            rows = [len(values) for values in columns[0]] if len(requests) > 1 else [None]
            # from a GPU the whole batch comes at once, not one copy per request; on a CPU, cpu() does nothing
            parts = [self._split(name, tensor.contiguous().cpu(), rows) for name, tensor in answers.items()]
            return [pb_utils.InferenceResponse(list(outputs)) for outputs in zip(*parts)]
        except Exception as error:  # if forward() fails, this batch gets an error, and the server lives on
            message = f"{self.name}: {type(error).__name__}: {(str(error).strip().splitlines() or ['no message'])[-1]}"
            return [pb_utils.InferenceResponse(error=pb_utils.TritonError(message)) for _ in requests]

    def _rows(self, request, name):
        tensor = pb_utils.get_input_tensor_by_name(request, name)
        if name in self.by_numpy:  # no copy on a CPU either, and 20 microseconds faster than DLPack
            values = tensor.as_numpy()
        else:
            values = torch.from_dlpack(tensor).to(self.device)  # DLPack: no copy on the same device
        # a request that says "0 rows" and sends one comes without the first dimension
        return values[None] if self.batched and values.ndim == self.ranks[name] else values

    def _join(self, column):
        if isinstance(column[0], np.ndarray):
            return torch.from_numpy(column[0] if len(column) == 1 else np.concatenate(column))
        return column[0] if len(column) == 1 else torch.cat(column)

    def _by_name(self, answer):
        if isinstance(answer, dict):
            missing = set(self.outputs) - set(answer)
            if missing:
                raise KeyError(f"forward() returned {sorted(answer)}, config.pbtxt also asks for {sorted(missing)}")
            return {name: answer[name] for name in self.outputs}
        answer = [answer] if isinstance(answer, torch.Tensor) else list(answer)
        if len(answer) < len(self.outputs):
            raise ValueError(f"forward() returned {len(answer)} tensors, config.pbtxt has {len(self.outputs)} outputs")
        return dict(zip(self.outputs, answer))

    def _split(self, name, tensor, rows):
        """Return one output per request; `rows` says how many rows each had."""
        triton, values = pb_utils.Tensor.from_dlpack, tensor
        if tensor.dtype != torch.bfloat16:  # numpy has no such type
            triton, values = pb_utils.Tensor, tensor.numpy()
        if len(rows) == 1:
            return [triton(name, values)]
        if len(values) != sum(rows):
            raise ValueError(f"forward() returned {len(values)} rows as {name!r} for {sum(rows)} in the batch")
        return [triton(name, values[end - count : end]) for count, end in zip(rows, itertools.accumulate(rows))]
