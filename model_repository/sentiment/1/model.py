"""Gives stars to English texts. The texts of all waiting requests run together, each with others of similar length."""

import os

import numpy as np
import triton_python_backend_utils as pb_utils
from tokenizers import Tokenizer

LABELS = ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]
MAX_CHARACTERS = 2000  # longer than the 128 tokens that the tokenizer keeps


def read_texts(request):
    """Return the texts of one request, or raise a ValueError that names the row."""
    texts = []
    for row, raw in enumerate(pb_utils.get_input_tensor_by_name(request, "text").as_numpy().reshape(-1)):
        try:
            text = raw.decode("utf-8").strip()
        except UnicodeDecodeError as err:
            found = f"byte {err.start} is 0x{raw[err.start]:02x}"
            raise ValueError(f"text in row {row} is not UTF-8: {found}. Try: text.encode('utf-8')") from None
        if not text:
            raise ValueError(f"text in row {row} is blank ({len(raw)} bytes): expected some words. Try: leave it out")
        texts.append(text[:MAX_CHARACTERS])
    return texts


class TritonPythonModel:
    def initialize(self, args):
        global torch  # slow to import, and Triton starts this file twice, the first time only to complete the config
        import torch

        self.device = f"cuda:{args['model_instance_device_id']}" if args["model_instance_kind"] == "GPU" else "cpu"
        torch._C._jit_override_can_fuse_on_gpu(False)  # it would compile for every new length of texts
        self.padding = 64 if self.device == "cpu" else 4096  # tokens that cost as much as one more run of the network
        folder = os.path.join(args["model_repository"], args["model_version"])
        weights = os.path.join(folder, "model.pt")
        small = os.path.getsize(weights) < 50_000_000  # to wake a second thread takes it longer than that one helps
        torch.set_num_threads(1 if small else int(os.environ.get("OMP_NUM_THREADS") or min(4, os.cpu_count() or 1)))
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))  # pads, and cuts at 128 tokens
        self.model = torch.jit.load(weights, map_location=self.device).eval()
        _ = [self.predict([text]) for text in ("the first two calls", "are slow")]

    def predict(self, texts):
        encoded = self.tokenizer.encode_batch_fast(texts)
        ids, mask = (torch.tensor([getattr(e, key) for e in encoded]) for key in ("ids", "attention_mask"))
        lengths, logits = mask.sum(dim=1).tolist(), torch.empty(len(texts), len(LABELS))
        order, start = sorted(range(len(texts)), key=lengths.__getitem__), 0  # shortest first
        for end in range(1, len(texts) + 1):  # a longer text ends the batch if it would add too much padding to it
            rows = order[start:end]
            if end == len(texts) or (lengths[order[end]] - lengths[rows[-1]]) * len(rows) > self.padding:
                few = (tensor[rows, : lengths[rows[-1]]].to(self.device) for tensor in (ids, mask))
                with torch.inference_mode():
                    logits[rows] = self.model(*few).float().cpu()
                start = end
        scores, stars = logits.softmax(dim=-1).max(dim=-1, keepdim=True)
        return np.array([[LABELS[star].encode()] for star in stars[:, 0].tolist()], dtype=object), scores.numpy()

    def execute(self, requests):
        responses, good, texts = [None] * len(requests), [], []
        for index, request in enumerate(requests):
            try:
                rows = read_texts(request)
                good.append((index, len(texts), len(texts) + len(rows)))
                texts += rows
            except ValueError as err:  # fails this request alone
                error = pb_utils.TritonError(str(err), pb_utils.TritonError.INVALID_ARG)
                responses[index] = pb_utils.InferenceResponse(error=error)
        labels, scores = self.predict(texts) if texts else (None, None)
        for index, start, stop in good:
            outputs = [pb_utils.Tensor("label", labels[start:stop]), pb_utils.Tensor("score", scores[start:stop])]
            responses[index] = pb_utils.InferenceResponse(output_tensors=outputs)
        return responses
