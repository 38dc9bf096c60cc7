"""The ASGI application: HTTP to Django, WebSockets to `live`."""

from __future__ import annotations

import os
from typing import cast

from asgiref.typing import ASGI3Application
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "themis.settings")
http = get_asgi_application()

from themis.api.front.app import Front  # noqa: E402
from themis.guard import BoundedBodies  # noqa: E402
from themis.live.urls import routes  # noqa: E402  models load with the line above

application = ProtocolTypeRouter(
    {
        "http": BoundedBodies(Front(cast("ASGI3Application", http))),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(routes)),
    }
)
