"""Where weights come from, the Hugging Face hub or the classroom: decide, say why, and fetch a hub model's big file.

`from_pretrained` in the family files does the rest of the download. This module fetches the big file into the same
Hugging Face cache, because huggingface_hub 2.x starts again from zero after an interruption and compares only the size.
Here a download resumes where it stopped, even in the next build, and its SHA-256 must match.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

CONFIG = "config.json"
BIG = ("model.safetensors", "pytorch_model.bin")  # the second only if there is no first; torch reads it weights_only
PROBE_SECONDS = 3
ATTEMPTS = 4  # in a row without a single new byte
SETTINGS = {
    "HF_HUB_ETAG_TIMEOUT": "5",  # seconds: a dead hub must not hold up a build for minutes
    "HF_HUB_DOWNLOAD_TIMEOUT": "10",
    "HF_HUB_DISABLE_XET": "1",  # plain HTTP: follows HF_ENDPOINT and proxies, and needs no second host
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",  # ours is enough
    "DISABLE_SAFETENSORS_CONVERSION": "1",  # no request to the hub's conversion bot
    "TRANSFORMERS_VERBOSITY": "error",  # the load report comes in random row order
    "OMP_WAIT_POLICY": "PASSIVE",  # torch reads this when it is imported: waiting threads must not keep cores busy
}


class HubError(Exception):
    """The hub, or its answer, cannot be used. The message says what was found and expected, and what to try."""


def quiet() -> None:
    """Set time limits for huggingface_hub and transformers and silence them; variables that the user set stay."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    # a notebook without ipywidgets gets a plain progress bar, which is all we want
    warnings.filterwarnings("ignore", message="IProgress not found")
    if "transformers" in sys.modules:  # imported before us, so it has already read its variables
        logging = importlib.import_module("transformers.utils.logging")
        logging.set_verbosity_error()
        logging.disable_progress_bar()


def training_device() -> str:
    """Return where classroom networks are trained: "cuda" where torch can use a GPU, else "cpu".

    CUDA_VISIBLE_DEVICES="" keeps the training on the CPU, for a GPU that another program fills.
    """
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch: this driver is too old; the doctor says so too
        if not torch.cuda.is_available():
            return "cpu"
        try:
            torch.ones(1 << 28, device="cuda").sum().item()  # 1 GiB: is there room, and has torch kernels for this GPU?
        except RuntimeError:
            return "cpu"
        torch.cuda.empty_cache()
    return "cuda"


def is_cached(repo: str, revision: str) -> bool:
    """Say whether the configuration and the big file of `repo` at `revision` are in the Hugging Face cache."""
    quiet()
    from huggingface_hub import try_to_load_from_cache

    def cached(file: str) -> bool:
        return isinstance(try_to_load_from_cache(repo, file, revision=revision), str)

    return cached(CONFIG) and any(map(cached, BIG))


def why_unreachable(repo: str, revision: str, seconds: float = PROBE_SECONDS) -> str | None:
    """Ask the hub (HF_ENDPOINT, proxies included) for a small file; return None if it answers in time, else the reason.

    The question runs in a separate thread, because without a name server a look-up ignores every time limit.
    """
    quiet()
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE is set"
    host = constants.ENDPOINT.split("//")[-1]
    answer: list[str | None] = [f"{host} did not answer within {seconds:g} s"]

    def ask() -> None:
        try:
            found = get_hf_file_metadata(hf_hub_url(repo, CONFIG, revision=revision), timeout=seconds)
        except HfHubHTTPError as error:
            answer[0] = f"{host} answered {error.response.status_code} for {repo}"
        except Exception as error:  # name look-up, proxy, TLS, refused: any of them means "not reachable"
            answer[0] = f"{host} is not reachable ({type(error).__name__})"
        else:  # the login page of a Wi-Fi network answers too, but not like this
            answer[0] = None if found.commit_hash else f"{host} does not answer like a Hugging Face hub"

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    return answer[0]


