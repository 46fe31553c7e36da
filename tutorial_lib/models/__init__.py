"""The guide's models: build their weights, say which are in place and why, and run them locally for comparison.

One build makes one family of models (`resnet_ensemble` belongs to resnet) in three steps, each of which happens in full
or not at all: the family writes its files into a staging folder; the folder is renamed into the cache `.build/`; and
the files are copied into the model repository, where the stamp `built.json` is removed first and put back last.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import numpy as np

from tutorial_lib.models import linear_regression, resnet, sentiment
from tutorial_lib.models import weights as hub

__all__ = ["MODELS", "BuildError", "Built", "build", "built", "describe", "full_size", "reference", "repository_path"]

FAMILIES: dict[str, ModuleType] = {"linear_regression": linear_regression, "resnet": resnet, "sentiment": sentiment}
MODELS: dict[str, str] = {  # the guide's model -> its family
    "linear_regression_model": "linear_regression",
    "resnet_preprocessor": "resnet",
    "resnet_model": "resnet",
    "resnet_postprocessor": "resnet",
    "resnet_ensemble": "resnet",
    "sentiment": "sentiment",
}
ROOM = {"hub": 2_000, "classroom": 200, "random": 1_500}  # MB that must be free before a family is made
PROJECT = Path(__file__).resolve().parents[2]
SOURCES = ("auto", "hub", "classroom", "random")
STAMP = "built.json"
Say = Callable[[str], None]


class BuildError(RuntimeError):
    """A build did not happen. The message says what was found, what was expected and what to try."""


@dataclass(frozen=True)
class Built:
    """One model with built files: which weights it has, why (`facts["why"]`), and what this build had to do for it."""

    name: str
    weights: str  # "hub", "classroom" or "random"
    seconds: float
    cached: bool  # nothing was trained or downloaded
    facts: dict


def repository_path() -> Path:
    """Return the model repository: TRITON_COURSE_REPOSITORY, or the project's `model_repository/`."""
    return Path(os.environ.get("TRITON_COURSE_REPOSITORY") or PROJECT / "model_repository")


def _cache_path() -> Path:
    """Return the build cache: TRITON_COURSE_BUILD (for tests), or the project's `.build/`."""
    return Path(os.environ.get("TRITON_COURSE_BUILD") or PROJECT / ".build")


def build(
    *names: str,
    weights: str | None = None,
    repository: Path | str | None = None,
    progress: bool | None = None,
    force: bool = False,
    say: Say | None = None,
) -> list[Built]:
    """Put the weights of the named models (none: all) into the model repository, and make only what is missing.

    `weights` is "hub" (downloaded), "classroom" (trained here, no network), "random" (see `full_size`) or "auto": hub
    weights that are cached, else what is installed, else the hub if it answers within 3 s, else classroom. The default
    is what the environment variable TRITON_COURSE_WEIGHTS says, else "auto". `progress` draws bars on stderr (None: on
    a terminal and in a notebook, where someone is waiting), `force` makes everything again, and `say` gets a line per
    step. Raises BuildError if a name is unknown, the hub cannot be used, or the disk is full or read-only; what was in
    place before stays whole.
    """
    say, weights = say or _silent, weights or os.environ.get("TRITON_COURSE_WEIGHTS") or "auto"
    wanted = dict.fromkeys(_family(name) for name in names or MODELS)
    if weights not in SOURCES:
        raise BuildError(f"Found weights {weights!r}, expected one of: {', '.join(SOURCES)}.")
    builder = _Builder(
        Path(repository) if repository else repository_path(),
        _cache_path(),
        (sys.stderr.isatty() or "ipykernel" in sys.modules) if progress is None else progress,
        force,
        say,
    )
    with _explained(builder.cache):
        return [item for family in wanted for item in builder.build(family, weights)]


