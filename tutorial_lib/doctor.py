"""Find out what this machine has for the course, what it lacks, and what to do about it.

This module imports only the standard library and runs nothing heavy, so it works even where the set-up has not run or
cannot run: with any Python from 3.8 on, without numpy or torch.
"""

from __future__ import annotations

import ctypes.util
import glob
import http.client
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import textwrap
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Check", "checks", "report", "workshop"]

GIB = 2**30
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
EMBEDDED_ELSEWHERE = 'serve(mode="docker") with a Docker engine, or serve(url="HOST:8000") with a server elsewhere'
NO_LINUX = 'Linux (in a virtual machine; on Windows, WSL 2), or serve(url="HOST:8000") with a server elsewhere'
HUB_MODELS = ("microsoft/resnet-50", "nlptown/bert-base-multilingual-uncased-sentiment")


@dataclass(frozen=True)
class Check:
    """One thing about this machine.

    ok is True if it is as expected, False if the course cannot run until `todo` is done, and None if the course runs
    without it (`todo` then says what you would gain, or is empty).
    """

    name: str
    ok: bool | None
    found: str
    expected: str
    todo: str = ""


def checks(repository: Path | str | None = None, ports: tuple[int, ...] = (8000, 8001, 8002)) -> list[Check]:
    """Check this machine and return all checks in reading order. It takes at most about 5 s, and never raises.

    repository: the model repository whose disk is checked (default: the project's own).
    ports: the TCP ports that a server will need (default: Triton's HTTP, gRPC and metrics ports).
    """
    project = Path(__file__).resolve().parent.parent
    folder = Path(repository or os.environ.get("TRITON_COURSE_REPOSITORY") or project / "model_repository")
    hub = _Hub()  # may take 3 s, so ask first and look at the answer last
    docker = _check_docker()
    system = _check_platform(docker_ready=docker.ok is True)
    found = [system, _check_python()]
    embedded = [_check_glibc(), _check_libpython(), _check_tritonserver()]
    if system.ok is not True:  # only the embedded server needs these
        embedded = [Check(c.name, None, c.found, "only for the embedded server") for c in embedded]
    found += embedded
    found += [_check_package("numpy", "below 2", below=2), _check_torch()]
    found += [
        _check_package(name, "installed") for name in ("tritonclient", "transformers", "tokenizers", "jupyterlab")
    ]
    found += [_check_port(port) for port in ports]
    found += [
        _check_disk("disk: weights", folder, needed=True),
        _check_disk("disk: hub cache", _hub_cache(), needed=False),
    ]
    found += [_check_shared_memory(), _check_memory(), _check_gpu(), docker, _check_curl(), _check_hub(hub)]
    return found


def workshop(learners: int = 1, repository: Path | str | None = None) -> list[Check]:
    """Return what else matters when a room of people starts at once; `learners` is how many work on this machine."""
    project = Path(__file__).resolve().parent.parent
    folder = Path(repository or os.environ.get("TRITON_COURSE_REPOSITORY") or project / "model_repository")
    found = [_check_weights(folder), _check_room(learners)]
    for program, package, why in (
        ("openssl", "openssl", "for lesson 19"),
        ("haproxy", "haproxy", "for lesson 27"),
        ("prometheus", "prometheus", "for lesson 27"),
    ):
        path = shutil.which(program)
        todo = f"sudo apt-get install {package}   (Debian, Ubuntu)"
        found.append(Check(program, True, path, why) if path else Check(program, None, "not installed", why, todo))
    return found


def report(found: list[Check]) -> str:
    """Return the checks as a text table of at most 100 columns, with what to do below each check that needs it."""
    marks = {True: "ok", False: "FIX", None: "-"}
    name_width = max([len(check.name) for check in found], default=5)
    lines = ["{:3}  {:{}}  {:34}  {}".format("", "check", name_width, "found", "expected")]
    room = 100 - 5 - name_width - 2 - 34 - 2
    for check in found:
        left = textwrap.wrap(check.found, 34) or [""]
        right = textwrap.wrap(check.expected, room) or [""]
        for row in range(max(len(left), len(right))):
            mark, name = (marks[check.ok], check.name) if row == 0 else ("", "")
            cells = (left[row] if row < len(left) else "", right[row] if row < len(right) else "")
            lines.append("{:3}  {:{}}  {:34}  {}".format(mark, name, name_width, *cells).rstrip())
        if check.todo and check.ok is not True:
            indent = " " * (5 + name_width + 2)
            lines += textwrap.wrap(
                "-> " + check.todo, 100, initial_indent=indent, subsequent_indent=indent + "   ", break_on_hyphens=False
            )
    wrong = sum(check.ok is False for check in found)
    lines.append("")
    if wrong:
        lines.append(f"{wrong} of {len(found)} checks must be fixed (FIX); '-' is not needed, or has a workaround.")
    else:
        lines.append("Everything that the course needs is here ('-' is not needed, or has a workaround).")
    return "\n".join(lines)


