"""Every action vocabulary there is."""

from __future__ import annotations

from themis.formats.actions import browsergym, computer13, online_mind2web, pyautogui
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.webvoyager import text as webvoyager

VOCABULARIES: tuple[Vocabulary, ...] = (
    computer13.VOCABULARY,
    pyautogui.VOCABULARY,
    webvoyager.VOCABULARY,
    browsergym.VOCABULARY,
    online_mind2web.VOCABULARY,
)
