"""NVIDIA's current container with the same model repository: the exact `docker run` command."""

from __future__ import annotations

import os
import shutil
import subprocess

IMAGE = "nvcr.io/nvidia/tritonserver:26.07-py3"  # Triton 2.71.0
# what the python models import and the image does not have; torch is needed by `sentiment`
PACKAGES = {"PIL": "pillow", "tokenizers": "tokenizers", "torch": "torch"}


def why_not() -> str | None:
    """Return why no container can be started from here, or None when it can."""
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


def has_gpu() -> bool:
    """Say whether the host has an NVIDIA driver, so that `--gpus=all` makes sense."""
    return shutil.which("nvidia-smi") is not None and os.path.exists("/dev/nvidiactl")


def argv(
    repository: str,
    ports: tuple[int, int, int],
    name: str,
    options: list[str],
    *,
    image: str = IMAGE,
    gpu: bool = False,
    packages: bool = True,
) -> list[str]:
    """Return `docker run ...` for `image`, published on the loopback interface only.

    The base image has no Pillow, tokenizers and torch; with `packages` they are installed when the container starts
    and kept in the volume `triton-course-pip`. An image that has them (deploy/Dockerfile) starts at once.
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
        f"--volume={repository}:/models:ro",
        "--volume=triton-course-pip:/root/.cache/pip",
        image,
        *server,
    ]
