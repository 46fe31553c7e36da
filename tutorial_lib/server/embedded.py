"""The tritonserver binary inside the PyPI wheel `nvidia-pytriton`: where it is, what it needs, its command line."""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
LIBPYTHON = f"libpython{PYTHON}.so.1.0"


def suits_platform() -> bool:
    """Say whether the wheel's binary can run on this kind of machine at all."""
    return (platform.system(), platform.machine()) == ("Linux", "x86_64")


def elsewhere() -> str:
    """Return what to do if the wheel's binary cannot run; the course's docker mode needs Linux too."""
    docker = 'serve(mode="docker") with a Docker engine'
    linux = docker if platform.system() == "Linux" else "Linux (in a virtual machine; on Windows, WSL 2)"
    return f'{linux}, or serve(url="HOST:8000") with a server elsewhere'


def why_not() -> str | None:
    """Return why the embedded server cannot run on this machine, or None if it can."""
    if not suits_platform():
        return (
            f"found {platform.system()} {platform.machine()}; the embedded tritonserver is for Linux x86_64 only.\n"
            f"Try: {elsewhere()}."
        )
    libc, version = platform.libc_ver()
    if libc != "glibc" or tuple(map(int, version.split(".")[:2])) < (2, 35):
        return (
            f"found {libc or 'no glibc'} {version}; the embedded tritonserver needs glibc >= 2.35 (Debian 12, "
            f'Ubuntu 22.04 or newer).\nTry: serve(mode="docker"), or serve(url="HOST:8000").'
        )
    if importlib.util.find_spec("pytriton") is None:
        return (
            f"the wheel that carries tritonserver is not installed for {sys.executable}.\n"
            "Try: make setup, then: source .venv/bin/activate (or without the project: pip install nvidia-pytriton)"
        )
    if not (_wheel() / "python_backend_stubs" / PYTHON).is_dir():
        return f"found Python {PYTHON}; the wheel has no python backend for it.\nTry: Python 3.10, 3.11 or 3.12."
    try:
        numpy = importlib.metadata.version("numpy")
    except importlib.metadata.PackageNotFoundError:
        return "numpy is not installed, and the python backend needs it.\nTry: make setup"
    if int(numpy.split(".")[0]) >= 2:
        return (
            f"found numpy {numpy}; the python backend of this server needs numpy < 2 (with numpy 2 the models load, "
            "and then answer with empty tensors).\nTry: pip install 'numpy<2'"
        )
    if find_libpython() is None:
        return (
            f"{LIBPYTHON} is missing, and the python backend is linked to it.\n"
            f"Try: sudo apt-get install libpython{PYTHON}, or without root: python -m tutorial_lib setup"
        )
    return None


def _wheel() -> Path:
    spec = importlib.util.find_spec("pytriton")  # found, not imported: importing pytriton takes a second
    return Path(spec.origin).parent / "tritonserver"


def _private_libraries() -> Path:
    """Return where fetch_libpython() unpacks to: a folder of this Python environment."""
    return Path(sys.prefix) / "lib" / "tutorial_lib"


def find_libpython() -> str | None:
    """Return the folder of this Python's shared library ("" if the system's loader finds it), or None."""
    for folder in (sysconfig.get_config_var("LIBDIR"), os.path.join(sys.base_prefix, "lib"), _private_libraries()):
        if folder and os.path.exists(os.path.join(folder, LIBPYTHON)):
            # the loader looks there anyway; in LD_LIBRARY_PATH, that folder's CUDA libraries would come before torch's
            return "" if re.fullmatch(r"(/usr)?/lib(64|/[\w-]+-linux-gnu)?", str(folder)) else str(folder)
    return "" if ctypes.util.find_library(f"python{PYTHON}") else None


