"""The project's own files: do they agree with each other, and with what is installed?"""

from __future__ import annotations

import importlib.metadata
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.waiting import until

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHONS = ("3.10", "3.11", "3.12")
# What the course is made of, whatever else it needs
REQUIRED = {"jupyterlab", "tritonclient", "numpy", "torch", "transformers", "pillow", "nbval", "nvidia-pytriton"}
# Packages that every virtual environment may hold, and torch's CUDA build, which torch itself names exactly
UNPINNED = re.compile(r"pip$|uv$|tutorial-lib$|triton$|cuda-toolkit$|nvidia-(cu|nccl|nvjitlink|nvshmem|nvtx)")


def requirements(extra: str | None = None) -> list[Requirement]:
    """Return what the project, or one of its extras, asks for; an extra that names another one has what that has."""
    lines = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    found = []
    for requirement in map(Requirement, lines):
        if requirement.name == PROJECT["name"]:
            found += [inner for other in requirement.extras for inner in requirements(other)]
        else:
            found.append(requirement)
    return found


RUNNING = "{}.{}".format(*sys.version_info)


def environment(python: str) -> dict[str, str]:
    """Return the markers' environment of Linux x86-64 with `python`: this very one, or a late patch release."""
    full = "{}.{}.{}".format(*sys.version_info) if python == RUNNING else f"{python}.9"
    linux = {"sys_platform": "linux", "platform_machine": "x86_64", "platform_system": "Linux", "os_name": "posix"}
    return {**linux, "python_version": python, "python_full_version": full, "extra": ""}


def pins(python: str, file: str = "constraints.txt") -> dict[str, str]:
    """Return {package: version} of the constraints that hold for `python`; a package that is pinned twice fails."""
    found: dict[str, str] = {}
    for line in (ROOT / file).read_text().splitlines():
        if line.startswith(("#", " ")):
            continue
        requirement = Requirement(line.rstrip("\\ "))
        if requirement.marker is None or requirement.marker.evaluate(environment(python)):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} is pinned twice for Python {python}"
            (specifier,) = requirement.specifier
            assert specifier.operator == "==", line
            found[name] = specifier.version
    return found


def test_the_course_needs_what_it_is_made_of():
    assert {canonicalize_name(r.name) for r in requirements()} >= REQUIRED
    assert next(r for r in requirements() if r.name == "tritonclient").extras == {"all"}


@pytest.mark.parametrize("requirement", requirements() + requirements("test"), ids=str)
def test_every_range_has_both_ends(requirement: Requirement):
    operators = {specifier.operator for specifier in requirement.specifier}
    assert ">=" in operators
    assert "<" in operators


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text()
    for requirement in requirements() + requirements("test"):
        line = next(line for line in text.splitlines() if line.strip().startswith(f'"{requirement.name}'))
        assert re.search(r'",?  # \w', line), line


def test_the_server_is_asked_for_only_where_it_runs():
    (server,) = [r for r in requirements() if r.name == "nvidia-pytriton"]
    here = environment("3.11")
    assert server.marker.evaluate(here)
    assert not server.marker.evaluate({**here, "platform_machine": "aarch64"})
    assert not server.marker.evaluate({**here, "sys_platform": "darwin"})


@pytest.mark.parametrize("python", PYTHONS)
def test_constraints_are_inside_the_ranges(python: str):
    pinned = pins(python)
    for requirement in requirements() + requirements("test"):
        if requirement.marker is None or requirement.marker.evaluate(environment(python)):
            assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


def test_torch_and_numpy_are_the_tested_ones():
    for python in PYTHONS:
        assert pins(python)["torch"] == "2.13.0"
        assert pins(python)["numpy"].startswith("1.")


def closure() -> dict[str, str]:
    """Return {package: installed version} of everything that the project asks for here, and so on down."""
    found: dict[str, str] = {}
    waiting = [(r, "") for r in requirements() + requirements("test")]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        known = name in found
        distribution = importlib.metadata.distribution(name)
        found[name] = distribution.version.split("+")[0]  # torch 2.13.0+cpu is the CPU build of 2.13.0
        for wanted in requirement.extras if known else {"", *requirement.extras}:
            waiting += [(Requirement(line), wanted) for line in distribution.requires or [] if wanted or not known]
    return found


def test_constraints_pin_everything_that_these_tests_run_with():
    pinned = pins(RUNNING)
    installed = {name: version for name, version in closure().items() if not UNPINNED.match(name)}
    assert len(installed) > 100
    assert installed == {name: pinned.get(name) for name in installed}


