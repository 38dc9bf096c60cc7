"""Webhooks lead to public addresses only, however an address is written or looked up."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from pytest_django.fixtures import Settings
from yarl import URL

from themis.domain.errors import Misconfigured
from themis.pipeline import allowance, targets
from themis.pipeline.targets import Target

HIDDEN = [
    # This machine, private networks, what providers share
    *("127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("100.64.0.1", "100.127.255.255"),
    # Link-local, where clouds keep credentials; nobody's, everybody's, reserved
    *("169.254.169.254", "169.254.170.2", "100.100.100.200", "0.0.0.0", "0.1.2.3"),  # noqa: S104
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    # For protocols, documentation, measurements, relays
    *("192.0.0.1", "192.0.0.170", "192.0.2.1", "198.51.100.7", "203.0.113.9"),
    *("198.18.0.1", "198.19.255.255", "192.88.99.1", "192.31.196.1", "192.52.193.1"),
    # The same in IPv6
    *("::1", "::", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1"),
    *("fd00:ec2::254", "100::1", "2001:db8::1", "3fff::1", "2001:2::1", "2001:10::1", "5f00::1"),
    # An IPv4 address within: mapped, compatible, translated, NAT64, 6to4, Teredo
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::a9fe:a9fe"),
    *("::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1"),
    *("64:ff9b:1::808:808", "2002:7f00:1::", "2002:a9fe:a9fe::", "2002:808:808::"),
    *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:0:808:808::f7f7:f7f7"),
]
ODD = [
    # Numbers that a system's resolver takes for an address
    *("2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1", "0"),
    *("0x7f.0x0.0x0.0x1", "127.0.0.1.", "0xa9fea9fe", "2852039166", "1.2.3.999", "0300.0250.1.1"),
    # Digits and dots of other scripts
    *("１２７.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
    # Names of this machine
    *("localhost", "LOCALHOST", "localhost.", "a.b.localhost"),
    # No names
    *("-a.org", "a..b", "exa%6dple.org", "127.0.0.1%00.example.org", "a" * 64 + ".org"),
    # Interfaces, and literals that are none
    *("[fe80::1%25eth0]", "[::1%25lo]", "[2606:2800:220:1::1%251]", "[v1.x]", "[::ffff:7f00:1]"),
]
UNFIT = [
    *("ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "dict://example.org/"),
    *("example.org/hook", "//example.org/hook", "http://", "http:///hook", "javascript:alert(1)"),
    *("http://user:pass@example.org/", "http://@example.org/", "http://:@example.org/"),
    *("http://example.org@127.0.0.1/", "http://example.org\\@127.0.0.1/", "http:\\\\127.0.0.1\\"),
    *("http://127.0.0.1#@example.org/", "http://127.0.0.1?@example.org/", "http://xn--/"),
    *("http://example.org:99999/", "http://example.org:0/", "http://example.org:0x50/"),
    *("http://exam\tple.org/", "http://example.org/a b", "http://example.org/\u202e"),
    "https://example.org/" + "x" * 600,
]


def at(url: str = "https://hook.example/") -> Target:
    return Target(url=URL(url), team="court")


def refusal(url: str) -> str:
    with pytest.raises(targets.Refused) as refused:
        targets.check(url, team="court")
    return str(refused.value)


def test_the_corpus_is_large_enough() -> None:
    assert len(set(HIDDEN)) + len(set(ODD)) + len(set(UNFIT)) >= 100


@pytest.mark.parametrize("address", HIDDEN)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(targets.Refused, match="leads to"):
        targets.check_address(ip_address(address), at())
    shown = f"[{address}]" if ":" in address else address
    assert "leads to" in refusal(f"http://{shown}/hook")


@pytest.mark.parametrize("host", ODD)
def test_a_host_in_an_odd_form_is_refused(host: str) -> None:
    assert refusal(f"http://{host}/")
    assert refusal(f"https://{host}:8443/hook")


@pytest.mark.parametrize("url", UNFIT)
def test_what_is_no_address_of_a_webhook_is_refused(url: str) -> None:
    assert refusal(url)


@pytest.mark.parametrize(
    "address",
    [
        *("93.184.216.34", "8.8.8.8", "192.0.1.1", "172.32.0.1", "100.128.0.1", "223.255.255.254"),
        *("2606:2800:220:1::1", "2a00:1450:4001:82b::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"),
    ],
)
def test_a_public_address_is_taken(address: str) -> None:
    targets.check_address(ip_address(address), at())
    targets.check_address(ip_address(address), at("http://hook.example:8080/"))


@pytest.mark.parametrize("host", ["example.org", "münchen.example", "my_hook.example.org.", "a-b"])
def test_a_name_is_taken_and_looked_at_when_it_is_connected(host: str) -> None:
    assert targets.check(f"https://{host}/hook?x=1", team="court").port == 443


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211])
def test_public_addresses_have_the_ports_of_the_web(port: int) -> None:
    with pytest.raises(targets.Refused, match=f"port {port}"):
        targets.check_address(ip_address("93.184.216.34"), at(f"http://hook.example:{port}/"))


def test_an_operator_allows_places_by_team(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW = allowance.parsed(
        "court=10.1.0.0/16,rl.internal:9000,[fd00::/8]:7000; *=192.168.7.5:8080", variable="x"
    )
    for url in ("http://10.1.2.3/", "http://[fd12::1]:7000/", "http://192.168.7.5:8080/"):
        targets.check(url, team="court")
    for url in ("http://10.2.0.1/", "http://10.1.2.3:9000/", "http://192.168.7.5/"):
        assert refusal(url)
    targets.check("http://192.168.7.5:8080/", team="other")
    with pytest.raises(targets.Refused):
        targets.check("http://10.1.2.3/", team="other")
    inside = ip_address("172.16.3.4")
    targets.check_address(inside, at("http://RL.internal.:9000/"))
    for url in ("http://rl.internal:9001/", "http://x.rl.internal:9000/"):
        with pytest.raises(targets.Refused):
            targets.check_address(inside, at(url))


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:a9fe:a9fe", "fe80::1", "fd00:ec2::254", "224.0.0.1"]
)
def test_where_clouds_keep_credentials_is_refused_whatever_is_allowed(
    address: str, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOW = allowance.parsed("*=0.0.0.0/0:*,[::/0]:*", variable="x")
    targets.check_address(ip_address("10.1.2.3"), at())
    with pytest.raises(targets.Refused):
        targets.check_address(ip_address(address), at())


@pytest.mark.parametrize(
    "text",
    ["10.0.0.0/8", "court", "=10.0.0.1", "a=10.0.0.1/8", "a=b:99999", "a=b:x", "a=1.2.3.4.5"],
)
def test_a_list_that_cannot_be_read_is_refused_by_name(text: str) -> None:
    with pytest.raises(Misconfigured, match="THEMIS_WEBHOOK_ALLOW"):
        allowance.parsed(text, variable="THEMIS_WEBHOOK_ALLOW")


def test_no_socket_is_made_for_a_hidden_address() -> None:
    place = ("fe80::1%eth0", 80, 0, 2)
    with pytest.raises(targets.Refused):
        targets.checked_socket((socket.AF_INET6, socket.SOCK_STREAM, 0, "", place), at())
