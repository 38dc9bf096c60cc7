"""Secrets of webhooks, and what proves who sent a message: Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from themis.domain.errors import Misconfigured

PREFIX = "whsec_"
RANDOM = 32  # bytes of a secret; from 24 to 64 are allowed


def new_secret() -> str:
    """A secret as receivers' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(RANDOM)).decode()


def headers(*, valid: Sequence[str], key: str, body: str, at: datetime) -> dict[str, str]:
    """The three headers of one try, with a signature by each valid secret, the newest first.

    Raises Misconfigured for a secret that is none.
    """
    moment = at.astimezone(UTC)
    try:
        signatures = [Webhook(each).sign(key, moment, body) for each in valid]
    except (ValueError, EmptyWebhookSecretError):
        raise Misconfigured("its secret is not one of Standard Webhooks; make a new one") from None
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
