import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, OuterRef, Subquery


def fill_in(apps, schema_editor):
    item = apps.get_model("reviews", "QueueItem").objects.filter(pk=OuterRef("item"))
    apps.get_model("reviews", "Hold").objects.update(
        queue=Subquery(item.values("queue")[:1]), is_gold=Exists(item.exclude(gold=""))
    )
    if schema_editor.connection.vendor == "postgresql":
        # A table with checks still to come cannot be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def queue(**more):
    return models.ForeignKey(
        to="reviews.queue",
        on_delete=django.db.models.deletion.CASCADE,
        related_name="holds",
        db_index=False,
        editable=False,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0004_comments_are_kept_once"),
    ]

    operations = [
        migrations.AddField("hold", "queue", queue(null=True)),
        migrations.AddField("hold", "is_gold", models.BooleanField(default=False, editable=False)),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AlterField("hold", "queue", queue()),
        migrations.AddIndex(
            "hold",
            models.Index(
                condition=models.Q(state__in=("held", "aside")),
                fields=["queue", "user"],
                name="places_taken_in_a_queue",
            ),
        ),
    ]
