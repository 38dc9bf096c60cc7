"""Where what is stored already stands, and an index of its words where the database has one."""

from django.db import migrations

from themis.pipeline import standings, words


def fill(apps, schema_editor):
    standings.rebuild()


def index(apps, schema_editor):
    words.make_index()


class Migration(migrations.Migration):

    dependencies = [
        ('pipeline', '0002_standings'),
        ('trajectories', '0001_trajectories_and_screens'),
        ('verdicts', '0002_given_last'),
    ]

    operations = [
        migrations.RunPython(index, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
