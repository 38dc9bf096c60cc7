"""Sockets that a command listens at."""

from __future__ import annotations

import socket

from django.core.management.base import CommandError


def listen(host: str, port: str) -> socket.socket:
    """A listening socket; CommandError in one sentence where that cannot be."""
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise CommandError(f"PORT={port!r} is not a port; take a number from 0 to 65535")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio sends at once what is small: without, the body of an answer
    # waits 40 ms for the client to acknowledge its head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise CommandError(
            f"cannot listen on {host}:{port} ({error.strerror}); "
            f"stop what uses it or take another port: PORT={(int(port) + 1) % 65536} make run"
        ) from None
    return listener
