"""Serves one site: its files, and its records as a small JSON interface."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from demo.pages import store
from demo.pages.rules import Refused, check

PAGES = Path(__file__).resolve().parent
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
LONGEST_BODY = 100_000  # bytes


@contextmanager
def serve(site: str, database: Path) -> Iterator[str]:
    """Serve a site on a free port over a new database; yields its address."""
    seed = json.loads((PAGES / site / "seed.json").read_text(encoding="utf-8"))
    store.create(database, seed)

    class SiteHandler(Handler):
        folder = PAGES / site
        records = database

    with ThreadingHTTPServer(("127.0.0.1", 0), SiteHandler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class Handler(BaseHTTPRequestHandler):
    """`/api` is everything, `/api/<kind>` a collection, `/api/<kind>/<id>` a record."""

    folder: Path
    records: Path

    def do_GET(self) -> None:
        if self.path == "/api":
            with closing(sqlite3.connect(self.records)) as connection:
                self._reply(200, store.everything(connection))
            return
        name = self.path.lstrip("/") or "index.html"
        file = self.folder / name
        if file.suffix in TYPES and file.parent == self.folder and file.is_file():
            self._send(200, f"{TYPES[file.suffix]}; charset=utf-8", file.read_bytes())
        else:
            self._send(404, "text/plain", b"")

    def do_POST(self) -> None:
        kind, _ = self._address()
        with closing(sqlite3.connect(self.records)) as connection, connection:
            try:
                row = store.insert(connection, kind, check(connection, kind, self._body()))
            except Refused as refused:
                self._reply(409, {"error": str(refused)})
                return
        self._reply(201, row)

    def do_PUT(self) -> None:
        kind, id_ = self._address()
        with closing(sqlite3.connect(self.records)) as connection, connection:
            row = store.update(connection, kind, id_, self._body())
        self._reply(200 if row else 404, row or {})

    def do_DELETE(self) -> None:
        kind, id_ = self._address()
        with closing(sqlite3.connect(self.records)) as connection, connection:
            found = store.delete(connection, kind, id_)
        self._reply(200 if found else 404, {})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the terminal for the recorder's table."""

    def _address(self) -> tuple[str, int]:
        kind, _, id_ = self.path.removeprefix("/api/").partition("/")
        return kind, int(id_ or 0)

    def _body(self) -> store.Record:
        length = min(int(self.headers.get("Content-Length", 0)), LONGEST_BODY)
        body = json.loads(self.rfile.read(length))
        return body if isinstance(body, dict) else {}

    def _reply(self, status: int, body: Mapping[str, object]) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)
