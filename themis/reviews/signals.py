"""What happens in queues, told in the transaction in which it happens.

Whoever passes it on to people outside waits for the commit.
"""

from __future__ import annotations

from django.dispatch import Signal

changed = Signal()  # queue_id: somebody took, gave back, decided, settled or edited something
decided = Signal()  # decision: submitted, or in the place of an earlier one
flagged = Signal()  # item, by: a second opinion was asked for
ruled = Signal()  # item, before, by: all who were asked agree now, on another ruling than before
disputed = Signal()  # item: all who were asked have decided, and they do not agree
settled = Signal()  # override: an adjudicator ruled, ruled otherwise, or took a ruling back
finished = Signal()  # queue_id: the last item was decided
opened = Signal()  # queue_id: it is filled, or goes on after a pause