def fetch(repo: str, revision: str, progress: bool = False, say: Callable[[str], None] = print) -> None:
    """Download the big file of `repo` at `revision` to the Hugging Face cache, resuming an interrupted download.

    Raises HubError (no answer, missing file, wrong size or hash) and OSError (disk full, cache not writable).
    """
    quiet()
    if is_cached(repo, revision):
        return
    from huggingface_hub import constants, hf_hub_download

    if constants.HF_HUB_OFFLINE:
        raise HubError(f"{repo} is not in the Hugging Face cache, and HF_HUB_OFFLINE is set.")
    for names in ((CONFIG,), BIG):
        name, url, etag, size = _first(repo, revision, names)
        blobs = Path(constants.HF_HUB_CACHE) / f"models--{repo.replace('/', '--')}" / "blobs"
        if re.fullmatch(r"[0-9a-f]{64}", etag) and not (blobs / etag).exists():  # a large file: its ETag is its SHA-256
            blobs.mkdir(parents=True, exist_ok=True)
            part = blobs / f"{etag}.incomplete"
            _download(url, part, size, progress, say)
            _check(part, etag, name)
            os.replace(part, blobs / etag)
        hf_hub_download(repo, name, revision=revision)  # for a large file, this only adds the cache's link


def _first(repo: str, revision: str, names: tuple[str, ...]) -> tuple[str, str, str, int]:
    """Return (name, url, etag, bytes) of the first of these files that the hub has."""
    from huggingface_hub import hf_hub_url

    problem = None
    for name in names:
        url = hf_hub_url(repo, name, revision=revision)
        try:
            return name, url, *_head(url)
        except HubError as error:
            problem = problem or error
            if "404" not in str(error):
                break
    raise problem


def _head(url: str) -> tuple[str, int]:
    """Return (etag, bytes) of a file on the hub."""
    from huggingface_hub import get_hf_file_metadata
    from huggingface_hub.errors import HfHubHTTPError

    for attempt in range(ATTEMPTS):
        try:
            found = get_hf_file_metadata(url)
        except Exception as error:
            final = isinstance(error, HfHubHTTPError) and error.response.status_code in (400, 401, 403, 404)
            if final or attempt == ATTEMPTS - 1:
                raise HubError(f"{url}: {_short(error)}") from error
            time.sleep(attempt)
        else:
            if not (found.etag and found.size and found.commit_hash):
                raise HubError(f"{url} answers, but not like a Hugging Face hub (no ETag, size or X-Repo-Commit).")
            return found.etag, found.size
    raise AssertionError("the last attempt returns or raises")


def _download(url: str, part: Path, size: int, progress: bool, say: Callable[[str], None]) -> None:
    """Append to `part` until it has `size` bytes, asking for what is missing with a Range header."""
    from huggingface_hub import constants, get_session
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status
    from tqdm import tqdm

    timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT  # seconds without a byte
    start = part.stat().st_size if part.exists() else 0
    if start:
        say(f"resuming {url.rsplit('/', 1)[-1]} at {start / 1e6:.1f} of {size / 1e6:.1f} MB")
    failures = 0
    with tqdm(total=size, initial=start, unit="B", unit_scale=True, disable=not progress, desc="download") as bar:
        while (have := part.stat().st_size if part.exists() else 0) < size:
            headers = {**build_hf_headers(), "Accept-Encoding": "identity", "Range": f"bytes={have}-"}
            try:
                with get_session().stream("GET", url, headers=headers, timeout=timeout) as reply:
                    hf_raise_for_status(reply)
                    with part.open("ab" if reply.status_code == 206 else "wb") as file:
                        bar.n = file.tell()
                        for chunk in reply.iter_bytes():  # written as they arrive, so that a cut loses nothing
                            file.write(chunk)
                            bar.update(len(chunk))
            except OSError as error:
                if error.errno is not None:  # the disk, not the network
                    raise
                problem = error
            except Exception as error:
                problem = error
            else:
                problem = None
            if part.exists() and part.stat().st_size > have:
                failures = 0
                continue
            failures += 1
            if failures == ATTEMPTS:
                raise HubError(
                    f"The download stopped at {have} of {size} bytes: {_short(problem)}\n"
                    "What arrived is kept; the next build goes on from there."
                ) from problem
            time.sleep(failures)


def _check(part: Path, sha256: str, name: str) -> None:
    digest = hashlib.sha256()
    with part.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != sha256:
        part.unlink()
        raise HubError(f"{name} arrived damaged: found SHA-256 {digest.hexdigest()}, expected {sha256}.")


def _short(error: BaseException | None) -> str:
    """Return the type of an error and the first two lines of its message."""
    lines = [line.strip() for line in str(error or "").splitlines() if line.strip()]
    return " ".join([f"{type(error).__name__}:", *lines[:2]])
