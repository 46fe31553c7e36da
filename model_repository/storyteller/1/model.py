"""Continues `text_input`: each word is a response, sent at once, `delay_ms` after the last. A word is drawn, with
the parameter `seed`, from those that follow the last one in STORY. A cancelled request gets no further words."""

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import triton_python_backend_utils as pb_utils

STORY = """Once upon a time a small server waited by the sea. A cat came to the server and asked for a story.
The server told the cat a word and the cat asked for the next word. So the server told a story about a small cat and
the cat told the sea about the story. The sea asked for a word and the server waited."""
FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL


class TritonPythonModel:
    def initialize(self, args):
        words = STORY.split()
        self.after = {word: [b for a, b in pairwise(words) if a == word] for word in words}
        self.pool = ThreadPoolExecutor(16)  # many stories at once, while execute() returns immediately
        self.family = pb_utils.MetricFamily("storyteller_cancelled", "Unheard stories", pb_utils.MetricFamily.COUNTER)
        self.cancelled = self.family.Metric(labels={"model": args["model_name"]})
        self.lock = threading.Lock()  # two threads that count at once crash the whole server (2.51, signal 11)

    def execute(self, requests):
        for request in requests:
            inputs = {tensor.name(): tensor.as_numpy()[0] for tensor in request.inputs()}
            words = inputs.get("text_input", b"").decode("utf-8", "replace").split()
            options = {"seed": 0, "delay_ms": 0, **json.loads(request.parameters())}
            sender = request.get_response_sender()
            if words and options["delay_ms"] in range(1001):
                self.pool.submit(self.tell, sender, words[-1], inputs.get("max_tokens", 12), options)
            else:
                message = "text_input needs a word, and delay_ms a number from 0 to 1000"
                error = pb_utils.TritonError(message, pb_utils.TritonError.INVALID_ARG)
                sender.send(pb_utils.InferenceResponse(error=error), flags=FINAL)

    def tell(self, sender, word, count, options):
        try:
            draw = random.Random(options["seed"])
            for index in range(count):
                time.sleep(options["delay_ms"] / 1000)
                if sender.is_cancelled():
                    with self.lock:
                        self.cancelled.increment(1)
                    break
                word = draw.choice(self.after.get(word) or ["The"])
                text = pb_utils.Tensor("text_output", np.array([" " + word], dtype=object))
                sender.send(pb_utils.InferenceResponse([text, pb_utils.Tensor("index", np.array([index], np.int32))]))
        except Exception as error:  # nobody sees a thread's exception, and its client would wait forever
            sender.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(f"{type(error).__name__}: {error}")))
        finally:
            sender.send(flags=FINAL)  # nothing more comes: this closes the request

    def finalize(self):
        self.pool.shutdown()
