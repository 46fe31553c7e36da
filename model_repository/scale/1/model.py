"""Multiplies by the `factor` in its config.pbtxt: y = factor * x. Every method that Triton calls is here."""

import json

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    @staticmethod
    def auto_complete_config(config):
        """Before the model loads: fill in what config.pbtxt leaves out."""
        config.set_max_batch_size(8)
        config.add_input({"name": "x", "data_type": "TYPE_FP32", "dims": [1]})
        config.add_output({"name": "y", "data_type": "TYPE_FP32", "dims": [1]})
        config.set_dynamic_batching()
        return config

    def initialize(self, args):
        """Once for each instance: read the config, load the weights."""
        config = json.loads(args["model_config"])
        self.factor = np.float32(config["parameters"]["factor"]["string_value"])
        pb_utils.Logger.log_info(f"scale: factor {self.factor}")
        print(f"scale: print in {args['model_instance_name']}, {args['model_instance_kind']}", flush=True)

    def execute(self, requests):
        """Once for each batch: a list of requests in, as many responses out, in the same order."""
        responses = []
        for request in requests:
            x = pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
            pb_utils.Logger.log_verbose(f"scale: {x.size} rows")
            responses.append(pb_utils.InferenceResponse([pb_utils.Tensor("y", self.factor * x)]))
        return responses

    def finalize(self):
        """Once at the end: close files and connections."""
        pb_utils.Logger.log_warn("scale: finalize")
