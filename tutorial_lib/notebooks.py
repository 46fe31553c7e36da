"""Run the lessons and store their outputs in a normal form, so that a second run changes no line.

The notebooks with solutions are made from the lessons and the exercises' own solutions, never written by hand.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

__all__ = [
    "START_CELL",
    "NotebookError",
    "execute",
    "insert_start_cells",
    "normalise",
    "public_address",
    "with_solutions",
    "with_start_cell",
    "write_solutions",
]

# Colab has another numpy, already loaded, so it needs a new session; TRITON_COURSE_COLAB lets a test simulate Colab
START_CELL = """\
# @title Google Colab only: installs the course there. Elsewhere this cell does nothing.
import os
import subprocess
import sys

home = "/content" if "google.colab" in sys.modules else os.environ.get("TRITON_COURSE_COLAB")
if home and not os.path.exists(f"{home}/course/installed"):
    repository = "" if os.path.exists(f"{home}/course") else input("The address of the course's git repository: ")
    repository and subprocess.run(["git", "clone", "--quiet", "--depth=1", repository, f"{home}/course"], check=True)
    for words in (["pip", "install", "--quiet", "--editable", "."], ["tutorial_lib", "setup"]):
        subprocess.run([sys.executable, "-m", *words], cwd=f"{home}/course", check=True)
    os.mkdir(f"{home}/course/installed")
    print("Installed. The session starts again, with numpy 1; then run this cell and the next ones.", flush=True)
    os.kill(os.getpid(), 9)
os.chdir(f"{home}/course/notebooks" if home else ".")
"""
START_ID = "start-on-colab"
# JupyterLab and Colab fold its lines away, and the site, where nothing runs, leaves it out
START_METADATA = {"cellView": "form", "jupyter": {"source_hidden": True}, "tags": ["remove-cell"]}
FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
ENVIRONMENT = {  # the tests set these too: without them, warnings and stray lines change the outputs
    "GRPC_ENABLE_FORK_SUPPORT": "0",  # %%bash forks; gRPC's fork handlers print to stderr
    "TRITON_COURSE_WEIGHTS": "classroom",
    "HF_HUB_OFFLINE": "1",
    "TRITON_COURSE_PROGRESS": os.path.join(tempfile.gettempdir(), f"triton-course-solutions-{os.getuid()}.json"),
    "TRITON_COURSE_WAITS": "off",  # no lines and bars for people who are waiting
    "TRITON_COURSE_ADMIN_KEY": "off",  # stored outputs are those of a machine that you do not share
    "CUDA_VISIBLE_DEVICES": "",  # and of one without a GPU
}
WIDGET = "application/vnd.jupyter.widget-view+json"


class NotebookError(RuntimeError):
    """A cell failed, or a notebook does not exist; the message names the notebook, the cell and the error."""


def execute(names: Sequence[str] = (), say: Callable[[str], None] = print) -> None:
    """Run the named notebooks (default: all) from top to bottom, each in a fresh kernel, and store the outputs.

    Raises NotebookError at the first cell that fails; the file of that notebook then stays as it was.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError

    paths = [_find(name) for name in names] or sorted(FOLDER.rglob("[0-9]*.ipynb"))
    os.environ.update(ENVIRONMENT)
    os.environ.pop("TRITON_URL", None)  # each lesson starts its own server
    for path in paths:
        began = time.monotonic()
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": path.parent}},
        )
        try:
            client.execute()
        except (CellControlSignal, DeadKernelError) as error:  # a cell failed, took too long, or killed the kernel
            failed = isinstance(error, CellExecutionError)
            why = f"{error.ename}: {error.evalue}" if failed else f"{type(error).__name__}: {error}"
            raise NotebookError(f"{path.name}, code cell {client.code_cells_executed}: {why}") from None
        normalise(notebook)
        nbformat.write(notebook, path)
        say(f"{os.path.relpath(path, FOLDER)}: {time.monotonic() - began:.1f} s")


def write_solutions(solutions: Mapping[str, str]) -> list[Path]:
    """Write `notebooks/solutions/` from the lessons and {exercise: code}; return the changed ones, without outputs."""
    import nbformat

    made = []
    for path in sorted(FOLDER.glob("[0-9]*.ipynb")):
        notebook = with_solutions(nbformat.read(path, as_version=4), solutions)
        target = FOLDER / "solutions" / path.name
        if notebook is None or (
            target.exists() and _sources(nbformat.read(target, as_version=4)) == _sources(notebook)
        ):
            continue
        target.parent.mkdir(exist_ok=True)
        normalise(notebook)
        nbformat.write(notebook, target)
        made.append(target)
    return made


