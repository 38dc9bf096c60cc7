"""Where webhooks may lead: public addresses over HTTP, looked at as the connection is made.

A name is not trusted to lead twice to the same place. What is checked is the address that the
socket is opened to, at every try.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from yarl import URL

from themis.domain.errors import ThemisError

MAX_URL = 500  # characters
_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address in its last four bytes

Address = IPv4Address | IPv6Address
AddrInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]


class Refused(ThemisError):
    """An address that is not told anything. The message says why."""


def check(url: str) -> URL:
    """The address of a webhook, taken apart; raises Refused. Names are not looked up here."""
    try:
        parts = URL(url)
        port = parts.port
    except ValueError:
        raise Refused("is not an address; it looks like https://example.org/hook") from None
    if len(url) > MAX_URL:
        raise Refused(f"is longer than {MAX_URL} characters")
    if parts.scheme not in {"http", "https"}:
        raise Refused("must begin with https:// or http://")
    if not parts.host or not port:
        raise Refused("names no server")
    if parts.user is not None or parts.password is not None:
        raise Refused("must not hold a name or password; the signature says who sends")
    literal = _literal(parts.host)
    if literal is not None:
        check_address(literal)
    return parts


def check_address(address: Address) -> None:
    """Raises Refused for an address that is not in public, however it is written."""
    real = _unwrapped(address)
    if real.is_multicast or real.is_link_local or real.is_unspecified:
        raise Refused(f"leads to {real}, which is no server's address")
    if settings.WEBHOOK_PRIVATE:
        return
    is_old_private = isinstance(real, IPv6Address) and real.is_site_local
    if not real.is_global or is_old_private:
        raise Refused(
            f"leads to {real}, which is not a public address; "
            "whoever runs Themis can allow it with THEMIS_WEBHOOK_PRIVATE=1"
        )


def checked_socket(info: AddrInfo) -> socket.socket:
    """A socket for one address that was looked up; raises Refused before anything is sent."""
    family, kind, protocol, _, place = info
    check_address(ip_address(str(place[0]).partition("%")[0]))
    opened = socket.socket(family, kind, protocol)
    opened.setblocking(False)
    return opened


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo:
        inner = address.teredo[1]
    if inner is None and address in _NAT64:
        inner = IPv4Address(address.packed[-4:])
    return inner or address
