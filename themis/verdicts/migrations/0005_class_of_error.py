"""The class of error as a column, so that counting does not open every finding."""

from django.db import migrations, models

FILL = {
    "postgresql": """
        UPDATE verdicts_verdict SET error_class = finding ->> 'error_class'
        WHERE finding ->> 'error_class' IS NOT NULL
    """,
    "sqlite": """
        UPDATE verdicts_verdict SET error_class = json_extract(finding, '$.error_class')
        WHERE json_extract(finding, '$.error_class') IS NOT NULL
    """,
}


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FILL[schema_editor.connection.vendor])


class Migration(migrations.Migration):

    dependencies = [
        ("verdicts", "0004_cached_tokens_and_price"),
    ]

    operations = [
        migrations.AddField(
            model_name="verdict",
            name="error_class",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