def _sources(notebook) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def with_solutions(lesson, solutions: Mapping[str, str]):  # NotebookNodes, None for a lesson without exercises
    """Return a lesson's part "Your turn" with solutions in place of the stubs, and a cell that stops the server."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    titles = [cell.source.startswith("## Your turn") for cell in lesson.cells]
    if True not in titles:
        return None
    name = lesson.cells[0].source.partition("\n")[0].lstrip("# ")
    cells = [new_markdown_cell(f"# Solutions: {name}\n\nOne right answer for each; others are right too.")]
    for cell in lesson.cells[titles.index(True) + 1 :]:
        if cell.source.startswith("## "):
            break
        key = re.search(r"^check\(\"(\d\d\.\d+)\"", cell.source, re.MULTILINE)
        if key and len(cell.source.splitlines()) > 3:  # the stub says what the task is
            cells.append(new_markdown_cell(f"```python\n{cell.source}\n```"))
        source = solutions[key[1]] if key else cell.source
        cells.append(new_code_cell(source) if cell.cell_type == "code" else new_markdown_cell(source))
        cells[-1].metadata = {"tags": tags} if (tags := cell.metadata.get("tags")) else {}
    return new_notebook(cells=[*cells, new_code_cell("server.stop()")])


def public_address(checkout: Path = FOLDER.parent) -> str:
    """Return the https address of the public git repository that a checkout comes from, or "" if there is none."""
    words = ["git", "-C", str(checkout), "config", "--get", "remote.origin.url"]
    try:
        origin = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:  # no git
        return ""
    origin = re.sub(r"^(?:ssh://)?git@([^/:]+)[:/]", r"https://\1/", origin).removesuffix(".git")
    return origin if re.fullmatch(r"https://(github|gitlab)\.com/[\w.-]+/[\w./-]+", origin) else ""


def with_start_cell(lesson, address: str = ""):  # NotebookNodes
    """Return the lesson with START_CELL (not an older one) after its title; with no address, the cell asks for it."""
    from nbformat.v4 import new_code_cell

    source = START_CELL.rstrip()
    if address:
        source = re.sub(r"input\(.*\)", lambda _: f'"{address}"', source)
    title, *cells = [cell for cell in lesson.cells if cell.get("id") != START_ID]
    return {**lesson, "cells": [title, new_code_cell(source, id=START_ID, metadata=START_METADATA), *cells]}


def insert_start_cells(address: str) -> list[Path]:
    """Write the start cell into every lesson that does not have this very one; return the lessons that changed."""
    import nbformat

    changed = []
    for path in sorted(FOLDER.glob("[0-9]*.ipynb")):
        before = nbformat.read(path, as_version=4)
        after = nbformat.from_dict(with_start_cell(before, address))
        normalise(after)
        if before != after:
            nbformat.write(after, path)
            changed.append(path)
    return changed


def normalise(notebook) -> None:  # an nbformat NotebookNode, changed in place
    """Bring a notebook into the form that is committed: stable ids and metadata, joined streams, counts from 1."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: dict[str, int] = {}
    count = 0
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        if not re.fullmatch(r"[a-z0-9-]{3,40}", cell.get("id", "")):
            cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        cell.metadata = {key: cell.metadata[key] for key in START_METADATA if cell.metadata.get(key)}
        if cell.cell_type == "code":
            if cell.source.strip():
                count += 1
                cell.execution_count = count
            cell.outputs = _joined(cell.outputs)
            for output in cell.outputs:
                output.pop("transient", None)
                output.get("data", {}).pop(WIDGET, None)  # it lives only as long as its kernel; its line of text stays
                if "execution_count" in output:
                    output.execution_count = count
                if "metadata" in output:  # of all that may be there, readers need only the text for a picture
                    kept = {kind: {"alt": data["alt"]} for kind, data in output.metadata.items() if "alt" in data}
                    output.metadata = kept


def _joined(outputs: list) -> list:
    """Join neighboring pieces of one stream, because where they were cut is a matter of chance."""
    joined: list = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _find(name: str) -> Path:
    for path in (Path(name), FOLDER / name, FOLDER / f"{name}.ipynb"):
        if path.is_file():
            return path.resolve()
    found = [path for path in sorted(FOLDER.rglob("*.ipynb")) if path.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(path.name for path in sorted(FOLDER.rglob("[0-9]*.ipynb")))
    raise NotebookError(f"no notebook {name!r}. Found: {known or 'none'}")
