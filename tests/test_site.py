"""The reference site, built once, then read by a parser and used in a browser as a reader would."""

from __future__ import annotations

import contextlib
import functools
import http.server
import importlib.util
import re
import shutil
import sys
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from docs import snippets
from tutorial_lib import coverage

PROJECT = Path(__file__).resolve().parents[1]
SCREENSHOTS = PROJECT / ".build" / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
MOST = 1_500_000  # bytes that a page may transfer, everything included
METHODS = sorted(
    {
        entry["name"]
        for entry in coverage.surface()
        if entry["kind"] in coverage.CLIENTS and re.fullmatch(r"[a-z_]{6,}", entry["name"])
    }
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.version_info < (3, 11), reason="the site's theme needs Python 3.11"),
    pytest.mark.skipif(importlib.util.find_spec("myst_nb") is None, reason="the extra `docs` is not installed"),
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


class Page(HTMLParser):
    """The ids, links, scripts and pictures of one page."""

    def __init__(self, text: str):
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.files: list[str] = []  # loaded with the page
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if given.get("id"):
            self.ids.append(given["id"])
        for name in ("href", "src"):
            if given.get(name):
                self.links.append(given[name])
                if tag in ("script", "img") or (tag == "link" and given.get("rel") in ("stylesheet", "icon")):
                    self.files.append(given[name])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    from docs import make_site

    folder = tmp_path_factory.mktemp("site")
    make_site.build(folder / "html", folder / "source", say=lambda _line: None)  # raises where Sphinx warns
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site):
    return {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def address(site):
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def chromium(site):  # the site first: it is indexed in an event loop of its own
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (sudo apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def tabs(chromium, address):
    """Open pages in a browser that reaches nothing but the site; complaints and foreign requests fail the test."""
    contexts, wrong = [], []

    def open_page(path: str, width: int = 1300, height: int = 900, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)

        def only_here(route):
            if route.request.url.startswith(address):
                route.continue_()
            else:
                wrong.append(f"asks {route.request.url}")
                route.abort()

        context.route("**/*", only_here)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and wrong.append(f"{page.url}: {message.text}"))
        page.on("response", lambda reply: reply.status >= 400 and wrong.append(f"{reply.status} {reply.url}"))
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def tab(chromium, address):
    with tabs(chromium, address) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def home(chromium, address):
    """The first page, whose search box is asked many things."""
    with tabs(chromium, address) as open_page:
        yield open_page("index.html")


# ------------------------------------------------------------------------------------------------------- by a parser


def test_everything_is_there(pages):
    assert {f"notebooks/{path.stem}.html" for path in (PROJECT / "notebooks").glob("[0-9]*.ipynb")} <= set(pages)
    assert {f"recipes/{path.stem}.html" for path in snippets.RECIPES} <= set(pages)
    assert {f"reference/{path.stem}.html" for path in snippets.EXAMPLES} <= set(pages)
    assert {
        f"guides/{name}.html" for name in ("API_GUIDE", "MODEL_SETUP", "LOGGING", "TROUBLESHOOTING", "SECURITY")
    } <= set(pages)


def test_all_links_resolve(site, pages):
    missing = set()
    for name, page in pages.items():
        for link in page.links:
            target, fragment = urldefrag(urljoin(f"http://site/{name}", link))
            if not target.startswith("http://site/"):
                continue
            path = unquote(target.removeprefix("http://site/")).partition("?")[0] or "index.html"
            if path in pages:
                if fragment and unquote(fragment) not in pages[path].ids:
                    missing.add(f"{name}: {link}")
            elif not (site / path).is_file():
                missing.add(f"{name}: {link}")
    assert sorted(missing) == []


def test_no_page_needs_a_foreign_host(site, pages):
    loaded = r'<(?:script|img|iframe|source)[^>]* src="(https?:)?//|<link[^>]* rel="stylesheet"[^>]* href="(https?:)?//'
    for name in pages:
        assert not re.search(loaded, (site / name).read_text(encoding="utf-8")), name


def test_every_object_of_the_api_has_its_anchor(pages):
    from docs import make_site

    addresses = make_site.pages_of()
    assert set(addresses) == {entry["id"] for entry in coverage.surface()}
    for address in addresses.values():
        path, anchor = address.split("#")
        assert pages[path].ids.count(anchor) == 1, address


def test_the_anchors_of_methods_are_their_names():
    from docs import make_site

    addresses = make_site.pages_of()
    assert addresses["client-grpc-aio.get_server_metadata"] == "reference/health.html#get_server_metadata"
    assert addresses["client-http.inferinput_set_shape"] == "reference/clients.html#InferInput.set_shape"


def test_nothing_is_typeset_that_a_reader_would_paste(site, pages):
    """Two hyphens stay two, and quotes stay straight: options and JSON stand in texts and tables."""
    folders = ("reference/", "recipes/", "guides/", "notebooks/")
    for name in (name for name in pages if name.startswith(folders)):
        found = re.findall(r".{0,30}[\u2013\u2014\u2018\u2019\u201c\u201d].{0,30}", (site / name).read_text("utf-8"))
        assert found == [], name


def test_the_search_names_sections_as_they_are(pages):
    """Otherwise the same entry would be offered twice, by its name and by its text."""
    from docs import make_site

    for name, _, address, entry, _ in make_site.names_index():
        for there in (address, entry):
            path, _, anchor = there.partition("#")
            assert anchor in pages[path].ids, (name, there)


def test_ids_are_there_once(pages):
    for name, page in pages.items():
        assert sorted({item for item in page.ids if page.ids.count(item) > 1}) == [], name


# ------------------------------------------------------------------------------------------------------ in a browser


def results(page, words: str) -> list[tuple[str, str]]:
    """Type into the search box and return (text, link) of what appears."""
    page.locator("form.site-search input").fill("")
    page.locator("form.site-search input").fill(words)
    answered = "list => !list.hidden && list.children.length && !list.classList.contains('stale')"
    # by the clock: on busy cores Chromium may draw no more frames, which playwright would wait for
    page.wait_for_function(answered, arg=page.query_selector(".site-results"), polling=100)
    return [(link.inner_text(), link.get_attribute("href")) for link in page.query_selector_all(".site-results a")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("get_async_result", "Infer without waiting"),
        ("unexpected shape", "unexpected shape for input"),
        ("503", "503"),
        (
            "[400] unexpected shape for input 'input__0' for model 'm'. Expected [-1,1], got [1].",
            "unexpected shape for",
        ),
        ("max_queue_delay_microseconds", "dynamic_batching.max_queue_delay_microseconds"),
        ("nv_inference_count", "nv_inference_count"),
        ("retry with backoff", "Retry with backoff"),
        ("/v2/repository/index", "POST /v2/repository/index"),
        ("as_numpy", "InferResult.as_numpy"),
        ("connection refused", "[Errno 111] Connection refused"),
        ("ConnectionResetError: [Errno 104] Connection reset by peer", "[Errno 104] Connection reset by peer"),
        ("curl: (7) Failed to connect to localhost port 8000 after 0 ms: Couldn't connect to server", "curl: (7)"),
        ("async_infer vs infer", "async_infer"),
    ],
)
def test_search_finds(home, words, expected):
    found = results(home, words)
    assert [text for text, _ in found[:3] if expected in text], found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("load model with another max batch size", ["Load a model with another config"]),
        ("queue delay", ["dynamic_batching.max_queue_delay_microseconds"]),
        ("sequence start end", ["Run a sequence over HTTP", "sequence_start"]),
        ("cancel a gRPC stream", ["Cancel a stream over gRPC"]),
        ("asyncio http client", ["asyncio over HTTP", "The client"]),
        ("compress request", ["Compress a request and its answer with cURL"]),
        ("docker image", ["The docker container"]),
        ("restrict load unload key", ["restricted API", "lets nobody load"]),
        ("top 3 classes", ["classes"]),
        ("queue time per model", ["Read the queue time per model"]),
        ("ready missing model status", ["Model ready", "Infer"]),
        ("read bytes output", ["Read a string output"]),
        ("queue time metric", ["Read the queue time per model", "nv_inference_queue_duration_us"]),
        ("priority timeout", ["Send a request with a priority and a queue timeout"]),
        ("float16 bfloat16 numpy", ["Send BF16 or FP16"]),
        ("load with config curl", ["Load a model with another instance count with cURL"]),
        ("gpu utilization metric", ["nv_gpu_utilization"]),
        ("p99 latency", ["Get p99"]),
        ("p95 of a model", ["Get p99"]),
        ("latency percentile", ["Get p99"]),
        ("canary version", ["Send a tenth of the traffic"]),
        ("graceful shutdown", ["Stop a server gracefully"]),
        ("rollback a version", ["Deploy a new version from disk, and go back"]),
        ("reload a model", ["Load a model"]),
        ("grpc deadline", ["Stop waiting for a gRPC answer"]),
        ("retry asyncio", ["Retry with backoff"]),
        ("flush cache", ["Read how full the cache is"]),
    ],
)
def test_search_finds_a_task_in_words_of_ones_own(home, words, expected):
    found = results(home, words)
    assert [text for text, _ in found[:2] if any(one in text for one in expected)], found


