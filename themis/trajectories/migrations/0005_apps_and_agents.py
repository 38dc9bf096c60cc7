"""Columns for the app and the agent of a run, filled from what is stored of it."""

from django.db import migrations, models
from django.db.models import F
from django.db.models.fields.json import KeyTransform

from themis.formats import told

CHUNK = 500  # rows written at a time
PAYLOADS = 20  # whole recordings in memory at a time


def fill(apps, schema_editor):
    trajectory = apps.get_model("trajectories", "Trajectory")
    rows = trajectory.objects.order_by().annotate(meta=KeyTransform("meta", F("payload")))
    found = rows.exclude(meta=None).values_list("pk", "meta").iterator(chunk_size=CHUNK)
    _write(
        trajectory,
        (trajectory(pk=pk, app=told.app_of(meta), agent=told.agent_of(meta)) for pk, meta in found),
    )
    # Only phones open apps by name often enough to read whole recordings for it.
    silent = trajectory.objects.order_by().filter(app="", platform__in=["android", "ios"])
    opened = silent.values_list("pk", "payload").iterator(chunk_size=PAYLOADS)
    _write(
        trajectory,
        (
            trajectory(pk=pk, app=told.first_opened_in(payload), agent="")
            for pk, payload in opened
        ),
        fields=("app",),
    )


def _write(trajectory, rows, fields=("app", "agent")):
    batch = []
    for row in rows:
        if any(getattr(row, field) for field in fields):
            batch.append(row)
        if len(batch) == CHUNK:
            trajectory.objects.bulk_update(batch, fields)
            batch = []
    if batch:
        trajectory.objects.bulk_update(batch, fields)


class Migration(migrations.Migration):

    dependencies = [
        ("trajectories", "0004_words_on_screens"),
    ]

    operations = [
        migrations.AddField(
            model_name="trajectory",
            name="agent",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="trajectory",
            name="app",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
