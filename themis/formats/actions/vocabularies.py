"""Every action vocabulary there is."""

from __future__ import annotations

from themis.formats.actions import computer13, harbor, pyautogui
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.webvoyager import text as webvoyager

VOCABULARIES: tuple[Vocabulary, ...] = (
    computer13.VOCABULARY,
    pyautogui.VOCABULARY,
    webvoyager.VOCABULARY,
    harbor.VOCABULARY,
)