def test_search_offers_nothing_twice(home):
    for words in ("retry with backoff", "load a model", "unexpected shape", "unload_model", "shared memory", "infer"):
        links = home.evaluate(
            "links => links.map(link => new URL(link, document.baseURI).href)",
            [link for _, link in results(home, words)],
        )
        assert len(set(links)) == len(links)
        titles = [text.split("\n")[0] for text, _ in results(home, words)]
        assert len(set(titles)) == len(titles), titles


def test_search_finds_every_method_at_its_entry(home):
    from docs import make_site

    addresses = make_site.pages_of()
    assert len(METHODS) >= 30
    for method in METHODS:
        wanted = {
            addresses[e["id"]] for e in coverage.surface() if e["name"] == method and e["kind"] in coverage.CLIENTS
        }
        _, link = results(home, method)[0]
        assert any(link.endswith(address) for address in wanted), (method, link)


def test_enter_shows_all_results_and_the_list_can_be_walked(tab):
    page = tab("reference/health.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("unload_model")
    page.wait_for_selector(".site-results:not(.stale) a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reference/models.html#unload_model")
    page.locator("form.site-search input").fill("shared memory")
    page.locator("form.site-search input").press("Enter")
    page.wait_for_url("**/search.html?q=shared*")
    page.wait_for_selector("#search-results a")
    assert len(page.query_selector_all("#search-results a")) > 5


def test_tabs_switch_and_stay_switched(tab):
    page = tab("reference/health.html")
    entry = page.locator("#server-metadata")
    entry.get_by_text("gRPC", exact=True).first.click()
    assert entry.get_by_text("client.get_server_metadata()  # as_json").first.is_visible()
    assert page.locator("#model-metadata").get_by_text("import tritonclient.grpc as grpcclient").first.is_visible()
    page.goto(page.url.replace("health.html", "settings.html"))
    page.wait_for_load_state("networkidle")
    entry = page.locator("#log-settings")
    assert entry.get_by_text("import tritonclient.grpc as grpcclient").first.is_visible()
    assert not entry.get_by_text("curl --silent").first.is_visible()


def test_copy_gives_exactly_the_snippet(tab):
    page = tab("reference/inference.html", permissions=["clipboard-read", "clipboard-write"])
    (operation,) = [op for op in snippets.operations() if op.title == "Infer"]
    entry = page.locator("section#infer")
    for form, name in (("cURL", "cURL"), ("HTTP", "HTTP"), ("gRPC", "gRPC")):
        entry.get_by_text(name, exact=True).first.click()
        block = entry.locator(".sd-tab-content:visible .highlight:has(button)").first
        block.hover()
        block.locator("button").click()
        code = next(example.code for example in operation.examples if example.form == form)
        assert page.evaluate("navigator.clipboard.readText()").strip() == code.strip()


def test_answers_have_no_copy_button_and_cells_copy_without_numbers(tab):
    page = tab("notebooks/01_linear_regression.html", permissions=["clipboard-read", "clipboard-write"])
    assert page.locator("div.output button.copybtn").count() == 0
    block = page.locator("div.cell_input .highlight").first
    block.hover()
    block.locator("button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() in (PROJECT / "notebooks" / "01_linear_regression.ipynb").read_text().replace(
        '\\"', '"'
    ).replace('\\n",\n    "', "\n")
    assert "[1]" not in copied


SAMPLE = ["index", "reference/index", "reference/inference", "reference/model_configuration", "reference/features"]
SAMPLE += ["recipes/requests", "guides/TROUBLESHOOTING", "guides/API_GUIDE", "notebooks/02_resnet_ensemble"]
SAMPLE += ["notebooks/26_growth_and_overload", "library/server", "notebooks/index"]


@pytest.mark.parametrize("name", SAMPLE)
def test_a_page_fits_a_phone_and_a_desk(tab, name):
    """No sideways scrolling at 390 pixels; both are photographed."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for kind, width, height in (("phone", 390, 844), ("desktop", 1300, 900)):
        page = tab(f"{name}.html", width, height)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=SCREENSHOTS / f"{name.replace('/', '-')}-{kind}.png")


def test_a_link_to_a_name_shows_what_it_means(tab):
    """The heading of the entry and the row of the field get a colour; the heading stands below the fixed header."""
    for address, marked in (
        ("reference/inference.html#rest.infer_version", "#infer > h2"),
        ("reference/inference.html#infer-without-waiting", "#infer-without-waiting > h2"),
        ("reference/model_configuration.html#config.max_batch_size", "tr:has([id='config.max_batch_size']) td"),
        ("reference/metrics.html#metric.nv_inference_count", "tr:has([id='metric.nv_inference_count']) td"),
    ):
        page = tab(address)
        colour = "query => getComputedStyle(document.querySelector(query)).backgroundColor"
        clear = "rgba(0, 0, 0, 0)"
        assert page.evaluate(colour, marked) != clear, address
        assert page.locator(marked).first.bounding_box()["y"] > 50, address
        assert page.evaluate(colour, "article h1") == clear


def test_tables_of_the_reference_are_stacked_on_a_phone(tab):
    page = tab("reference/model_configuration.html", 390, 844)
    row = page.locator("tr:has([id='config.max_batch_size'])")
    boxes = [box.bounding_box() for box in row.locator("td").all()]
    assert len(boxes) == 3
    assert [box["x"] for box in boxes] == [boxes[0]["x"]] * 3
    assert boxes[0]["y"] < boxes[1]["y"] < boxes[2]["y"]
    for name in ("reference/model_configuration", "guides/TROUBLESHOOTING"):
        page = tab(f"{name}.html")
        for place in (".fields .pst-scrollable-table-container", ".bd-sidebar-secondary"):
            for box in page.query_selector_all(place):
                assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), (name, place)


def test_the_cards_lead_to_their_pages(tab):
    for title, path in (
        ("You have a task", "recipes/index.html"),
        ("You have a message", "guides/TROUBLESHOOTING.html"),
        ("You have a name", "reference/index.html"),
        ("You want to understand", "notebooks/index.html"),
    ):
        page = tab("index.html")
        page.locator(".sd-card", has_text=title).click(position={"x": 150, "y": 60})
        page.wait_for_url(f"**/{path}")


def test_dark_where_the_system_is_dark(tab):
    shades = {}
    for scheme in ("light", "dark"):
        page = tab("reference/health.html", color_scheme=scheme)
        shades[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.screenshot(path=SCREENSHOTS / f"reference-health-{scheme}.png")
    light, dark = (sum(map(int, re.findall(r"\d+", shades[scheme])[:3])) for scheme in ("light", "dark"))
    assert light > 600 > 200 > dark


def test_every_page_is_light(site, pages):
    """The page, and every file that it names; two of them are counted by the browser below."""
    for name, page in pages.items():
        files = {urldefrag(urljoin(f"http://site/{name}", link))[0].partition("?")[0] for link in page.files}
        local = [site / unquote(file.removeprefix("http://site/")) for file in files if file.startswith("http://site/")]
        assert (site / name).stat().st_size + sum(file.stat().st_size for file in local) < MOST, name


@pytest.mark.parametrize(
    "name", ["index", "reference/inference", "guides/TROUBLESHOOTING", "notebooks/02_resnet_ensemble"]
)
def test_a_visit_transfers_little(chromium, address, name):
    context = chromium.new_context()
    page, sizes = context.new_page(), []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{address}{name}.html")
    page.wait_for_load_state("networkidle")
    context.close()
    assert 100_000 < sum(sizes) < MOST


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "reference/inference", "notebooks/02_resnet_ensemble"])
def test_nothing_serious_hinders_a_reader(tab, name, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = tab(f"{name}.html", color_scheme=scheme)
    found = Axe().run(page, options={"preload": False}).response["violations"]
    serious = [
        (rule["id"], node["html"][:200], node.get("failureSummary", "")[:200])
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:3]
    ]
    assert serious == []
