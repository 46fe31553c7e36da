"""The sentiment model: a BERT that reads an English review and answers with one to five stars.

Three sources of weights, one form on disk (`1/model.pt`, TorchScript: input_ids, attention_mask -> logits [n, 5];
`1/tokenizer.json`, the `tokenizers` library):

- "hub": nlptown/bert-base-multilingual-uncased-sentiment, 167 million parameters, trained on 629 000 real reviews.
- "classroom": a BERT of about one million parameters, trained here in a minute and a half on text that `reviews.py`
  generates. tests/test_sentiment.py measures it on reviews written by hand: about nine in ten are right if people use
  the words that most reviewers use, and little more than half if they do not. What it does NOT know: any language but
  English; documents (it reads the first 128 tokens); irony and sarcasm, unless a generated phrase has it; what a text
  is about; facts about the world; words that neither occur in the generated text nor resemble one that does (it then
  relies on the rest of the sentence). It takes every text for a review, so a recipe or a news report gets stars too.
  Its score is a softmax probability that nobody has calibrated.
- "random": BERT-base with random numbers, as fast as a trained one, for measuring where there is no internet. Its
  answers mean nothing.
"""

from __future__ import annotations

import functools
import math
import random
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .weights import training_device

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

BUILDS: dict[str, tuple[str, ...]] = {"sentiment": ("1/model.pt", "1/tokenizer.json")}
SOURCES: tuple[Path, ...] = (Path(__file__), Path(__file__).with_name("reviews.py"))
# This revision is the first that carries model.safetensors, so nothing has to be unpickled.
HUB: tuple[str, str] | None = (
    "nlptown/bert-base-multilingual-uncased-sentiment",
    "e1f410a314fd334fdc630abd757c228236bd911d",
)

LABELS = ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")
MAX_TOKENS = 128
MAX_CHARACTERS = 2000  # clipped before tokenizing; 128 tokens of review text are about 600 characters

_REVIEWS, _VALIDATION = 94_000, 2_000
_VOCABULARY, _BEGINNINGS, _ENDINGS = 6000, 300, 700
_BATCH, _LEARNING_RATE = 48, 2e-3
_POSITIONS = 32  # dimensions that start as positions, as many as one head has
_SEED = 20
_SPREAD = 0.55  # stars: how far the target distribution spreads around the true value
_FORGET = 0.06  # share of the tokens hidden in training, so that no single word decides


def make(weights: str, folder: Path, progress: bool = True) -> dict[str, Any]:
    """Write `sentiment/1/model.pt` and `sentiment/1/tokenizer.json` under `folder`.

    `weights` is "hub" (download and convert), "classroom" (train here) or "random". Returns honest facts: for
    "classroom", the shares of right answers on generated reviews that it was not trained on, and how long it took.
    Raises ValueError for other weights, and OSError if the hub does not deliver.
    """
    if weights not in ("hub", "classroom", "random"):
        raise ValueError(f"weights must be 'hub', 'classroom' or 'random', found {weights!r}")
    started = time.perf_counter()
    target = Path(folder) / "sentiment" / "1"
    target.mkdir(parents=True, exist_ok=True)
    if weights == "random":
        network, tokenizer, facts = _random()
    else:
        network, tokenizer, facts = _from_hub() if weights == "hub" else _train(progress)
    _export(network, tokenizer, target)
    facts["parameters"] = sum(parameter.numel() for parameter in network.parameters())
    facts["seconds"] = round(time.perf_counter() - started, 1)
    return facts


def reference(name: str, inputs: dict[str, np.ndarray], repository: Path) -> dict[str, np.ndarray]:
    """Run the built model in this process, to check what the server answers.

    `inputs["text"]` is an object array [n, 1] of str or UTF-8 bytes. Returns `label`, object array [n, 1] of bytes, and
    `score`, float32 [n, 1], the softmax probability of that label. Raises KeyError for another name, ValueError for a
    blank text, UnicodeDecodeError for bytes that are not UTF-8, FileNotFoundError if the model is not built.
    """
    if name not in BUILDS:
        raise KeyError(f"no reference for {name!r}, only for {sorted(BUILDS)}")
    import torch

    folder = Path(repository) / name / "1"
    for artifact in ("model.pt", "tokenizer.json"):
        if not (folder / artifact).exists():
            raise FileNotFoundError(f"{folder / artifact} is missing. Try: python -m tutorial_lib build {name}")
    texts = [item.decode("utf-8") if isinstance(item, bytes) else str(item) for item in inputs["text"].reshape(-1)]
    if any(not text.strip() for text in texts):
        raise ValueError("a text is blank")
    model, tokenizer = _load(
        str(folder), *((folder / file).stat().st_mtime_ns for file in ("model.pt", "tokenizer.json"))
    )
    encoded = tokenizer.encode_batch([text.strip()[:MAX_CHARACTERS] for text in texts])
    ids, mask = (torch.tensor([getattr(e, key) for e in encoded]) for key in ("ids", "attention_mask"))
    with torch.inference_mode():
        scores, stars = model(ids, mask).float().softmax(dim=-1).max(dim=-1)
    labels = np.array([LABELS[star].encode() for star in stars.tolist()], dtype=object)
    return {"label": labels.reshape(-1, 1), "score": scores.numpy().astype(np.float32).reshape(-1, 1)}


