"""Every action vocabulary there is."""

from __future__ import annotations

from themis.formats.actions import (
    aitw,
    androidlab,
    androidworld,
    computer13,
    mobile_use,
    pyautogui,
)
from themis.formats.actions.vocabulary import Vocabulary
from themis.formats.webvoyager import text as webvoyager

VOCABULARIES: tuple[Vocabulary, ...] = (
    computer13.VOCABULARY,
    pyautogui.VOCABULARY,
    webvoyager.VOCABULARY,
    androidworld.VOCABULARY,
    androidlab.VOCABULARY,
    aitw.VOCABULARY,
    mobile_use.VOCABULARY,
)
