"""Every action vocabulary there is."""

from __future__ import annotations

from themis.formats.actions import (
    aitw,
    androidlab,
    androidworld,
    browsergym,
    claude,
    computer13,
    gemini,
    harbor,
    maestro,
    mobile_use,
    online_mind2web,
    openai,
    pyautogui,
    uitars,
)
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.mcp import actions as mcp
from themis.formats.webvoyager import text as webvoyager

VOCABULARIES: tuple[Vocabulary, ...] = (
    computer13.VOCABULARY,
    pyautogui.VOCABULARY,
    webvoyager.VOCABULARY,
    androidworld.VOCABULARY,
    androidlab.VOCABULARY,
    aitw.VOCABULARY,
    mobile_use.VOCABULARY,
    browsergym.VOCABULARY,
    online_mind2web.VOCABULARY,
    claude.VOCABULARY,
    openai.VOCABULARY,
    gemini.VOCABULARY,
    uitars.VOCABULARY,
    harbor.VOCABULARY,
    maestro.VOCABULARY,
    mcp.VOCABULARY,
)
