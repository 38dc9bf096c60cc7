"""The ASGI application of one of several web processes: warm before the first visitor comes.

It ends with the process that started it.
"""

from __future__ import annotations

import threading

from themis.asgi import application
from themis.parent import end_with_parent
from themis.web.assets import warm_up

__all__ = ["application"]

threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
end_with_parent()
