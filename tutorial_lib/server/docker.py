"""Run NVIDIA's current container with the same model repository: the exact `docker run` command."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

IMAGE = "nvcr.io/nvidia/tritonserver:26.07-py3"  # Triton 2.71.0
# what the Python models import and the image lacks; `sentiment` needs torch
PACKAGES = {"PIL": "pillow", "tokenizers": "tokenizers", "torch": "torch"}


def why_not() -> str | None:
    """Return why no container can be started here, or None if one can."""
    if platform.system() != "Linux":
        linux = "Linux (in a virtual machine; on Windows, WSL 2)"
        return f"found {platform.system()}; the course needs Linux to start and stop servers.\nTry: {linux}"
    if shutil.which("docker") is None:
        return "the command `docker` is not installed.\nTry: the embedded server, or install Docker Engine."
    try:
        subprocess.run(["docker", "info"], check=True, capture_output=True, timeout=10)
    except subprocess.TimeoutExpired:
        return "`docker info` did not answer within 10 s.\nTry: restart the Docker engine."
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return f"no Docker engine answers: {' '.join(reason)}\nTry: start it, e.g. sudo systemctl start docker"
    return None


def lacks(image: str) -> str | None:
    """Return what to do if the image is not on this machine yet; a start must not download gigabytes."""
    if subprocess.run(["docker", "image", "inspect", image], capture_output=True).returncode == 0:
        return None
    return f"the image {image} is not on this machine yet (some 10 GB).\nTry: docker pull {image}"


def _mounts(repository: Path) -> dict[str, Path]:
    models = sorted(path for path in repository.glob("*") if path.is_dir())  # none if it is on another machine
    if any(model.is_symlink() for model in models):
        return {f"/models/{model.name}": model.resolve() for model in models}
    return {"/models": repository}


def has_gpu() -> bool:
    """Say whether the host has an NVIDIA driver, so that `--gpus=all` makes sense."""
    return shutil.which("nvidia-smi") is not None and os.path.exists("/dev/nvidiactl")


def argv(
    repository: str,
    ports: tuple[int, int, int],
    name: str,
    options: list[str],
    *,
    variables: Iterable[str] = (),
    image: str = IMAGE,
    gpu: bool = False,
    packages: bool = True,
) -> list[str]:
    """Return `docker run ...` for `image`, published on the loopback interface only.

    A link in `repository` would lead nowhere inside the container, so then each model is mounted separately.
    `variables` are names of environment variables that the container gets from the caller's environment.

    The base image lacks Pillow, tokenizers and torch; with `packages` they are installed when the container starts, and
    kept in the volume `triton-course-pip`. An image that has them (deploy/Dockerfile) starts at once.
    """
    server = ["tritonserver", "--model-repository=/models", *options]
    if packages:
        imports, wheels = ", ".join(PACKAGES), " ".join(PACKAGES.values())
        check = f'python3 -c "import {imports}" 2>/dev/null || pip install --break-system-packages {wheels}'
        server = ["bash", "-c", f'{check} && exec "$0" "$@"', *server]
    return [
        *("docker", "run", "--rm", "--init", f"--name={name}", "--shm-size=1g"),
        *(["--gpus=all"] if gpu else []),
        *(f"--publish=127.0.0.1:{host}:{inside}" for host, inside in zip(ports, (8000, 8001, 8002))),
        *(f"--volume={path}:{inside}:ro" for inside, path in _mounts(Path(repository)).items()),
        *(f"--env={name}" for name in variables),
        "--volume=triton-course-pip:/root/.cache/pip",
        image,
        *server,
    ]
