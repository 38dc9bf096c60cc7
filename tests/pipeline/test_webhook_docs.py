"""The receiver that the page on webhooks shows takes what Themis signs, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import cast

import pytest

from tests import stories
from tests.e2e.shell import ROOT
from themis.notices.models import PING, Event
from themis.pipeline import deliveries, posting

PAGE = (ROOT / "docs" / "webhooks.md").read_text()
SECRET = "s3cret"
BODY = '{"word":"Grüße"}'.encode()


@pytest.fixture
def receives() -> Callable[..., bool]:
    """The example, as it stands on the page."""
    (example,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(example, "webhooks.md", "exec"), names)  # noqa: S102  our own page
    return cast("Callable[..., bool]", names["is_from_themis"])


def header(secret: str = SECRET, body: bytes = BODY, at: datetime = stories.NOW) -> str:
    return posting.signature(secret, body, at)


def test_what_is_signed_is_taken(receives: Callable[..., bool]) -> None:
    now = stories.NOW.timestamp()
    assert receives("s3cret", header(), BODY, now)
    assert receives("s3cret", header(), BODY, now + 200)


def test_nothing_else_is(receives: Callable[..., bool]) -> None:
    now = stories.NOW.timestamp()
    assert not receives("other", header(), BODY, now)
    assert not receives("s3cret", header(), BODY + b" ", now)
    assert not receives("s3cret", header(), BODY, now + 301)
    moved = header().replace(f"t={int(now)}", f"t={int(now) + 300}")
    assert not receives("s3cret", moved, BODY, now + 300)
    for hostile in ("", "t=,v1=", "t=x,v1=y", "v1", "t=1,v1=" + "0" * 64):
        assert not receives("s3cret", hostile, BODY, now)


def test_the_page_names_every_event_and_the_limits() -> None:
    for event in [*Event.values, PING]:
        assert f"`{event}`" in PAGE
    assert "nine times" in PAGE
    assert deliveries.MAX_TRIES == 9
    assert f"within {posting.PATIENCE:.0f} seconds" in PAGE
    assert f"first {posting.MAX_ANSWER:,} bytes" in PAGE
    assert (deliveries.AT_ONCE, deliveries.EACH) == (16, 4)
