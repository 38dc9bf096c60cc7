"""Every address that the installation answers, with what stands in the database filled in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from channels.routing import URLRouter
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

Values = Mapping[str, Sequence[object]]
"""Values to try: by a parameter's name where it is listed, else by its converter."""
MOST = 400  # addresses of one pattern
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def patterns() -> Iterator[tuple[str, dict[str, str]]]:
    """Every pattern as an address with braces, and the converter of each parameter."""
    yield from _within(get_resolver().url_patterns, "/", {})


def addresses(values: Values) -> Iterator[str]:
    """Every pattern with every combination of values."""
    for address, parameters in patterns():
        yield from _filled(address, parameters, values)


def sockets(router: URLRouter, values: Values) -> Iterator[str]:
    """Every address of the WebSockets."""
    for address, parameters in _within(cast("Sequence[URLPattern]", router.routes), "/", {}):
        yield from _filled(address, parameters, values)


def _within(
    found: Sequence[URLPattern | URLResolver], prefix: str, known: dict[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    for each in found:
        address, parameters = _told(each)
        if isinstance(each, URLResolver):
            yield from _within(each.url_patterns, prefix + address, known | parameters)
        else:
            yield prefix + address, known | parameters


def _told(each: URLPattern | URLResolver) -> tuple[str, dict[str, str]]:
    if not isinstance(each.pattern, RoutePattern):
        raise NoReverseMatch(f"teach this walk to fill in {each.pattern!r}")
    route = str(each.pattern)
    parameters = {name: kind or "str" for kind, name in _PARAMETER.findall(route)}
    return _PARAMETER.sub(r"{\2}", route), parameters


def _filled(address: str, parameters: dict[str, str], values: Values) -> Iterator[str]:
    tried = [values.get(name) or values[kind] for name, kind in parameters.items()]
    for chosen in itertools.islice(itertools.product(*tried), MOST):
        yield address.format(**dict(zip(parameters, chosen, strict=True)))
