"""An OpenAI-compatible server of the tests' own: the panel's roles by script, over real HTTP."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.critic.cases import milestone, review, selection, verdict, verification
from themis.domain.jsontypes import Json

REPLIES: dict[str, dict[str, Json]] = {
    "selector": selection(milestone(1, 1), milestone(2, 2), milestone(3, 3)),
    "verifier": verification(),
    "reviewer": review(),
    "judge": verdict("passed", 0.9, at=1, seen=1),
}


@dataclass
class Model:
    """What the server answers, what it was asked, and a gate it can be made to wait at."""

    replies: dict[str, dict[str, Json] | str] = field(default_factory=lambda: dict(REPLIES))
    status: int = 200
    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    prompts: list[str] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    waits_at: str = ""  # a role whose calls wait until `gate` opens
    waiting: int = 1  # as many as have to wait for `reached`
    gate: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)

    def answer(self, body: dict[str, Json]) -> tuple[int, dict[str, Json]]:
        """Status and document for one request."""
        form = body["response_format"]
        assert isinstance(form, dict)
        schema = form["json_schema"]
        assert isinstance(schema, dict)
        role = str(schema["name"])
        self.asked[role] += 1
        self.prompts.append(json.dumps(body["messages"]))
        if role == self.waits_at:
            if self.asked[role] >= self.waiting:
                self.reached.set()
            self.gate.wait(30)
        self.answered[role] += 1
        if self.status != 200:
            return self.status, {"error": {"message": "the model is on holiday"}}
        reply = self.replies[role]
        text = reply if isinstance(reply, str) else json.dumps(reply)
        return 200, {
            "model": "scripted-vlm",
            "choices": [
                {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            ],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10},
        }


@contextmanager
def model_server(port: int = 0) -> Iterator[Model]:
    """The server, on a free port of this machine or on that one, in threads of the test."""
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status, document = model.answer(json.loads(self.rfile.read(length)))
            content = json.dumps(document).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:  # the asker was killed; that is what some tests are about
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