# --- the interpreter and the system -----------------------------------------------------------------------------------


def _check_platform(docker_ready: bool = False) -> Check:
    """The embedded server is a Linux x86-64 binary; with a Docker engine, other processors will do."""
    found = f"{platform.system()} {platform.machine()}"
    if "microsoft" in platform.release().lower():
        found += " (WSL)"
    expected = "Linux x86_64"
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        return Check("platform", True, found, expected)
    if platform.system() != "Linux":
        return Check("platform", False, found, expected, f"use {NO_LINUX}")
    if docker_ready:
        return Check("platform", None, found, expected, 'the server runs in Docker here: serve(mode="docker")')
    return Check("platform", False, found, expected, f"use {EMBEDDED_ELSEWHERE}")


def _check_python() -> Check:
    """The wheel's python backend supports 3.8 to 3.13, numpy < 2 has no wheels after 3.12, and torch needs 3.10."""
    found, expected = platform.python_version(), "3.10, 3.11 or 3.12"
    if (3, 10) <= sys.version_info[:2] < (3, 13):
        return Check("Python", True, found, expected)
    return Check("Python", False, found, expected, "install one of them, then: make setup PYTHON=python3.12")


def _check_glibc() -> Check:
    """tritonserver is built for manylinux_2_35."""
    name, version = platform.libc_ver()
    found, expected = f"{name or 'another C library'} {version}".strip(), "glibc 2.35 or newer"
    if name == "glibc" and tuple(int(part) for part in version.split(".")[:2]) >= (2, 35):
        return Check("glibc", True, found, expected)
    return Check("glibc", False, found, expected, f"Debian 12, Ubuntu 22.04 or newer; or use {EMBEDDED_ELSEWHERE}")


def _check_libpython() -> Check:
    """The server's python backend is linked to Python's shared library, which Debian puts into a separate package."""
    library = f"libpython{PYTHON}.so.1.0"
    folders = [sysconfig.get_config_var("LIBDIR"), os.path.join(sys.base_prefix, "lib")]
    folders.append(os.path.join(sys.prefix, "lib", "tutorial_lib"))  # where `python -m tutorial_lib setup` puts it
    for folder in folders:
        if folder and os.path.exists(os.path.join(folder, library)):
            return Check("libpython", True, f"in {folder}", library)
    if ctypes.util.find_library(f"python{PYTHON}"):
        return Check("libpython", True, "found by the system's loader", library)
    todo = f"sudo apt-get install libpython{PYTHON}   (Debian, Ubuntu), or without root: python -m tutorial_lib setup"
    return Check("libpython", False, "not found", library, todo)


# --- packages: only versions are read, nothing is imported ------------------------------------------------------------


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _check_package(package: str, expected: str, below: int | None = None) -> Check:
    """Check whether `package` is installed, in a major version lower than `below`."""
    version = _version(package)
    if version is None:
        return Check(package, False, "not installed", expected, "make setup")
    if below is not None and int(version.split(".")[0]) >= below:
        todo = f"make setup, or: pip install '{package}<{below}'"
        if package == "numpy":
            todo += "   (with numpy 2 the server's Python models load, and then answer with empty tensors)"
        return Check(package, False, version, expected, todo)
    return Check(package, True, version, expected)


def _check_tritonserver() -> Check:
    """The wheel nvidia-pytriton carries NVIDIA's tritonserver binary."""
    name, expected = "tritonserver", "nvidia-pytriton 0.7 (Triton 2.51.0)"
    version = _version("nvidia-pytriton")
    if version is None:
        return Check(name, False, "not installed", expected, "make setup")
    spec = importlib.util.find_spec("pytriton")  # found, not imported: importing it takes a second
    binary = Path(spec.origin or "").parent / "tritonserver" / "bin" / "tritonserver" if spec else None
    if binary is None or not os.access(str(binary), os.X_OK):
        todo = "python -m pip install --force-reinstall --no-deps nvidia-pytriton"
        return Check(name, False, f"nvidia-pytriton {version}, without the program", expected, todo)
    if not version.startswith("0.7."):
        return Check(
            name, None, f"nvidia-pytriton {version}", expected, "not the version that the course was tested with"
        )
    return Check(name, True, f"nvidia-pytriton {version}", expected)


