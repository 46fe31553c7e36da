"""The guides in docs/: every bash and python block is run in order, and the ```text block behind it is what it prints.

`python tests/test_docs.py docs/API_GUIDE.md` writes the answers of a running server (`make serve`) into a guide.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tutorial_lib.server import docker

pytestmark = pytest.mark.live
PROJECT = Path(__file__).resolve().parents[1]
GUIDES = [
    path for name in ("API_GUIDE", "MODEL_SETUP", "LOGGING") if (path := PROJECT / "docs" / f"{name}.md").exists()
]
NOT_OURS = {".venv", ".build", "guide", "node_modules"}  # the guide's copy keeps the links that it came with
PAGES = [path for path in sorted(PROJECT.glob("**/*.md")) if not NOT_OURS & set(path.relative_to(PROJECT).parts)]
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def run(language: str, code: str, folder: Path) -> str:
    for picture in (PROJECT / "notebooks" / "images").glob("*.jpg"):
        (folder / picture.name).unlink(missing_ok=True)
        (folder / picture.name).symlink_to(picture)
    script = folder / f"block.{'py' if language == 'python' else 'sh'}"
    script.write_text(code, encoding="utf-8")
    program = sys.executable if language == "python" else "bash"
    done = subprocess.run([program, script.name], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_guide(guide, guide_server, tmp_path):
    blocks = BLOCK.findall(guide.read_text(encoding="utf-8"))
    assert blocks
    for language, code, expected in blocks:
        printed = run(language, code, tmp_path)
        if expected or printed.strip():
            assert [line.rstrip() for line in printed.strip().splitlines()] == expected.strip().splitlines(), code


def test_the_harmless_lines_are_those_of_the_log(guide_server):
    if docker.has_gpu():
        pytest.skip("a machine with a GPU does not say them")
    section = (PROJECT / "docs" / "LOGGING.md").read_text(encoding="utf-8").partition("## Harmless lines")[2]
    rows = [row for row in section.partition("\n## ")[0].splitlines() if row.startswith("| `")]
    lines = [line for row in rows for line in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert len(lines) >= 5
    assert [line for line in lines if line not in guide_server.log()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_links_between_pages_resolve(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def update(guide: Path) -> None:
    """Write what the blocks print into the guide."""

    def filled(match: re.Match) -> str:
        language, code, _ = match.groups()
        printed = "\n".join(line.rstrip() for line in run(language, code, folder).strip().splitlines())
        return f"```{language}\n{code}```\n" + (f"\n```text\n{printed}\n```\n" if printed else "")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        guide.write_text(BLOCK.sub(filled, guide.read_text(encoding="utf-8")), encoding="utf-8")


def test_the_capacity_page_follows_from_the_committed_measurements():
    """Each row's rates are those of a record in docs/benchmarks/, and its replicas and cost come from the formula."""
    page = (PROJECT / "docs" / "CAPACITY.md").read_text(encoding="utf-8")
    measured = [
        (found["clients"], f"{found['items_per_s']:.3g}", f"{found['min']:.3g}", f"{found['max']:.3g}")
        for path in (PROJECT / "docs" / "benchmarks").glob("*.json")
        for record in json.loads(path.read_text(encoding="utf-8"))
        for found in record["rows"]
    ]
    rows = re.findall(r"^\| `.*?\| (\d+) \| ([\d .]+) \(([\d .]+) to ([\d .]+)\) \|.*", page, re.MULTILINE)
    tails = re.findall(r"\| (\d+) \| (\d+) \| ([\d.]+) P \|$", page, re.MULTILINE)
    assert len(rows) == len(tails) == 5
    for (clients, *rates), (for_ten, for_thousand, cost) in zip(rows, tails):
        rate, least, most = (float(text.replace(" ", "")) for text in rates)
        assert (int(clients), f"{rate:.3g}", f"{least:.3g}", f"{most:.3g}") in measured
        assert [math.ceil(wanted / (0.7 * rate)) + 1 for wanted in (10, 1000)] == [int(for_ten), int(for_thousand)]
        assert float(cost) == float(f"{1e6 / (3600 * 0.7 * rate):.2g}")


if __name__ == "__main__":
    update(Path(sys.argv[1]))
