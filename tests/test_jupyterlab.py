"""A browser opens the course in JupyterLab: runs a lesson, plays with every widget, passes an exercise and fails one.

Everything is real: JupyterLab on a free port, Debian's chromium without a window, the lessons' own servers. The lessons
are opened as copies, because JupyterLab saves what it shows. Screenshots are left in .build/screenshots/, to look at.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
import pytest

from tests.waiting import free_port
from tutorial_lib import coverage, models

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (make setup)")

PROJECT = Path(__file__).resolve().parents[1]
SCREENSHOTS = PROJECT / ".build" / "screenshots"
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
APP = "window.jupyterapp"
WIDGET = f"{APP}.shell.currentWidget"
LONG = 120_000  # milliseconds: a lesson's first cells start a server, on a busy machine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.live,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (sudo apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the lessons beside links to what they read, so that a browser may save them."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(PROJECT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*", "solutions"))
    for name in ("model_repository", "tests", "docs"):
        (folder / name).symlink_to(PROJECT / name)
    return folder


@pytest.fixture(scope="module")
def lab(course, built):
    """JupyterLab's address, with nothing of the user's own settings, and without a network."""
    home = course / "home"
    settings = home / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    news = {"fetchNews": "false", "checkForUpdates": False}
    settings.write_text(json.dumps({"@jupyterlab/apputils-extension:notification": news}))
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if key != "IPYTHONDIR"}
    environment.pop(coverage.FOLDER_VARIABLE, None)  # what is clicked here is no lesson's own use
    environment |= {
        **{f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("DATA", "RUNTIME", "PREFER_ENV_PATH")},
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "TRITON_COURSE_PROGRESS": str(home / "progress.json"),
    }
    token = secrets.token_hex(16)
    options = [f"--ServerApp.root_dir={course}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    options += [f"--IdentityProvider.token={token}", "--ServerApp.ip=127.0.0.1", "--no-browser", "--allow-root"]
    options += ["--LabApp.expose_app_in_browser=True", "--KernelManager.transport_encryption=auto"]
    with (course / "lab.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 180
        while True:
            try:
                urllib.request.urlopen(f"{address}/api?token={token}", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, (course / "lab.log").read_text()
                assert time.monotonic() < deadline, (course / "lab.log").read_text()
                time.sleep(0.2)
        yield address, token
    finally:
        process.send_signal(signal.SIGTERM)  # it ends its kernels, and they their servers
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise


@pytest.fixture(scope="module")
def browser(lab):
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Lesson:
    """A lesson in a browser's tab, as its reader handles it."""

    def __init__(self, page, lab, course: Path, name: str) -> None:
        self.page = page
        self.box = page.locator(".jupyter-widgets.widget-vbox").last  # what the room `play` shows
        self.path = course / "notebooks" / f"{name}.ipynb"
        self.cells = nbformat.read(self.path, as_version=4).cells
        address, token = lab
        page.goto(f"{address}/lab/workspaces/{name}/tree/notebooks/{name}.ipynb?token={token}", timeout=LONG)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=LONG)
        kernel = f"{WIDGET}?.sessionContext?.session?.kernel"
        page.wait_for_function(  # what is run earlier runs nowhere
            f"{kernel}?.connectionStatus === 'connected' && {kernel}.status === 'idle'", timeout=LONG, polling=100
        )

    def command(self, name: str) -> None:
        """Do what an entry in a menu of JupyterLab does, and wait until it is done."""
        self.page.evaluate(f"name => {APP}.commands.execute(name).then(() => null)", name)

    def run(self, words: str, above: bool = False) -> None:
        """Run the cell whose source has these words, or all of them down to it."""
        (index,) = [index for index, cell in enumerate(self.cells) if words in cell.source]
        self.page.evaluate(f"index => {{ {WIDGET}.content.activeCellIndex = index }}", index)
        if above:
            self.command("notebook:run-all-above")
        self.command("notebook:run-cell")

    def answer(self, words: str, code: str, printed: str) -> None:
        """Write `code` into the cell with these words, run it, and wait until it shows what is to be `printed`."""
        cell = self.page.locator(".jp-CodeCell").filter(has_text=words)
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        self.command("notebook:run-cell")
        cell.locator(".jp-OutputArea").get_by_text(printed).wait_for()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Wait until the kernel has worked on what is done here, and is idle again."""
        kernel = f"{WIDGET}.sessionContext.session.kernel"
        note = "(_, status) => { if (window.heard || status === 'busy') window.heard = status; }"
        self.page.evaluate(f"() => {{ window.heard = ''; {kernel}.statusChanged.connect({note}); }}")
        yield
        self.page.wait_for_function("window.heard === 'idle'", polling=100)

    def saved(self):
        """The notebook as JupyterLab saves it."""
        self.command("docmanager:save")
        return nbformat.read(self.path, as_version=4)

    def photograph(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def lesson(browser, lab, course, request):
    """The lesson that the test names; its kernel ends with the test, and with it its server."""
    address, token = lab
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(LONG)
    opened = Lesson(page, lab, course, request.param)
    yield opened
    opened.photograph(f"{request.node.originalname}-end")
    page.close()
    headers = {"Authorization": f"token {token}"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{address}/api/sessions", headers=headers), timeout=30
    ) as reply:
        sessions = json.load(reply)
    for session in sessions:
        url = f"{address}/api/sessions/{session['id']}"
        urllib.request.urlopen(urllib.request.Request(url, headers=headers, method="DELETE"), timeout=30).close()


@pytest.mark.parametrize("lesson", ["00_start_here"], indirect=True)
def test_a_whole_lesson_runs_and_its_exercises_answer(lesson):
    lesson.photograph("lesson-00-opened")
    lesson.command("notebook:run-all-cells")
    lesson.photograph("lesson-00-run")
    book = lesson.saved()
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert sum(output.output_type == "stream" for output in outputs) > 10
    lesson.run('server = serve(["add_sub"])')
    wrong = 'difference = [[0, 1, 2, 3]]\ncheck("00.1", difference)'
    lesson.answer('check("00.1"', wrong, "00.1 not yet: ")
    lesson.photograph("exercise-failed")
    right = 'difference = [[0, 1, 2, 3], [3, 4, 5, 6]]\ncheck("00.1", difference)'
    lesson.answer('check("00.1"', right, "00.1 passed: ")
    lesson.photograph("exercise-passed")


@pytest.mark.parametrize("lesson", ["03_sentiment"], indirect=True)
def test_type_a_review_and_see_stars(lesson):
    box = lesson.box
    lesson.run("play.stars_box(", above=True)
    review = box.get_by_placeholder("Type a review, in English")
    review.scroll_into_view_if_needed()
    review.press_sequentially("I love it, it is amazing!")
    box.get_by_text("5 stars", exact=True).wait_for()
    lesson.photograph("stars")
    meter = box.locator("meter")
    assert 0 < float(meter.get_attribute("value")) <= 1
    for text in ("Terrible. It broke.", "<b>awful</b>", "Terrible."):  # each has other stars than the one before
        column = np.array([[text]], dtype=object)
        ((stars,),) = models.reference("sentiment", {"text": column})["label"]
        assert box.get_by_text(stars.decode(), exact=True).count() == 0, "what stands there already proves nothing"
        review.fill(text)
        box.get_by_text(stars.decode(), exact=True).wait_for()
    review.fill(" ")
    box.get_by_text("The stars appear here while you type.").wait_for()
    subprocess.run([sys.executable, "-m", "tutorial_lib", "stop"], check=True, capture_output=True, timeout=60)
    review.fill("Is anybody there?")
    box.get_by_text("No server answers at localhost:8000. Run the cell that starts it, then try again.").wait_for()
    lesson.photograph("stars-without-a-server")


@pytest.mark.parametrize("lesson", ["02_resnet_ensemble"], indirect=True)
def test_choose_a_picture_and_see_the_top_five(lesson, tmp_path):
    from PIL import Image

    box, page = lesson.box, lesson.page
    lesson.run("play.top_five_box(", above=True)
    choice = box.locator(".widget-dropdown select")
    choice.scroll_into_view_if_needed()
    choice.select_option("lobster")
    box.get_by_text("spiny lobster").wait_for()
    rows = box.locator("table tr")
    assert rows.count() == 5
    assert box.locator("img").get_attribute("alt") == "The picture lobster, as the server gets it"
    lesson.photograph("top-five")

    def upload(file: Path) -> None:
        with page.expect_file_chooser() as chosen:
            box.get_by_role("button", name="Upload").click()
        chosen.value.set_files(file)

    mine = tmp_path / "mine.png"
    noise = np.random.default_rng(0).integers(0, 256, (1200, 2500, 3), dtype=np.uint8)
    Image.fromarray(noise).save(mine, compress_level=0)
    assert 9_000_000 < mine.stat().st_size < 10 * 2**20, "hardly less than JupyterLab lets through to a kernel"
    upload(mine)
    box.get_by_text("mine.png", exact=True).wait_for()
    lesson.photograph("top-five-of-an-upload")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes((PROJECT / "notebooks" / "images" / "cat.jpg").read_bytes()[:5000])
    upload(broken)
    box.get_by_text("broken.jpg is a broken picture").wait_for()
    lesson.photograph("top-five-of-a-broken-file")


@pytest.mark.parametrize("lesson", ["23_batching_for_speed"], indirect=True)
def test_move_the_sliders_and_see_the_batches(lesson):
    box, page = lesson.box, lesson.page
    lesson.run("from tutorial_lib import bench, show")  # starts the server
    lesson.run("from tutorial_lib import play")
    lesson.run("play.batching_box(")
    rows, clients, delay = (box.locator(".widget-slider .noUi-handle").nth(i) for i in range(3))
    rows.scroll_into_view_if_needed()
    for _ in range(2):  # a change that waits for the kernel's word on the one before is overtaken by a click
        with lesson.heard():
            clients.press("ArrowRight")
    box.get_by_role("button", name="Run", exact=True).click()
    plot = box.locator("img")
    plot.wait_for(timeout=LONG)
    plot.evaluate("image => image.scrollIntoView()")  # at once: while it runs each picture is soon replaced by the next
    lesson.photograph("sliders-running")
    body = box.locator("table td")
    box.get_by_text(re.compile(r"\d requests in \d")).wait_for()
    assert body.nth(1).inner_text() == "64"
    lesson.photograph("sliders-first-run")
    delay.focus()
    page.keyboard.press("ArrowRight")
    box.get_by_role("button", name="Run", exact=True).click()
    box.locator("table tr").nth(2).wait_for(timeout=LONG)
    assert "rows per second" in plot.get_attribute("alt")
    assert float(body.nth(3).inner_text()) > 0
    box.locator("table").scroll_into_view_if_needed()
    lesson.photograph("sliders")
