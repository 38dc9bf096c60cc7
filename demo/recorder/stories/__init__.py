"""Every story there is, in the order they are listed."""

from __future__ import annotations

from demo.recorder.stories.agenda import AGENDA_REPLACED
from demo.recorder.stories.board import TICKET_UNDONE
from demo.recorder.stories.invoice import INVOICE_SWAPPED
from demo.recorder.stories.notes import NOTE_SAVED, NOTE_SWAPPED, NOTE_UNSAVED
from demo.recorder.stories.rooms import ROOM_TAKEN
from demo.recorder.stories.settings import SETTINGS_SAVED
from demo.recorder.stories.shop import ORDER_SHORT, ORDER_THREE
from demo.recorder.stories.vat import VAT_ADDED
from demo.recorder.story import Story

STORIES: tuple[Story, ...] = (
    NOTE_SAVED,
    NOTE_UNSAVED,
    NOTE_SWAPPED,
    ORDER_THREE,
    ORDER_SHORT,
    ROOM_TAKEN,
    SETTINGS_SAVED,
    TICKET_UNDONE,
    AGENDA_REPLACED,
    INVOICE_SWAPPED,
    VAT_ADDED,
)
