"""The ASGI application: HTTP to Django, WebSockets to `live`."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "themis.settings")
http = get_asgi_application()

from themis.live.urls import routes  # noqa: E402  models load with the line above

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(routes)),
    }
)
