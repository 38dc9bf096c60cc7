"""What an operator lets the webhooks of teams reach beside public addresses.

`court=10.1.0.0/16,rl.internal:9000;*=192.168.7.5:8080`: for a team by its short name, or for all,
networks, addresses and names of servers, with a port or `:*` for any. Without a port, those are
meant that public addresses may have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from themis.domain.errors import Misconfigured

Address = IPv4Address | IPv6Address
ANY = 0  # the port that stands for every port
NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One place: a network or a server's name, and a port; None: the usual ones."""

    network: IPv4Network | IPv6Network | None = None
    name: str = ""
    port: int | None = None

    def covers(self, address: Address, host: str, port: int, usual: frozenset[int]) -> bool:
        """Whether a connection to an address, asked for by a host's name, is meant."""
        is_port = port in usual if self.port is None else self.port in (ANY, port)
        is_there = self.name == host if self.network is None else address in self.network
        return is_port and is_there


@dataclass(frozen=True, slots=True)
class Allowance:
    """Places by team; those of `*` are every team's."""

    entries: tuple[tuple[str, Entry], ...] = ()

    def of(self, team: str) -> tuple[Entry, ...]:
        """What one team's webhooks may reach."""
        return tuple(entry for slug, entry in self.entries if slug in ("*", team))


def parsed(text: str, *, variable: str) -> Allowance:
    """The list; raises Misconfigured with the entry that cannot be read."""
    entries: list[tuple[str, Entry]] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        team, is_there, places = part.partition("=")
        if not is_there or not team.strip():
            raise Misconfigured(f"{variable}: {part!r}: expected team=address,… or *=address,…")
        named = filter(None, (place.strip() for place in places.split(",")))
        entries += [(team.strip(), _entry(place, variable)) for place in named]
    return Allowance(tuple(entries))


def ports(text: str, *, variable: str) -> frozenset[int]:
    """A list of ports; raises Misconfigured."""
    return frozenset(_port(each.strip(), variable) for each in text.split(",") if each.strip())


def _entry(place: str, variable: str) -> Entry:
    if network := _network(place):
        return Entry(network=network)
    host, colon, after = place.rpartition(":")
    if not colon:
        host, port = place, None
    else:
        port = ANY if after == "*" else _port(after, variable)
    if network := _network(host.removeprefix("[").removesuffix("]")):
        return Entry(network=network, port=port)
    name = host.lower().removesuffix(".")
    if not NAME.fullmatch(name) or name.replace(".", "").isdigit():
        raise Misconfigured(
            f"{variable}: {place!r}: expected a network, an address or a server's name, "
            "each with or without :port"
        )
    return Entry(name=name, port=port)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _port(text: str, variable: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65_536:
        raise Misconfigured(f"{variable}: {text!r} is no port; they go from 1 to 65535")
    return int(text)
