"""What pages are made of: static files gathered when they have changed, templates loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.template.loader import get_template
from django.urls import get_resolver

from themis.web.storage import SHEETS

PAGES = (
    "accounts/login.html",
    "home/index.html",
    "trajectories/index.html",
    "trajectory/detail.html",
    "uploads/index.html",
    "uploads/detail.html",
    "review/index.html",
    "review/room.html",
    "review/room_item.html",
)


def gather(tell: Callable[[str], None]) -> None:
    """Run collectstatic unless the files are the ones gathered last; tells that it does."""
    mark = settings.STATIC_ROOT / ".gathered"
    seen = _fingerprint()
    if mark.exists() and mark.read_text() == seen:
        return
    tell("gathering static files ...")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(seen)


def warm_up() -> None:
    """Load addresses and templates, so that the first visitor does not wait for that."""
    _ = get_resolver().url_patterns
    for name in PAGES:
        get_template(name)


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{settings.VERSION} {SHEETS}".encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda item: item[0]):
            stat = (storage.size(name), storage.get_modified_time(name).timestamp())
            digest.update(f"{name}:{stat}\n".encode())
    return digest.hexdigest()