def _torch_cuda() -> str | None:
    """Return the CUDA version that the installed torch was built for, "" for a CPU build, None if unknown."""
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.origin:
        return None
    try:
        text = (Path(spec.origin).parent / "version.py").read_text()
    except OSError:
        return None
    match = re.search(r"^cuda\b[^=\n]*=\s*(?:'([^']*)'|\"([^\"]*)\"|None)", text, re.MULTILINE)
    return (match.group(1) or match.group(2) or "") if match else None


def _check_torch() -> Check:
    """torch trains, exports and serves the models; the CPU build and the CUDA build both will do."""
    version, expected = _version("torch"), "installed (CPU or CUDA build)"
    if version is None:
        return Check("torch", False, "not installed", expected, "make setup")
    cuda = _torch_cuda()
    build = "" if cuda is None else f" (CUDA {cuda} build)" if cuda else " (CPU build)"
    return Check("torch", True, version + build, expected)


# --- ports ------------------------------------------------------------------------------------------------------------


def _check_port(port: int) -> Check:
    """Check whether `port` of 127.0.0.1 is free, and who holds it if not."""
    name, expected = f"port {port}", "free"
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as tritonserver does: TIME_WAIT is no obstacle
        try:
            sock.bind(("127.0.0.1", port))
        except PermissionError:
            return Check(name, False, "not allowed for this user", expected, "choose port 1024 or higher")
        except OSError:
            pass
        else:
            return Check(name, True, "free", expected)
    pid = _holder(port)
    if pid is None:
        todo = f"find and stop it: sudo ss -ltnp 'sport = :{port}'; or choose other ports for the course"
        return Check(name, False, "held by another user's program", expected, todo)
    words = _words(pid)
    found = f"held by {os.path.basename(words[0]) if words else 'a program'} (pid {pid})"
    if words and os.path.basename(words[0]) == "tritonserver":
        if any(word.startswith("--backend-config=python,shm-region-prefix-name=triton_course_") for word in words):
            todo = "a server of this course: fine while you use it; python -m tutorial_lib stop ends it"
            return Check(name, None, found, expected, todo)
        todo = f"another Triton: stop it (kill {pid}), attach with serve(url=...), or choose other ports"
        return Check(name, False, found, expected, todo)
    return Check(name, False, found, expected, f"stop it (kill {pid}), or choose other ports for the course")


def _words(pid: int) -> list[str]:
    """Return the command line of `pid`, or [] if it is gone or hidden."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").decode(errors="replace").split("\0")
    except OSError:
        return []


def _holder(port: int) -> int | None:
    """Return the process that listens on `port`, or None if it is another user's or this is not Linux."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
        except OSError:
            continue
        # fields: 1 is address:port in hexadecimal, 3 the state (0A listens), 9 the socket's inode
        inodes |= {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and int(row[1].rsplit(":", 1)[1], 16) == port}
    for link in glob.glob("/proc/[0-9]*/fd/*") if inodes else ():
        try:
            if os.readlink(link) in inodes:
                return int(link.split("/")[2])
        except OSError:  # ended in the meantime, or not ours to look at
            continue
    return None


# --- room -------------------------------------------------------------------------------------------------------------


def _hub_cache() -> Path:
    """Return the folder where huggingface_hub keeps downloaded weights, by its own rules."""
    home = os.environ.get("HF_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "huggingface"
    )
    return Path(os.path.expanduser(os.environ.get("HF_HUB_CACHE") or os.path.join(home, "hub")))


def _check_disk(name: str, folder: Path, needed: bool) -> Check:
    """Check whether the disk of `folder` (which need not exist yet) has 3 GiB left."""
    expected = "3 GiB free"
    there = folder.absolute()
    while not os.path.exists(there) and there != there.parent:  # Path.exists() raises where a parent is closed
        there = there.parent
    try:
        free = shutil.disk_usage(str(there)).free
    except OSError as error:
        return Check(name, False if needed else None, f"{there}: {error.strerror}", expected, "make it readable")
    found = f"{free / GIB:.1f} GiB free"
    if free >= 3 * GIB:
        return Check(name, True, found, expected)
    if needed:
        return Check(name, False, found, expected, f"free some space on the disk of {there}")
    todo = "weights from the hub need it; without it: python -m tutorial_lib build --weights classroom; or set HF_HOME"
    return Check(name, None, found, expected, todo)