def full_size(*names: str, say: Say | None = None) -> Path:
    """Build the named models (none: all) with "random" weights, in a separate model repository; return its folder.

    These are ResNet-50 and BERT-base in the size that the hub has, for measuring speed without a network. Their answers
    mean nothing, so they are kept apart from the course's models. Raises BuildError like `build()`.
    """
    folder = _cache_path() / "full-size"
    made = {Path(file).name for family in FAMILIES.values() for files in family.BUILDS.values() for file in files}
    for name in MODELS:
        ignore = shutil.ignore_patterns(STAMP, "__pycache__", *made)
        shutil.copytree(repository_path() / name, folder / name, ignore=ignore, dirs_exist_ok=True)
    build(*names, weights="random", repository=folder, say=say)
    return folder


def built(name: str, repository: Path | str | None = None) -> dict | None:
    """Return the stamp of a model (weights, why, key, facts, files), or None if it is not built or not whole.

    A preprocessor or ensemble has no weights of its own, so you get the stamp of its family's network.
    Raises BuildError for a name that does not exist.
    """
    folder = Path(repository) if repository else repository_path()
    models = FAMILIES[_family(name)].BUILDS
    stamps = [_read_stamp(folder / model) for model in ([name] if name in models else models)]
    return stamps[0] if all(stamps) else None


def describe(repository: Path | str | None = None) -> str:
    """Return one line per model with built files: which weights it has, and why."""
    lines = []
    for family in FAMILIES.values():
        for name in family.BUILDS:
            stamp = built(name, repository)
            lines.append(f"{name}: " + (f"{stamp['weights']} weights ({stamp['why']})" if stamp else "not built"))
    return "\n".join(lines)


def reference(name: str, inputs: dict[str, np.ndarray], repository: Path | str | None = None) -> dict[str, np.ndarray]:
    """Run a model in this process, from the files that the server serves, with the same names, shapes and datatypes.

    Raises BuildError if the model is unknown or not built, and ValueError for inputs that it cannot take.
    """
    folder = Path(repository) if repository else repository_path()
    family = FAMILIES[_family(name)]
    if not all((folder / model / STAMP).is_file() for model in family.BUILDS):  # built() would read every byte
        raise BuildError(f"{name} is not built in {folder}. Try: python -m tutorial_lib build {name}")
    hub.quiet()
    return family.reference(name, inputs, folder)


def _family(name: str) -> str:
    if name not in MODELS:
        raise BuildError(f"Found model {name!r}, expected one of: {', '.join(MODELS)}.")
    return MODELS[name]


