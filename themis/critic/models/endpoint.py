"""Where a model is served: the address that people give, made into the one that is asked."""

from __future__ import annotations

from dataclasses import dataclass

from yarl import URL

from themis.domain.errors import Misconfigured

CHAT = "chat/completions"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of the chat completions, and how it is named in messages."""

    url: URL
    shown: str  # without the query, which may hold a key

    @property
    def models(self) -> URL:
        """Where the server lists its models."""
        path = self.url.path.removesuffix(CHAT) + "models"
        return self.url.with_path(path).with_query(self.url.query)


def endpoint(base: str) -> Endpoint:
    """The endpoint under a base address: "/v1" is added only where there is no path at all."""
    try:
        url = URL(base.strip())
        port_is_valid = url.port is None or 0 < url.port < 65536
        # Checked here, or else it fails deep inside a connection and without a name.
        (url.raw_host or "").encode("idna")
    except (ValueError, TypeError):
        raise _wrong("is no address") from None
    if not base.strip().isprintable() or " " in base.strip():
        raise _wrong("holds characters that no address has")
    if url.scheme not in ("http", "https") or not url.host or not port_is_valid:
        raise _wrong("must be an http or https address")
    if url.user or url.password:
        raise _wrong("must not hold a password; set THEMIS_MODEL_KEY instead")
    path = url.path.strip("/").removesuffix(CHAT).strip("/") or "v1"
    full = url.with_fragment(None).with_path(f"/{path}/{CHAT}").with_query(url.query)
    return Endpoint(url=full, shown=str(full.with_query(None)))


def _wrong(what: str) -> Misconfigured:
    return Misconfigured(f"THEMIS_MODEL_URL {what}; for example http://localhost:8000/v1")
