"""The ASGI application: HTTP to Django, WebSockets to `live`."""

from __future__ import annotations

import os
from typing import cast

from asgiref.typing import ASGI3Application
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "themis.settings")
http = get_asgi_application()

from themis.api.compat.sockets import addresses  # noqa: E402
from themis.api.front.app import Front  # noqa: E402
from themis.api.pathkey import PathKeys  # noqa: E402
from themis.api.unavailable import Unavailable  # noqa: E402
from themis.guard import BoundedBodies  # noqa: E402
from themis.live.urls import routes  # noqa: E402  models load with the line above

pages = AllowedHostsOriginValidator(AuthMiddlewareStack(routes))
by_protocol = ProtocolTypeRouter(
    {
        "http": Unavailable(BoundedBodies(Front(cast("ASGI3Application", http)))),
        "websocket": URLRouter([*addresses, re_path("", pages)]),  # type: ignore[list-item]
    }
)
application = PathKeys(cast("ASGI3Application", by_protocol))