@functools.lru_cache(maxsize=2)
def _load(folder: str, *_changed: int) -> tuple[torch.jit.ScriptModule, Tokenizer]:
    """Load network and tokenizer once; `_changed` are their modification times, so that a new build is loaded again."""
    import torch
    from tokenizers import Tokenizer

    network = torch.jit.load(f"{folder}/model.pt", map_location="cpu").eval()
    return network, Tokenizer.from_file(f"{folder}/tokenizer.json")


# --- classroom weights ------------------------------------------------------------------------------------------------


def _train(progress: bool) -> tuple[torch.nn.Module, Tokenizer, dict[str, Any]]:
    """Train tokenizer and network on generated reviews, on a GPU where there is one: (network, tokenizer, facts)."""
    import torch
    from tqdm import tqdm

    from . import reviews

    written = reviews.generate(_REVIEWS + _VALIDATION, seed=_SEED)
    texts, stars = [text for text, _ in written], [value for _, value in written]
    tokenizer = _train_tokenizer(texts[:_REVIEWS])
    encoded = [encoding.ids for encoding in tokenizer.encode_batch_fast(texts)]
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]"), pad_token="[PAD]")
    lengths, device = [len(ids) for ids in encoded[:_REVIEWS]], training_device()
    targets = _targets(torch.tensor(stars))

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # such small matrices gain little from a second thread, and one thread repeats exactly
    try:
        torch.manual_seed(_SEED)
        model = _new_model(tokenizer.get_vocab_size())
        _prepare(model, encoded, lengths, targets)
        network, targets = _reader(model, average=True).train().to(device), targets.to(device)
        batches = _batches(lengths, _BATCH, random.Random(_SEED))
        optimizer = torch.optim.AdamW(
            network.parameters(), lr=_LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / len(batches)))
        hidden, unknown = torch.Generator().manual_seed(_SEED), tokenizer.token_to_id("[UNK]")
        bar = tqdm(batches, desc="training sentiment", unit="batch", disable=not progress, mininterval=1.0)
        for rows in bar:
            ids, mask = _pad([encoded[row] for row in rows])
            forget = (torch.rand(ids.shape, generator=hidden) < _FORGET) & (ids > 3)
            seen, mask = ids.masked_fill(forget, unknown).to(device), mask.to(device)
            loss = torch.nn.functional.cross_entropy(network(seen, mask), targets[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        network.eval().cpu()
        if device == "cuda":
            torch.cuda.empty_cache()  # the server needs it
        facts = {"device": device, **_validate(network, encoded[_REVIEWS:], stars[_REVIEWS:])}
        return network, tokenizer, facts
    finally:
        torch.set_num_threads(threads)


def _prepare(model: torch.nn.Module, encoded: list[list[int]], lengths: list[int], targets: torch.Tensor) -> None:
    """Give the network a start that a minute of training could not find from random numbers.

    Words: a bag of words learns in seconds how good each token is; its vectors fill the first dimensions. Positions:
    sines and cosines in the last 32 dimensions. With these, three heads of the first layer start out looking at the
    previous token, the next one, and the one two places before, so "not" meets "good" from the first step on.
    """
    import torch

    words, positions = model.config.hidden_size - _POSITIONS, _POSITIONS // 2
    table = torch.nn.Embedding(model.config.vocab_size, words)
    torch.nn.init.normal_(table.weight, std=0.02)
    head = torch.nn.Linear(words, len(LABELS))
    optimizer = torch.optim.Adam([*table.parameters(), *head.parameters()], lr=0.01, fused=True)
    for epoch in range(2):
        for rows in _batches(lengths, 256, random.Random(epoch)):
            ids, mask = _pad([encoded[row] for row in rows])
            logits = head((table(ids) * mask[..., None]).sum(1) / mask.sum(1, keepdim=True) ** 0.75)
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(logits, targets[rows]).backward()
            optimizer.step()

    with torch.no_grad():
        embeddings, attention = model.bert.embeddings, model.bert.encoder.layer[0].attention.self
        embeddings.word_embeddings.weight.zero_()
        embeddings.word_embeddings.weight[:, :words] = 0.1 * table.weight / table.weight.std()
        embeddings.token_type_embeddings.weight.zero_()
        frequencies = torch.linspace(0.15, 3.0, positions)
        angles = torch.arange(MAX_TOKENS)[:, None] * frequencies
        embeddings.position_embeddings.weight.zero_()
        embeddings.position_embeddings.weight[:, words:] = 0.14 * torch.cat([angles.sin(), angles.cos()], dim=1)
        size = attention.attention_head_size
        for number, offset in enumerate((-1, 1, -2)):
            rows = slice(size * number, size * number + _POSITIONS)
            cos, sin = torch.diag((offset * frequencies).cos()), torch.diag((offset * frequencies).sin())
            turned = torch.cat([torch.cat([cos, sin], dim=1), torch.cat([-sin, cos], dim=1)])
            for projection, matrix in ((attention.query, turned), (attention.key, torch.eye(_POSITIONS))):
                projection.weight[rows] = 0
                projection.weight[rows, words:] = 1.5 * matrix
        model.classifier.weight.zero_()
        model.classifier.weight[:, :words] = 0.3 * head.weight


def _reader(model: torch.nn.Module, average: bool) -> torch.nn.Module:
    """Return the network input_ids, attention_mask -> logits; both int64 [n, tokens], logits float32 [n, 5].

    `average` takes the mean of all tokens (classroom); otherwise BERT's own pooled first token is used (hub).
    """
    import torch

    class Reader(torch.nn.Module):
        """Computes everything, masks and positions included, on the device of its input."""

        def __init__(self) -> None:
            super().__init__()
            self.bert, self.classifier, self.average = model.bert, model.classifier, average

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden, pooled = self.bert(
                input_ids=input_ids,
                attention_mask=(1.0 - attention_mask[:, None, None, :].float()) * -1e9,
                token_type_ids=torch.zeros_like(input_ids),
                position_ids=torch.cumsum(torch.ones_like(input_ids), dim=1) - 1,
                return_dict=False,
            )[:2]
            if self.average:
                weight = attention_mask[:, :, None].float()
                pooled = (hidden * weight).sum(dim=1) / weight.sum(dim=1)
            return self.classifier(pooled)

    return Reader()


def _train_tokenizer(texts: list[str]) -> Tokenizer:
    """Return a lowercasing WordPiece tokenizer; it splits an unknown word into pieces, in the worst case letters."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex("[‘’`´]"), "'"),  # typographic apostrophes: don’t is don't
            normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True),
            normalizers.Replace(Regex(r"([a-z])\1{2,}"), r"\1\1"),  # sooooo is soo
        ]
    )
    splitter = pre_tokenizers.BertPreTokenizer()
    words = Counter(word for text in texts for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)))
    vocabulary = {token: number for number, token in enumerate(_vocabulary(words))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=40))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _vocabulary(words: Counter[str]) -> list[str]:
    """Return the tokens: single characters, frequent beginnings and endings of words, then the most frequent words.

    This does not use `tokenizers.trainers`, which breaks ties differently in every process: no build would repeat.
    """
    letters = sorted({chr(code) for code in range(33, 127)} - set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") | set("".join(words)))
    beginnings: Counter[str] = Counter()
    endings: Counter[str] = Counter()
    for word, count in words.items():
        for size in range(2, min(6, len(word) - 1)):
            beginnings[word[:size]] += count
            endings["##" + word[-size:]] += count

    def most(counts: Counter[str], number: int) -> list[str]:
        return sorted(counts, key=lambda token: (-counts[token], token))[:number]

    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *("##" + letter for letter in letters)]
    tokens += most(beginnings, _BEGINNINGS) + most(endings, _ENDINGS)
    tokens += most(Counter({word: count for word, count in words.items() if count > 5}), _VOCABULARY)
    return list(dict.fromkeys(tokens))[:_VOCABULARY]


def _new_model(vocabulary: int) -> torch.nn.Module:
    """Return an untrained BERT, small enough for a laptop."""
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=384,
        max_position_embeddings=MAX_TOKENS,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        type_vocab_size=1,
        initializer_range=0.05,
        num_labels=len(LABELS),
        attn_implementation="eager",
        id2label=dict(enumerate(LABELS)),
        pad_token_id=0,
    )
    return BertForSequenceClassification(config)


def _rate(done: float) -> float:
    """Return the factor for the learning rate after the share `done` of all steps: a short warm-up, then a cosine."""
    return min(done / 0.06, 0.5 * (1 + math.cos(math.pi * min(1.0, done)))) + 0.002


def _batches(lengths: list[int], size: int, rng: random.Random) -> list[list[int]]:
    """Return rows in batches of similar length, so that there is little padding; the batches are in random order."""
    order = sorted(range(len(lengths)), key=lambda row: lengths[row] + 3 * rng.random())
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(batches)
    return batches


def _pad(rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (ids, mask), both int64 [n, longest]; 0 is [PAD]."""
    import torch

    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)
    return ids, (ids != 0).long()


def _targets(stars: torch.Tensor) -> torch.Tensor:
    """Return soft targets [n, 5]: a bell around the true value, because four stars are nearer to five than to one."""
    import torch

    distance = stars[:, None] - torch.arange(1, 6)[None, :]
    return torch.softmax(-(distance**2) / (2 * _SPREAD**2), dim=1)


def _validate(network: torch.nn.Module, encoded: list[list[int]], stars: list[float]) -> dict[str, float]:
    """Return the shares of right answers on generated reviews that were held out."""
    import torch

    found: list[int] = []
    with torch.inference_mode():
        for start in range(0, len(encoded), 250):
            ids, mask = _pad(encoded[start : start + 250])
            found += (network(ids, mask).argmax(-1) + 1).tolist()
    pairs = list(zip(found, stars, strict=True))
    polar = [(f, s) for f, s in pairs if s < 2.5 or s > 3.5]
    return {
        "generated_within_one_star": round(sum(abs(f - s) <= 1 for f, s in pairs) / len(pairs), 3),
        "generated_right_polarity": round(sum((f > 3) if s > 3 else (f < 3) for f, s in polar) / len(polar), 3),
    }


# --- other weights, and export ----------------------------------------------------------------------------------------


def _from_hub() -> tuple[torch.nn.Module, Tokenizer, dict[str, Any]]:
    """Download the pinned revision (or take it from the local hub cache). Returns (model, tokenizer, facts)."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    assert HUB is not None
    repo, revision = HUB
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    model = AutoModelForSequenceClassification.from_pretrained(repo, revision=revision, attn_implementation="eager")
    if model.config.num_labels != len(LABELS):
        raise ValueError(f"{repo}@{revision} has {model.config.num_labels} classes, expected 5: one to five stars")
    tokenizer = AutoTokenizer.from_pretrained(repo, revision=revision).backend_tokenizer
    tokenizer.enable_truncation(min(MAX_TOKENS, model.config.max_position_embeddings))
    pad = model.config.pad_token_id or 0
    tokenizer.enable_padding(pad_id=pad, pad_token=tokenizer.id_to_token(pad) or "[PAD]")
    network = _reader(model.float(), average=False).eval()
    return network, tokenizer, {"repo": repo, "revision": revision}


def _random() -> tuple[torch.nn.Module, Tokenizer, dict[str, Any]]:
    """Return BERT-base, which is what BertConfig describes by default, before any training, and a tokenizer for it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from . import reviews

    tokenizer = _train_tokenizer([text for text, _ in reviews.generate(5_000, seed=_SEED)])
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]"), pad_token="[PAD]")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        model = BertForSequenceClassification(BertConfig(num_labels=len(LABELS), attn_implementation="eager"))
    return _reader(model, average=False).eval(), tokenizer, {}


def _export(network: torch.nn.Module, tokenizer: Tokenizer, target: Path) -> None:
    """Write model.pt and tokenizer.json; prove first that other batch sizes and lengths give the same logits."""
    import warnings

    import torch

    config = network.bert.config

    def example(rows: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
        generator = torch.Generator().manual_seed(rows * 1000 + length)
        ids = torch.randint(0, config.vocab_size, (rows, length), generator=generator)
        lengths = torch.randint(1, length + 1, (rows, 1), generator=generator)
        return ids, (torch.arange(length)[None, :] < lengths).long()

    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.jit is deprecated, but still what Triton's pytorch backend loads
        traced = torch.jit.trace(network, example(3, 11), check_trace=False)
        for rows, length in ((1, 1), (1, 7), (2, 30), (5, min(MAX_TOKENS, config.max_position_embeddings))):
            ids, mask = example(rows, length)
            torch.testing.assert_close(traced(ids, mask), network(ids, mask), rtol=1e-4, atol=1e-4)
        traced.save(str(target / "model.pt"))
    tokenizer.save(str(target / "tokenizer.json"))