@dataclass
class _Builder:
    repository: Path
    cache: Path
    progress: bool
    force: bool
    say: Say

    def build(self, family: str, weights: str) -> Iterator[Built]:
        start = time.monotonic()
        source, why = self.decide(family, weights)
        cached = not self.force
        if self.force or not self.is_installed(family, source):  # else nothing is written: the disk may be read-only
            with _lock(self.cache, self.say):
                if self.force or not self.is_installed(family, source):  # by another build meanwhile
                    source, why, cached = self.install(family, weights, source, why)
        for name in FAMILIES[family].BUILDS:
            facts = self.explain(name, why)
            seconds = time.monotonic() - start
            self.say(f"{name}: {source} weights ({why}), {'up to date' if cached else 'built'}, {seconds:.1f} s")
            yield Built(name, source, seconds, cached, {**facts, "why": why})

    def explain(self, name: str, why: str) -> dict:
        """Write into an installed model's stamp why it has these weights; return the facts about how it was made."""
        file = self.repository / name / STAMP
        stamp = json.loads(file.read_text(encoding="utf-8"))
        if stamp["why"] != why:
            with contextlib.suppress(OSError), _lock(self.cache, self.say):  # read-only: without the note
                stamp = json.loads(file.read_text(encoding="utf-8"))
                _replace(file, {**stamp, "why": why})
        return stamp["facts"]

    def install(self, family: str, weights: str, source: str, why: str) -> tuple[str, str, bool]:
        """Put the family's files into the repository; return their source, why, and whether the cache had them."""
        for leftover in self.cache.glob("*.tmp.*"):  # we hold the lock, so whoever wrote them is gone
            shutil.rmtree(leftover)
        try:
            cached = self.provide(family, source)
        except hub.HubError as error:
            if weights == "hub":
                raise BuildError(
                    f"{family}: found no usable hub weights, expected {' at '.join(FAMILIES[family].HUB)}.\n"
                    f"{error}\n"
                    "Try: check the network (python -m tutorial_lib doctor), or --weights classroom: it needs none."
                ) from error
            source, why = "classroom", f"the hub failed: {str(error).splitlines()[0]}"
            self.say(f"{family}: {why}; classroom weights instead")
            cached = self.provide(family, source)
        made = self.cache / _folder_name(family, source)
        for name in FAMILIES[family].BUILDS:
            _install(made, name, self.repository / name, source)
        return source, why, cached

    def decide(self, family: str, weights: str) -> tuple[str, str]:
        """Return the source of the weights, and why this source."""
        module = FAMILIES[family]
        if module.HUB is None:
            return "classroom", "trained here; it has no others"
        if weights != "auto":
            return weights, "asked for"
        if (self.cache / _folder_name(family, "hub")).exists() or hub.is_cached(*module.HUB):
            return "hub", "already downloaded"
        if not self.force and (stamp := self.is_installed(family, "classroom")):
            return "classroom", stamp.get("why", "")  # switching now would mean a download that nobody asked for
        reason = hub.why_unreachable(*module.HUB)
        return ("classroom", reason) if reason else ("hub", "the hub answers")

    def is_installed(self, family: str, weights: str) -> dict | None:
        """Return a stamp if all models of the family are in the repository, complete and in this very version."""
        stamps = [_read_stamp(self.repository / name) for name in FAMILIES[family].BUILDS]
        key = _key(family, weights)
        return stamps[0] if all(stamp and stamp["key"] == key for stamp in stamps) else None

    def provide(self, family: str, weights: str) -> bool:
        """Make sure that the family's files are in the cache; return True if they were there already."""
        made = not self.force and self.is_made(family, weights)
        if not made:
            self.make(family, weights)
        return made

    def is_made(self, family: str, weights: str) -> bool:
        """Say whether the cache has all of this family's files, undamaged."""
        made = self.cache / _folder_name(family, weights)
        if not (made / STAMP).exists():
            return False
        models = json.loads((made / STAMP).read_text(encoding="utf-8"))["models"]
        return all(_is_whole(made / name, files) for name, files in models.items())

    def make(self, family: str, weights: str) -> None:
        """Let the family write its files, then rename the staging folder into the cache in one step."""
        module, target = FAMILIES[family], self.cache / _folder_name(family, weights)
        staging = target.with_name(f"{target.name}.tmp.{os.getpid()}")
        free = shutil.disk_usage(self.cache).free // 1_000_000
        if free < ROOM[weights]:  # checked first, because torch's writer ends the process if the disk is full
            raise BuildError(
                f"Found {free} MB free for {self.cache}, expected at least {ROOM[weights]} MB to make {family}.\n"
                "Try: free some space, then build again; finished models are kept."
            )
        doing = {"hub": "downloading", "classroom": "training", "random": "writing random numbers"}
        self.say(f"{family}: {doing[weights]}")
        staging.mkdir()
        try:
            hub.quiet()
            if weights == "hub":
                hub.fetch(*module.HUB, progress=self.progress, say=self.say)
            facts = _made(module, weights, staging, self.progress)
            models = {
                name: {file: _fingerprint(staging / name / file) for file in files}
                for name, files in module.BUILDS.items()
            }
            _replace(staging / STAMP, {"models": models, "facts": facts})
            for path in staging.rglob("*"):
                _sync(path)
            shutil.rmtree(target, ignore_errors=True)
            staging.rename(target)
            _sync(self.cache)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        for old in self.cache.glob(f"{family}-{weights}-*"):  # earlier versions, which nobody will ask for again
            if old != target:
                shutil.rmtree(old)


