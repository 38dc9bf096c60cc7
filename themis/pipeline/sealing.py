"""Secrets in rows: encrypted with a key drawn from the installation's own secret."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from themis.domain.errors import Misconfigured


def seal(plain: str) -> str:
    """The text, encrypted; nothing stays nothing."""
    return _box().encrypt(plain.encode()).decode() if plain else ""


def unseal(sealed: str) -> str:
    """The text again; raises Misconfigured when the installation's secret has changed."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Misconfigured(
            "the stored model key was sealed with another THEMIS_SECRET_KEY; enter it again"
        ) from None


def _box() -> Fernet:
    digest = hashlib.sha256(b"themis.sealing:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