@pytest.mark.parametrize("python", PYTHONS)
def test_every_pin_but_torchs_has_its_hashes(python: str):
    assert pins(python, "hashes.txt") == {name: pin for name, pin in pins(python).items() if name != "torch"}
    for item in re.split(r"\n(?=\S)", (ROOT / "hashes.txt").read_text().strip())[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", item), item[:80]


def test_conda_and_pyproject_agree():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    *packages, by_pip = conda["dependencies"]
    conda_requirements = {Requirement(line).name: Requirement(line).specifier for line in packages}
    assert set(conda_requirements) == {"python", "pip"}  # everything else comes from pyproject.toml, so cannot disagree
    assert conda_requirements["python"] == SpecifierSet(PROJECT["requires-python"])
    assert by_pip["pip"][0] == "-c constraints.txt"
    (editable,) = by_pip["pip"][1:]
    extras = re.fullmatch(r"-e \.\[([\w,]+)\]", editable)
    assert extras
    assert set(extras[1].split(",")) <= set(PROJECT["optional-dependencies"])


def test_python_range_is_the_one_that_the_makefile_and_doctor_check():
    supported = [f"3.{minor}" for minor in range(6, 20) if f"3.{minor}" in SpecifierSet(PROJECT["requires-python"])]
    assert tuple(supported) == PYTHONS
    assert "(3, 10) <= sys.version_info[:2] < (3, 13)" in (ROOT / "Makefile").read_text()
    assert "(3, 10) <= sys.version_info[:2] < (3, 13)" in (ROOT / "tutorial_lib" / "doctor.py").read_text()


def test_the_kernel_is_this_environments_own():
    from jupyter_client.kernelspec import KernelSpecManager

    assert Path(KernelSpecManager().get_kernel_spec("python3").resource_dir).is_relative_to(sys.prefix)


# --- the Makefile -----------------------------------------------------------------------------------------------------


def make(*words: str, folder: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTHON", "ARGS"))}
    return subprocess.run(
        ["make", *words], cwd=folder, env={**clean, **env}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose path has a space, with the files that the set-up reads."""
    folder = tmp_path / "my course"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)


def ready(checkout: Path) -> Path:
    """Make `checkout` look set up, with a python that only says what it was asked."""
    # long commands come as: python -c '(hear Ctrl-C, then run:)' .venv/bin/python WORDS
    text = '[ "$1" != -c ] || shift 3\necho "asked: $*"\n'
    program(checkout / ".venv" / "bin" / "python", text)
    (checkout / ".venv" / "made").write_text(f"{checkout}\n")
    (checkout / ".venv" / "ready").write_text(f"{checkout}\n")
    return checkout


def test_make_alone_shows_every_target():
    shown = make().stdout
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"run", "tour", "setup", "test", "serve", "lab", "clean", "help", "notebooks", "lint"} <= set(targets)
    assert set(re.findall(r"  make ([a-z-]+)", shown)) == set(targets) - {"constraints"}
    assert make("help").stdout == shown


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("tour", "-m tutorial_lib tour -x"),
        ("serve", "-m tutorial_lib serve -x"),
        ("build", "-m tutorial_lib build -x"),
        ("notebooks", "-m tutorial_lib notebooks -x"),
        ("test", "-m pytest --lanes 4 -x"),
        ("doctor", "-m tutorial_lib doctor"),
    ],
)
def test_target_runs_its_command_without_a_second_setup(checkout: Path, target: str, asked: str):
    done = make(target, "ARGS=-x", folder=ready(checkout))
    assert (done.stdout, done.returncode) == (f"asked: {asked}\n", 0)


def test_run_without_a_terminal_ends_after_the_tour(checkout: Path):
    done = make("run", folder=ready(checkout))
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "asked: -m tutorial_lib tour"
    assert "jupyterlab" not in done.stdout


def test_run_fails_when_the_tour_fails(checkout: Path):
    program(ready(checkout) / ".venv" / "bin" / "python", "exit 3\n")
    assert make("run", folder=checkout).returncode == 2  # make's own status for a failed recipe
    assert make("tour", folder=checkout).returncode == 2


def status(pid: int, name: str) -> str:
    """Return the first word that /proc has for a process under this name."""
    return re.search(rf"^{name}:\s+(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1]


@pytest.mark.parametrize("to_group", [True, False], ids=["Ctrl-C", "kill of make"])
def test_the_end_of_make_is_the_end_of_the_server(checkout: Path, to_group: bool):
    program(
        ready(checkout) / ".venv" / "bin" / "python",
        f'exec "{sys.executable}" -u - <<END\nimport os, signal, sys, time\n'
        "def end(number, _): time.sleep(0.5); sys.exit(print('cleaned up after', number))\n"
        "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, end)\n"
        "print(os.getpid()); time.sleep(60)\nEND\n",
    )
    make_serve = subprocess.Popen(
        ["make", "serve"],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with make_serve:
        pid = int(make_serve.stdout.readline())
        # a program may be at work before make and its shell have noted that, and a signal then passes it by
        shell = int(status(pid, "PPid"))
        until(lambda: int(status(shell, "SigCgt"), 16) >> (signal.SIGTERM - 1) & 1)
        until(lambda: status(make_serve.pid, "State") == "S")
        if to_group:
            os.killpg(make_serve.pid, signal.SIGINT)
        else:
            make_serve.terminate()
        rest = make_serve.communicate(timeout=20)[0]  # ends when the last holder of its output has ended
    assert f"cleaned up after {signal.SIGINT if to_group else signal.SIGTERM:d}" in rest
    assert not to_group or "***" not in rest
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("change", ["pyproject.toml", "constraints.txt"])
def test_setup_runs_again_when_its_files_change(checkout: Path, change: str):
    assert "ready" in make("setup", folder=ready(checkout)).stdout
    later = (checkout / ".venv" / "ready").stat().st_mtime + 10
    os.utime(checkout / change, (later, later))
    assert make("--question", "setup", folder=checkout).returncode == 1
    assert make("--question", ".venv/ready", folder=checkout).returncode == 1


def test_a_killed_or_moved_setup_is_not_believed(checkout: Path):
    assert make("--question", ".venv/ready", folder=ready(checkout)).returncode == 0
    (checkout / ".venv" / "ready").write_text("/somewhere else\n")
    assert make("--question", ".venv/ready", folder=checkout).returncode == 1
    (checkout / ".venv" / "ready").unlink()
    assert make("--question", ".venv/ready", folder=checkout).returncode == 1


@pytest.mark.parametrize("version", ["3.9.18", "3.13.0"])
def test_setup_names_the_unsuitable_python_and_the_way_out(checkout: Path, version: str):
    # the script asks for the version first, then whether it suits
    program(checkout / "old python", f'case "$2" in *print*) echo {version};; *) exit 1;; esac\n')
    done = make("setup", f"PYTHON={checkout / 'old python'}", folder=checkout)
    assert done.returncode != 0
    assert f"old python: {version}" in done.stderr
    assert "3.10, 3.11 or 3.12" in done.stderr
    assert "make setup PYTHON=python3.12" in done.stderr
    assert not (checkout / ".venv").exists()


def test_setup_names_the_package_that_makes_environments(checkout: Path):
    program(checkout / "bare python", 'case "$2" in *print*) echo 3.11.2;; *venv*|*pip*) exit 1;; esac\n')
    done = make("setup", f"PYTHON={checkout / 'bare python'}", folder=checkout, PATH="/usr/bin:/bin")  # without uv
    assert done.returncode != 0
    assert "apt-get install python3.11-venv" in done.stderr


def test_clean_says_what_it_removes_and_keeps_what_git_knows(checkout: Path):
    ready(checkout)
    ours, own = (checkout / "model_repository" / name / "1" for name in ("sentiment", "a model of one's own"))
    for version in (ours, own):
        (version / "__pycache__").mkdir(parents=True)
        for name in ("model.pt", "tokenizer.json", "model.py"):
            (version / name).touch()
    done = make("clean", folder=checkout)
    assert done.returncode == 0
    assert "removing .venv" in done.stdout
    assert "sentiment/1/model.pt" in done.stdout
    assert not (checkout / ".venv").exists()
    assert [path.name for path in ours.iterdir()] == ["model.py"]
    assert sorted(path.name for path in own.iterdir()) == ["model.pt", "model.py", "tokenizer.json"]


# --- all files --------------------------------------------------------------------------------------------------------


def tracked() -> list[Path]:
    """Return the files that git knows or would take; every file when this is no clone."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("no git here to say which files belong to the project")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_built_weights_and_nothing_large():
    for path in tracked():
        assert path.suffix not in {".pt", ".pth", ".safetensors", ".onnx"}, f"{path} is built, not committed"
        assert path.stat().st_size < 1_000_000, path


def test_no_file_names_a_package_registry():
    hosts = [b"pypi" + b".org", b"pythonhosted" + b".org", b"download.pytorch" + b".org", b"deb.debian" + b".org"]
    for path in tracked():
        text = path.read_bytes()
        assert not [host.decode() for host in hosts if host in text], path


def test_ci_runs_the_commands_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert re.search(r"^make test$", script, re.MULTILINE)
    assert re.search(r"^make tour$", script, re.MULTILINE)
    assert subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=False).returncode == 0