def _check_shared_memory(folder: str = "/dev/shm") -> Check:
    """Python models exchange tensors with the server there; each takes 1 MiB, and more if the tensors are large."""
    name, expected = "/dev/shm", "32 MiB free, nothing left behind"
    if not os.path.isdir(folder):
        if platform.system() != "Linux":
            return Check(name, None, "not on this system", "only for the embedded server")
        return Check(name, False, "not there", expected, f"sudo mount -t tmpfs tmpfs {folder}")
    free = shutil.disk_usage(folder).free
    left = glob.glob(os.path.join(folder, "triton*"))
    found = f"{free / 2**20:.0f} MiB free"
    if free < 32 * 2**20:
        todo = "Python models need it: in a container, start it with --shm-size=1g"
        if left:
            todo += f"; {len(left)} files there are Triton's: if no server is running, rm {folder}/triton*"
        return Check(name, False, found, expected, todo)
    if left and not _tritonservers():
        todo = f"left by a server that was killed; harmless: rm {folder}/triton*"
        return Check(name, None, f"{found}, {len(left)} files left behind", expected, todo)
    return Check(name, True, found, expected)


def _tritonservers() -> list[int]:
    """Return the running tritonserver processes of all users."""
    found = []
    for comm in glob.glob("/proc/[0-9]*/comm"):
        try:
            if Path(comm).read_text().strip() == "tritonserver":
                found.append(int(comm.split("/")[2]))
        except OSError:
            continue
    return found


