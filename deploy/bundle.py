"""Make one archive that installs the whole course on a machine without a network: python deploy/bundle.py [FILE]

It holds the project with the classroom weights, the site if it was built (.build/site), install.sh, and a wheel of
every package in this environment, in the same version. So it fits machines with the same Python (such as 3.11) and
Linux x86-64.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
NAME = "triton-course"
PYTHON = "python{}.{}".format(*sys.version_info)
WEIGHTS = ("model.pt", "tokenizer.json", "built.json")  # built, never committed
# if git cannot say what belongs to the project: files made by tools on this machine, or somebody's own
LEFT_OUT = (
    ".git",
    ".venv*",
    ".build",
    ".progress.json*",
    "__pycache__",
    ".ipynb_checkpoints",
    "*.egg-info",
    ".*_cache",
    ".hypothesis",
    ".env*",
)
INSTALL = f"""#!/bin/sh
# Installs the course in this folder, from this folder alone. PYTHON=... names another {PYTHON}.
set -eu
cd "$(dirname "$0")"
wheels=$(printf %s "$PWD/wheels" | sed 's/ /%20/g')
export PIP_NO_INDEX=1 PIP_FIND_LINKS="file://$wheels" PIP_CONFIG_FILE=/dev/null HF_HUB_OFFLINE=1
make setup PYTHON="${{PYTHON:-{PYTHON}}}"
.venv/bin/python -m tutorial_lib doctor --workshop
echo "Next, in this folder: make lab"
"""


def packages() -> list[str]:
    """Return NAME==VERSION for all that is installed here except the project; also, by name, what builds it."""
    found = {re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower(): d.version for d in importlib.metadata.distributions()}
    found.pop("tutorial-lib", None)
    found.pop("pip", None)
    found.pop("setuptools", None)
    return [*(f"{name}=={version}" for name, version in sorted(found.items())), "pip", "setuptools", "wheel"]


def download(folder: Path) -> None:
    """Fetch the wheels, except those that are already there from the last time."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--find-links", str(folder), "--dest", str(folder)]
    done = subprocess.run([*command, *packages()], check=False)
    if done.returncode:
        sys.exit(
            f"bundle: pip could not fetch every wheel (exit {done.returncode}; its reason is above).\n"
            "Expected: a package index that has the versions of this .venv. Try: the same PIP_EXTRA_INDEX_URL as with\n"
            "make setup (torch's CPU build comes from PyTorch's own index, also when uv chose it)"
        )


def copy(project: Path, folder: Path) -> None:
    """Copy what is committed or added, in its present state, and the weights; without git, all except LEFT_OUT."""
    if not (project / ".git").exists() or shutil.which("git") is None:
        shutil.copytree(project, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        return
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=project, stdout=subprocess.PIPE, text=True, check=True)
    names = [project / name for name in listed.stdout.split("\0") if name]
    names += [path for path in (project / "model_repository").rglob("*") if path.name in WEIGHTS]
    for path in names:
        if path.is_file():  # not if it was deleted, and the index does not know yet
            (folder / path.relative_to(project)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, folder / path.relative_to(project))


def main(target: Path) -> None:
    """Build the weights, fetch the wheels, and write the archive."""
    target.unlink(missing_ok=True)  # if this fails, nobody must mistake the last one for the new one
    subprocess.run([sys.executable, "-m", "tutorial_lib", "build", "--weights", "classroom"], cwd=PROJECT, check=True)
    wheels = PROJECT / ".build" / "wheels"
    download(wheels)
    folder = PROJECT / ".build" / NAME
    shutil.rmtree(folder, ignore_errors=True)
    copy(PROJECT, folder)
    if (PROJECT / ".build" / "site").is_dir():
        shutil.copytree(PROJECT / ".build" / "site", folder / "site")
    (folder / "install.sh").write_text(INSTALL)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, "w") as archive:  # wheels are already compressed
        archive.add(folder, NAME)
        for name in sorted(wheel_names(wheels)):
            archive.add(wheels / name, f"{NAME}/wheels/{name}")
    shutil.rmtree(folder)
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    shown = target.relative_to(PROJECT) if target.is_relative_to(PROJECT) else target
    print(f"{shown}: {target.stat().st_size / 2**20:.0f} MiB, SHA-256 {digest.hexdigest()}")
    print(
        f"On the other machine, which needs {PYTHON} with venv, and make: tar xf {target.name} && sh {NAME}/install.sh"
    )


def wheel_names(wheels: Path) -> set[str]:
    """Return the wheels of the versions that are wanted now; the folder may also hold older ones."""
    wanted = {tuple(item.split("==")) for item in packages() if "==" in item}
    names = set()
    for path in wheels.glob("*.whl"):
        name, version = re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower(), path.name.split("-")[1]
        if (name, version) in wanted or name in ("pip", "setuptools", "wheel"):
            names.add(path.name)
    return names


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else PROJECT / ".build" / f"{NAME}-bundle.tar")
