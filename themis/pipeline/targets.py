"""Where webhooks may lead: public addresses over HTTP, looked at as the connection is made.

A name is not trusted to lead twice to the same place. What is checked is the address that the
socket is opened to, at every try.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from yarl import URL

from themis.domain.errors import ThemisError

MAX_URL = 500  # characters
LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*")
HERE = re.compile(r"(.+\.)?localhost")  # names of this machine, whatever a name server says
Address = IPv4Address | IPv6Address
AddrInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]

# Never, whatever is allowed: nobody's, everybody's, and where clouds keep a machine's credentials.
_NEVER = tuple(
    ip_network(each)
    for each in (
        *("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "100.100.100.200/32"),
        *("::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128"),
    )
)
# Not public: private, shared, for documentation, for tests, for tunnels, for protocols.
_HIDDEN = tuple(
    ip_network(each)
    for each in (
        *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15"),
        *("192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
        *("2001::/23", "2001:db8::/32", "3fff::/20"),
    )
)
_GLOBAL = IPv6Network("2000::/3")  # the only IPv6 that is given out
_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))  # Teredo, 6to4
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")


class Refused(ThemisError):
    """An address that is not told anything. The message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address of a webhook, taken apart, and whose it is."""

    url: URL
    team: str

    @property
    def host(self) -> str:
        """The name or address that was written, without a dot at its end."""
        return (self.url.raw_host or "").removesuffix(".")

    @property
    def port(self) -> int:
        """The port, the usual one of its scheme if none is written."""
        return self.url.port or 0


def check(url: str, *, team: str) -> Target:
    """The address of a webhook, taken apart; raises Refused. Names are not looked up here."""
    try:
        parts = URL(url)
    except ValueError:
        raise Refused("is not an address; it looks like https://example.org/hook") from None
    if len(url) > MAX_URL:
        raise Refused(f"is longer than {MAX_URL} characters")
    if any(each.isspace() or not each.isprintable() for each in url):
        raise Refused("must not hold blanks or characters that cannot be seen")
    if parts.scheme not in {"http", "https"}:
        raise Refused("must begin with https:// or http://")
    if not parts.raw_host or not parts.port:
        raise Refused("names no server")
    authority = re.split(r"[/?#]", url, maxsplit=3)[2]
    if authority.startswith("[") and ":" not in parts.raw_host:
        raise Refused("names no server")
    if "@" in authority:
        raise Refused("must not hold a name or password; the signature says who sends")
    target = Target(url=parts, team=team)
    _check_host(target)
    return target


def check_address(address: Address, target: Target) -> None:
    """Raises Refused for an address that is not in public, however it is written, or a port.

    What whoever runs Themis allows for the team is let through, but for link-local addresses.
    """
    real = _unwrapped(address)
    if any(real in network for network in _NEVER):
        raise Refused(f"leads to {real}, which is no receiver's address")
    entries = settings.WEBHOOK_ALLOW.of(target.team)
    usual = settings.WEBHOOK_PORTS
    if any(each.covers(real, target.host, target.port, usual) for each in entries):
        return
    if not is_public(real) or any(address in tunnel for tunnel in _TUNNELS):
        raise Refused(
            f"leads to {real}, which is not a public address; "
            "whoever runs Themis can allow it with THEMIS_WEBHOOK_ALLOW"
        )
    if target.port not in usual:
        allowed = ", ".join(map(str, sorted(usual)))
        raise Refused(f"leads to port {target.port}; webhooks may use {allowed}")


def is_public(address: Address) -> bool:
    """Whether an address is one that is given out to servers in public."""
    if any(address in network for network in (*_NEVER, *_HIDDEN)):
        return False
    return isinstance(address, IPv4Address) or address in _GLOBAL


def checked_socket(info: AddrInfo, target: Target) -> socket.socket:
    """A socket for one address that was looked up; raises Refused before anything is sent."""
    family, kind, protocol, _, place = info
    check_address(ip_address(str(place[0]).partition("%")[0]), target)
    opened = socket.socket(family, kind, protocol)
    opened.setblocking(False)
    return opened


def _check_host(target: Target) -> None:
    host = target.host
    try:
        address = ip_address(host)
    except ValueError:
        _check_name(target)
        return
    if isinstance(address, IPv6Address) and address.scope_id:
        raise Refused("names a network interface; give the address alone")
    check_address(address, target)


def _check_name(target: Target) -> None:
    host = target.host
    if _is_odd_number(host):
        raise Refused("holds an address in an odd form; write it as four numbers with dots")
    if not NAME.fullmatch(host):
        raise Refused("names no server; letters, digits and hyphens with dots between are taken")
    entries = settings.WEBHOOK_ALLOW.of(target.team)
    if HERE.fullmatch(host) and not any(host == each.name for each in entries):
        raise Refused(f"leads to {host}, which is not a public address")


def _is_odd_number(host: str) -> bool:
    """What the system's resolver takes for an IPv4 address: 2130706433, 0x7f.1, 0177.0.0.1."""
    try:
        socket.inet_aton(host)
    except OSError:
        last = host.rpartition(".")[2]
        return last.isdigit() or last.startswith("0x")  # no name ends in a number
    return True


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo:
        inner = address.teredo[1]
    is_last = any(address in each for each in (_NAT64, _TRANSLATED))
    if inner is None and (is_last or (address in _COMPATIBLE and int(address) > 1)):
        inner = IPv4Address(address.packed[-4:])
    return inner or address