def _silent(_line: str) -> None:
    """Say nothing."""


def _made(module: ModuleType, weights: str, staging: Path, progress: bool) -> dict:
    """Call make(). Any error with hub weights, except a full or read-only disk, counts as a failure of the hub."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # from torch and transformers about each other; nothing you can act on
            return module.make(weights, staging, progress)
    except Exception as error:
        if weights != "hub" or getattr(error, "errno", None) in DISK:
            raise
        raise hub.HubError(f"{type(error).__name__}: {error}") from error


DISK = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
    errno.ENOTDIR: "a file stands where a folder belongs",
    errno.EEXIST: "a file stands where a folder belongs",
}


@contextlib.contextmanager
def _explained(cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in DISK:
            raise
        where = error.filename or cache
        raise BuildError(
            f"Cannot write {where}: {DISK[error.errno]}.\n"
            f"Expected: write access and room for {cache} and the model repository.\n"
            "Try: free some space or change the owner, then build again; finished models are kept."
        ) from error


@contextlib.contextmanager
def _lock(cache: Path, say: Say) -> Iterator[None]:
    """Let one build at a time into the cache. The system frees the lock when its holder ends, in whatever way."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build is running; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _key(family: str, weights: str) -> str:
    """Return a key for everything that decides the result: sources, weights, revision, library versions."""
    module = FAMILIES[family]
    digest = hashlib.sha256()
    if missing := [str(source) for source in module.SOURCES if not source.is_file()]:
        raise BuildError(f"{family} is made from files that are missing: {', '.join(missing)}.\nTry: git checkout .")
    for source in sorted(module.SOURCES):
        digest.update(source.name.encode() + b"\0" + hashlib.sha256(source.read_bytes()).digest())
    origin = module.HUB if weights == "hub" else None
    digest.update(repr((weights, origin, version("torch"), version("transformers"))).encode())
    return digest.hexdigest()[:16]


def _folder_name(family: str, weights: str) -> str:
    return f"{family}-{weights}-{_key(family, weights)}"


def _fingerprint(path: Path) -> dict:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def _is_whole(folder: Path, files: dict[str, dict]) -> bool:
    return all((folder / file).is_file() and _fingerprint(folder / file) == found for file, found in files.items())


def _read_stamp(folder: Path) -> dict | None:
    """Return the stamp of an installed model if its files are what the stamp says."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return stamp if _is_whole(folder, stamp["files"]) else None
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError):
        return None  # not built, or somebody changed the stamp


def _install(made: Path, name: str, folder: Path, weights: str) -> None:
    """Copy a model from the cache into the repository; without a stamp, it does not count as built."""
    record = json.loads((made / STAMP).read_text(encoding="utf-8"))
    files, key = record["models"][name], made.name.rsplit("-", 1)[-1]
    copies = {file: folder / f"{file}.tmp" for file in files}
    try:  # all copies first, then all renames, so that a disk that fills up leaves the old model in place
        for file, copy in copies.items():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made / name / file, copy)
            _sync(copy)
        (folder / STAMP).unlink(missing_ok=True)
        for file in files:  # old and new files must never be side by side, or a server could take them for a model
            (folder / file).unlink(missing_ok=True)
        for file, copy in copies.items():
            os.replace(copy, folder / file)
            _sync(copy.parent)
    finally:
        for copy in copies.values():
            copy.unlink(missing_ok=True)
    stamp = {"weights": weights, "why": "", "key": key, "facts": record["facts"], "files": files}
    _replace(folder / STAMP, stamp)


def _replace(path: Path, content: dict) -> None:
    """Write a JSON file so that it is there in full or not at all."""
    copy = path.with_name(f"{path.name}.tmp")
    copy.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    _sync(copy)
    os.replace(copy, path)


def _sync(path: Path) -> None:
    """Make sure that a file, or a folder's list of names, is on the disk before the next step."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
