"""Webhooks lead to public addresses only, however an address is written or looked up."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from pytest_django.fixtures import Settings

from themis.pipeline import targets

HIDDEN = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", HIDDEN)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(targets.Refused):
        targets.check_address(ip_address(address))
    shown = f"[{address}]" if ":" in address else address
    with pytest.raises(targets.Refused, match="leads to"):
        targets.check(f"http://{shown}/hook")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_a_public_address_is_taken(address: str) -> None:
    targets.check_address(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "example.org/hook",
        "http://",
        "http://user:pass@example.org/",
        "http://example.org:99999/",
        "https://example.org/" + "x" * 600,
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address_of_a_webhook_is_refused(url: str) -> None:
    with pytest.raises(targets.Refused):
        targets.check(url)


def test_private_addresses_can_be_allowed_but_never_link_local(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE = True
    targets.check_address(ip_address("10.1.2.3"))
    targets.check_address(ip_address("::1"))
    with pytest.raises(targets.Refused):
        targets.check_address(ip_address("169.254.169.254"))


def test_no_socket_is_made_for_a_hidden_address() -> None:
    place = ("fe80::1%eth0", 80, 0, 2)
    with pytest.raises(targets.Refused):
        targets.checked_socket((socket.AF_INET6, socket.SOCK_STREAM, 0, "", place))
