"""A local HTTP server that speaks as much of the Hugging Face hub's protocol as a download needs (HF_ENDPOINT)."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

LARGE = (".safetensors", ".bin")  # served like the hub's large files: SHA-256 as ETag, redirected to another host


@dataclass
class FakeHub:
    """Serves folders as repositories: `repos` maps (repo id, revision) to a folder. The knobs work at any moment."""

    repos: dict[tuple[str, str], Path]
    go_on: threading.Event = field(default_factory=threading.Event)  # slow: cleared, large files stop after 16 KiB
    cut_after: int | None = None  # broken: close the connection after so many bytes of a large file
    cuts: int = 1_000_000  # how many answers are cut, then the connection holds
    status: int | None = None  # e.g. 503: the only answer
    missing: set[str] = field(default_factory=set)  # file names that the repository does not hold
    damaged: bool = False  # large files arrive with another content, at the right size
    silent: bool = False  # accept the connection and never answer
    portal: bool = False  # the login page of a wifi network: 200 and HTML for everything
    requests: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, Range header
    tokens: set[str] = field(default_factory=set)  # the hosts to which a client sent its access token

    def __post_init__(self) -> None:
        self.go_on.set()

    def __enter__(self) -> FakeHub:
        handler = type("Handler", (_Handler,), {"hub": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.cdn = f"http://localhost:{self.server.server_port}"  # another name, so another host to a client
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()

    def downloads(self, name: str) -> list[str]:
        """Return the Range header of every GET of a large file, in order."""
        return [range_ for method, path, range_ in self.requests if method == "GET" and path.endswith(f"/cdn/{name}")]


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        hub, path = self.hub, unquote(urlsplit(self.path).path)
        if "Authorization" in self.headers:
            hub.tokens.add(self.headers["Host"].split(":")[0])
        hub.requests.append((self.command, path, self.headers.get("Range", "")))
        if hub.silent:
            time.sleep(60)
            self.close_connection = True
        elif hub.portal:
            self.reply(200, b"<html>Please log in</html>", {"Content-Type": "text/html"})
        elif hub.status:
            self.reply(hub.status, b'{"error": "on purpose"}')
        elif path.startswith("/api/models/"):
            self.api(*path.removeprefix("/api/models/").split("/", 4))
        else:
            self.resolve(path.strip("/"))

    def api(self, owner: str, name: str, question: str = "", revision: str = "", *_: str) -> None:
        """Answer `<owner>/<name>[/revision/<revision>]` with the list of files; deeper folders do not exist."""
        repo = f"{owner}/{name}"
        known = [revision for known, revision in self.hub.repos if known == repo]
        if not known:
            return self.reply(401, headers={"X-Error-Code": "RepoNotFound"})
        if revision and revision not in known:
            return self.reply(404, headers={"X-Error-Code": "RevisionNotFound"})
        if question == "tree":
            return self.reply(404, headers={"X-Error-Code": "EntryNotFound"})
        sha = revision or known[0]
        files = [{"rfilename": file.name} for file in sorted(self.hub.repos[repo, sha].iterdir())]
        return self.reply(200, json.dumps({"id": repo, "sha": sha, "siblings": files}).encode())

    def resolve(self, path: str) -> None:
        """Answer `<owner>/<name>/resolve/<revision>/<file>` and, for the redirect of large files, `.../cdn/<file>`."""
        hub = self.hub
        owner, name, kind, rest = path.split("/", 3)
        revision, file = rest.split("/", 1)
        redirected, file = file.startswith("cdn/"), file.removeprefix("cdn/")
        if not any(repo == f"{owner}/{name}" for repo, _ in hub.repos):
            return self.reply(401, headers={"X-Error-Code": "RepoNotFound"})  # as the hub does without a token
        folder = hub.repos.get((f"{owner}/{name}", revision))
        if folder is None or kind != "resolve":
            return self.reply(404, headers={"X-Error-Code": "RevisionNotFound"})
        if file in hub.missing or not (folder / file).is_file():
            return self.reply(404, headers={"X-Error-Code": "EntryNotFound", "X-Repo-Commit": revision})
        content = (folder / file).read_bytes()
        if not file.endswith(LARGE):
            etag = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            return self.reply(200, content, {"ETag": f'"{etag}"', "X-Repo-Commit": revision})
        if not redirected:
            sha = hashlib.sha256(content).hexdigest()
            headers = {"X-Repo-Commit": revision, "X-Linked-Etag": f'"{sha}"', "X-Linked-Size": str(len(content))}
            # Also advertised by the real hub: a client that follows it would leave plain HTTP (and this server).
            headers |= {"X-Xet-Hash": "0" * 64, "Location": f"{hub.cdn}/{owner}/{name}/resolve/{revision}/cdn/{file}"}
            return self.reply(302, headers=headers)
        return self.reply(200, bytes(len(content)) if hub.damaged else content, cut=hub.cut_after)

    def reply(
        self, status: int, content: bytes = b"", headers: dict[str, str] | None = None, cut: int | None = None
    ) -> None:
        headers = {"Accept-Ranges": "bytes", **(headers or {})}
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        if "Range" in self.headers and status == 200 and self.command == "GET":
            status, headers["Content-Range"] = 206, f"bytes {start}-{len(content) - 1}/{len(content)}"
            content = content[start:]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if cut is not None and self.hub.cuts > 0 and cut < len(content):
            self.hub.cuts -= 1
            content, self.close_connection = content[:cut], True
        try:
            for at in range(0, len(content), 16384):
                if at and self.path.endswith(LARGE):
                    self.hub.go_on.wait()
                self.wfile.write(content[at : at + 16384])
        except ConnectionError:  # the client was killed: expected in these tests
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Be silent."""