def _check_memory() -> Check:
    """Check how much memory a new program may still take, on this machine and in this container."""
    name, expected = "memory", "2 GiB free"
    try:
        rows = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        free = int(rows["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return Check(name, None, "unknown on this system", expected)
    try:  # cgroup 2: what the container may use, minus what it uses
        limit, used = (int(Path(f"/sys/fs/cgroup/memory.{name}").read_text()) for name in ("max", "current"))
        rows = dict(line.split() for line in Path("/sys/fs/cgroup/memory.stat").read_text().splitlines())
        free = min(free, limit - used + int(rows["inactive_file"]))  # cached files are given back at once
    except (OSError, KeyError, ValueError):  # no container, or "max": no limit
        pass
    found = f"{free / GIB:.1f} GiB free"
    if free >= 2 * GIB:
        return Check(name, True, found, expected)
    return Check(name, False, found, expected, "close other programs: without enough memory, a model dies silently")


LEARNER_GIB, LEARNER_CORES = 2.0, 0.5  # measured with a JupyterHub and rounded up: docs/WORKSHOP.md


def _check_weights(folder: Path) -> Check:
    """Weights should be built once, not by everyone at the same moment."""
    name, expected = "weights", "built"
    models = ("linear_regression_model", "resnet_model", "sentiment")
    missing = [model for model in models if not os.path.isfile(folder / model / "1" / "model.pt")]
    if not missing:
        return Check(name, True, "all three models", expected)
    return Check(name, False, f"missing: {', '.join(missing)}", expected, "make build ARGS='--weights classroom'")


def _check_room(learners: int) -> Check:
    """Check whether this many learners fit into the memory and onto the cores that this machine has in all."""
    name, cores = "room", _cores()
    memory, wanted = _all_memory() / GIB, (learners * LEARNER_GIB, max(2, learners * LEARNER_CORES))
    expected = f"{wanted[0]:.0f} GiB, {wanted[1]:.0f} cores for {learners}"
    found = f"{memory:.1f} GiB, {cores} cores"
    if memory >= wanted[0] * 0.95 and cores >= wanted[1]:  # a machine of 8 GiB shows a little less
        return Check(name, True, found, expected)
    if memory < wanted[0] * 0.95:
        return Check(
            name,
            False,
            found,
            expected,
            f"{int(memory / LEARNER_GIB)} learners fit; for more, a larger machine (docs/WORKSHOP.md)",
        )
    return Check(name, None, found, expected, "it works, but everyone waits if all start a server at once")


def _cores() -> int:
    """Return how many cores this process may use: by its affinity, and by its container's quota, rounded up."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        allowed, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return min(count, -(-int(allowed) // int(period)))
    except (OSError, ValueError):
        return count


def _all_memory() -> float:
    """Return how many bytes of memory this machine, or this container, may use in all."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return min(total, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError, AttributeError):  # no container, or "max": no limit
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")) if hasattr(os, "sysconf") else 0.0


# --- what the course can use, but does not need -----------------------------------------------------------------------


NO_ANSWER = "no answer"
DRIVERS = {"12": 525, "13": 580}  # the oldest driver for each CUDA
DRIVER_SECONDS = 20  # with many GPUs, a driver that nothing keeps loaded takes many seconds to start


def _output(command: list[str], seconds: float = 5) -> tuple[int, str]:
    """Run a short command; return its status (-1: it could not run, or was too slow) and the last line it printed."""
    try:
        done = subprocess.run(  # not text=True: a tool may answer in any encoding
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return -1, NO_ANSWER if isinstance(error, subprocess.TimeoutExpired) else str(error.strerror)
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    return done.returncode, lines[-1].strip() if lines else ""


def _check_gpu() -> Check:
    """An NVIDIA GPU makes things faster, but every lesson runs without one."""
    name, expected = "GPU", "none needed"
    if not shutil.which("nvidia-smi"):
        return Check(name, None, "no NVIDIA driver", expected)
    status, line = _output(
        ["nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"], DRIVER_SECONDS
    )
    if line == NO_ANSWER:
        found = f"nvidia-smi: no answer in {DRIVER_SECONDS} s"
        return Check(name, None, found, expected, "the driver is slow or hangs: run nvidia-smi yourself")
    if status != 0 or not line:
        return Check(name, None, f"nvidia-smi: {line or status}", expected, "the driver does not work; the CPU is used")
    if _torch_cuda() == "":
        return Check(name, None, line, expected, "to use it, install torch's CUDA build (README, 'GPU')")
    driver, needed = line.rpartition(", ")[2].partition(".")[0], DRIVERS.get(str(_torch_cuda()).partition(".")[0], 0)
    if driver.isdigit() and int(driver) < needed:
        hint = f"torch's build needs driver {needed} or newer; until then, export CUDA_VISIBLE_DEVICES=''"
        return Check(name, None, line, expected, hint)
    return Check(name, True, line, expected)


def _check_docker() -> Check:
    """With a Docker engine, serve(mode="docker") runs the current Triton container."""
    name, expected = "docker", 'only for serve(mode="docker")'
    if not shutil.which("docker"):
        return Check(name, None, "not installed", expected)
    status, line = _output(["docker", "version", "--format", "{{.Server.Version}}"])
    if status == 0 and line:
        return Check(name, True, f"engine {line}", expected)
    if "permission denied" in line.lower():
        return Check(name, None, "client, but no access to the engine", expected, "sudo usermod -aG docker $USER")
    return Check(name, None, "client, but no engine answers", expected, "to use it, start the engine")


def _check_curl() -> Check:
    """The lessons also show each HTTP request as a curl command."""
    path = shutil.which("curl")
    if path:
        return Check("curl", True, path, "for the curl lines of the lessons")
    todo = "sudo apt-get install curl   (Debian, Ubuntu)"
    return Check("curl", None, "not installed", "for the curl lines of the lessons", todo)


class _Hub:
    """One small question to the hub, asked in the background, because a name look-up has no timeout of its own."""

    def __init__(self, seconds: float = 3):
        self.endpoint = (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
        self._answer = f"no answer within {seconds:g} s"
        self._seconds = seconds
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON"):
            self._answer = "switched off by HF_HUB_OFFLINE"
            return
        url = f"{self.endpoint}/{HUB_MODELS[0]}/resolve/main/config.json"
        try:
            request = urllib.request.Request(url, method="HEAD")
            with urllib.request.urlopen(request, timeout=self._seconds):
                self._answer = "reachable"
        except urllib.error.HTTPError as error:
            self._answer = f"answers {error.code}"
        except (OSError, ValueError, http.client.HTTPException) as error:
            self._answer = f"not reachable: {getattr(error, 'reason', error)}"

    def answer(self) -> str:
        self._thread.join(self._seconds)
        return self._answer


def _check_hub(hub: _Hub | None = None) -> Check:
    """The hub has the weights of the big models; without it, small models are trained here."""
    hub = hub or _Hub()
    answer = hub.answer()
    cached = sum(_cached(model) for model in HUB_MODELS)
    name, expected = "hub", f"{hub.endpoint.split('//')[-1]} reachable, or cached"
    found = f"{answer}; {cached} of {len(HUB_MODELS)} models in its cache"
    if answer == "reachable" or cached == len(HUB_MODELS):
        return Check(name, True, found, expected)
    todo = "not needed: small classroom weights are trained here instead; HF_ENDPOINT names a mirror"
    return Check(name, None, found, expected, todo)


def _cached(model: str) -> bool:
    """Say whether any snapshot of `model` in the hub's cache has both a configuration and weights."""
    snapshots = glob.glob(str(_hub_cache() / f"models--{model.replace('/', '--')}" / "snapshots" / "*"))
    return any(
        os.path.exists(os.path.join(snapshot, "config.json"))
        and any(os.path.exists(os.path.join(snapshot, name)) for name in ("model.safetensors", "pytorch_model.bin"))
        for snapshot in snapshots
    )
