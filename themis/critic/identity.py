"""What a critic is called by: its name, version and settings in one."""

from __future__ import annotations

import hashlib
import json

from themis.critic.contract import Critic


def settings_hash(critic: Critic) -> str:
    """One name for a critic with its version and settings; equal ones judge alike."""
    facts = {"name": critic.name, "version": critic.version, "settings": critic.settings}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode("ascii")).hexdigest()