def fetch_libpython() -> str:
    """Fetch Debian's libpython into this environment, without root; return its folder, or raise OSError.

    Debian and Ubuntu ship python3 without its shared library. `apt-get download` needs no root if its lists and its
    cache are in a folder of our own.
    """
    target = _private_libraries()
    work = target / "apt"
    for folder in (work / "lists" / "partial", work / "cache" / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State::Lists={work / 'lists'}", "-o", f"Dir::Cache={work / 'cache'}"]
    options += ["-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User="]
    try:
        for command in (["update"], ["download", f"libpython{PYTHON}"]):
            subprocess.run(["apt-get", "-qq", *options, *command], cwd=work, check=True, capture_output=True)
        for package in work.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, work / "files"], check=True, capture_output=True)
        for library in (work / "files").rglob(f"{LIBPYTHON}*"):
            shutil.copy(library, target / LIBPYTHON)
    except (OSError, subprocess.CalledProcessError) as error:
        detail = (getattr(error, "stderr", b"") or str(error).encode()).decode(errors="replace").strip()
        raise OSError(
            f"apt-get could not fetch libpython{PYTHON}: {detail.splitlines()[-1] if detail else error}"
        ) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if not (target / LIBPYTHON).exists():
        raise OSError(f"the package libpython{PYTHON} does not hold {LIBPYTHON}")
    return str(target)


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of the server and of its Python models."""
    env = dict(os.environ)
    libraries = [str(_wheel().parent.parent / "nvidia_pytriton.libs"), find_libpython(), env.get("LD_LIBRARY_PATH")]
    env["LD_LIBRARY_PATH"] = ":".join(part for part in libraries if part)
    # the stub looks for `python3` in PATH and uses that interpreter's packages, so it must be ours. It runs isolated:
    # PYTHON... variables do not reach it, and its __pycache__ ends up beside model.py, where it does no harm
    env["PATH"] = f"{os.path.dirname(sys.executable)}:{env.get('PATH', os.defpath)}"
    return {**settings(), **env, **(extra or {})}


def cores(quota: str = "/sys/fs/cgroup/cpu.max") -> int:
    """Return how many cores this process may use: by its affinity, and by its container's quota, rounded up."""
    count = len(os.sched_getaffinity(0))
    try:
        allowed, period = Path(quota).read_text().split()
        return min(count, -(-int(allowed) // int(period)))
    except (OSError, ValueError):  # no container, or "max": no limit
        return count


def settings() -> dict[str, str]:
    """Return how the server's processes use cores and memory, unless the environment says otherwise."""
    return {
        "OMP_NUM_THREADS": str(cores()),
        "OMP_WAIT_POLICY": "PASSIVE",  # waiting threads must not take cores from working ones
        "KMP_BLOCKTIME": "0",  # the same for Intel's OpenMP
        "GOMP_SPINCOUNT": "1000",  # but stay awake for some microseconds: measured, networks are 6 % faster
        # glibc gives large blocks back to the kernel and fetches them again, page by page, for every layer of every
        # batch: a ResNet-50 takes 1.4 times as long for 8 pictures, twice as long for 32. So let it keep what it has
        "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
        "MALLOC_MMAP_MAX_": "0",
    }


def assemble_backends(folder: Path) -> Path:
    """Copy the python backend, the stub for this Python and our pytorch backend into `folder`; return it.

    These are copies, not links: a linked library is refused ("escapes backend directory") once another backend uses it.
    """
    python = folder / "python"
    shutil.copytree(_wheel() / "backends" / "python", python, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_wheel() / "python_backend_stubs" / PYTHON / "triton_python_backend_stub", python)
    shutil.copytree(Path(__file__).parent.parent / "backends" / "pytorch", folder / "pytorch")
    return folder


def argv(repository: str, backends: str, ports: tuple[int, int, int], shm_prefix: str, options: list[str]) -> list[str]:
    """Return tritonserver's command line; `options` are appended as they are, so they take precedence."""
    http, grpc, metrics = ports
    return [
        str(_wheel() / "bin" / "tritonserver"),
        f"--model-repository={repository}",
        f"--backend-directory={backends}",
        f"--cache-directory={_wheel() / 'caches'}",
        *(f"--{name}-address=127.0.0.1" for name in ("http", "grpc", "metrics")),
        *(f"--{name}-port={port}" for name, port in zip(("http", "grpc", "metrics"), (http, grpc, metrics))),
        f"--backend-config=python,shm-region-prefix-name={shm_prefix}",
        "--backend-config=python,stub-timeout-seconds=120",  # importing torch from a cold disk takes a while
        "--metrics-interval-ms=250",  # a server that ends sleeps for the rest of this; the default is 2000
        *options,
    ]
