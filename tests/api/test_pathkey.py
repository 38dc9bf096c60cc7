"""A key in the path counts as one in a header, and is seen by nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from themis.api.pathkey import PathKeys, unpacked

pytestmark = pytest.mark.once

KEY = "thk_" + "aB3-_" * 8


def sent_to(
    path: str, headers: dict[str, str] | None = None, *, raw: bytes | None = None, root: str = ""
) -> Any:  # noqa: ANN401
    """A scope as the server makes it."""
    named = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": raw or path.encode(),
        "root_path": root,
        "query_string": b"a=%2F",
        "headers": named,
    }


def bearer(scope: Any) -> str:  # noqa: ANN401
    (found,) = (value for name, value in scope["headers"] if name == b"authorization")
    return str(found.decode())


def test_the_key_moves_into_a_header() -> None:
    scope = unpacked(sent_to(f"/k/{KEY}/api/v1/rewards/x", {"content-type": "text/plain"}))
    assert (scope["path"], scope["raw_path"]) == ("/api/v1/rewards/x", b"/api/v1/rewards/x")
    assert bearer(scope) == f"Bearer {KEY}"
    assert (b"content-type", b"text/plain") in scope["headers"]
    assert scope["query_string"] == b"a=%2F"
    assert KEY not in str({**scope, "headers": []})


def test_nobody_else_who_is_named_counts() -> None:
    others = {"Authorization": "Bearer thk_other", "X-API-Key": "thk_other", "cookie": "s=1"}
    scope = unpacked(sent_to(f"/k/{KEY}/x", others))
    assert [name for name, _ in scope["headers"]] == [b"authorization"]
    assert bearer(scope) == f"Bearer {KEY}"


@pytest.mark.parametrize("path", ["/", "/k", "/kx/y", "/api/v1/k/x/y", "//k/x/y", "/K/x/y"])
def test_other_paths_stay_as_they_are(path: str) -> None:
    scope = sent_to(path, {"authorization": "Bearer thk_mine"})
    assert unpacked(scope) is scope


def test_it_was_not_changed_for_whoever_has_it() -> None:
    scope = sent_to(f"/k/{KEY}/x")
    unpacked(scope)
    assert scope == sent_to(f"/k/{KEY}/x")


def test_it_is_below_the_path_that_a_proxy_strips() -> None:
    scope = unpacked(sent_to(f"/themis/k/{KEY}/v1/models", root="/themis"))
    assert (scope["root_path"], scope["path"]) == ("/themis", "/themis/v1/models")
    assert scope["raw_path"] == b"/themis/v1/models"


def test_what_follows_is_decoded_once() -> None:
    raw = f"/k/{KEY}/a%2Fb/%C3%A9%2525".encode()
    scope = unpacked(sent_to(f"/k/{KEY}/a/b/é%25", raw=raw))
    assert (scope["path"], scope["raw_path"]) == ("/a/b/é%25", b"/a%2Fb/%C3%A9%2525")


def test_a_server_that_keeps_no_raw_path_is_read_too() -> None:
    scope = sent_to(f"/k/{KEY}/é%25")
    del scope["raw_path"]
    assert (unpacked(scope)["path"], bearer(unpacked(scope))) == ("/é%25", f"Bearer {KEY}")


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/k/", "/"),
        ("/k//x", "/x"),
        ("/k/a%20b/x", "/x"),
        ("/k/a%0d%0ax-api-key:y/x", "/x"),
        ("/k/a%2Fb/x", "/x"),
        ("/k/%00/x", "/x"),
        ("/k/%C3%A9/x", "/x"),
        (f"/k/{'a' * 201}/x", "/x"),
    ],
)
def test_what_no_key_can_be_opens_nothing(raw: str, path: str) -> None:
    scope = unpacked(sent_to(f"/k/{raw.removeprefix('/k/')}", raw=raw.encode()))
    assert (scope["path"], bearer(scope)) == (path, "Bearer malformed")


def test_a_key_that_was_escaped_is_the_same() -> None:
    scope = unpacked(sent_to("/k/thk_a/x", raw=b"/%6b/thk%5Fa/x"))
    assert (scope["path"], bearer(scope)) == ("/x", "Bearer thk_a")


async def test_websockets_have_keys_too() -> None:
    seen: list[Any] = []

    async def inner(scope: Any, _receive: object, _send: object) -> None:  # noqa: ANN401
        seen.append(scope)

    scope = sent_to(f"/k/{KEY}/compat/openenv/ws") | {"type": "websocket"}
    await PathKeys(inner)(scope, None, None)  # type: ignore[arg-type]
    assert (seen[0]["path"], bearer(seen[0])) == ("/compat/openenv/ws", f"Bearer {KEY}")
