"""What waits for adjudicators is found without looking at everything else."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("reviews", "0005_holds_know_their_queue")]

    operations = [
        migrations.AddIndex(
            model_name="queueitem",
            index=models.Index(
                condition=Q(state="disputed") | Q(is_flagged=True, state="open"),
                fields=["id"],
                name="items_to_be_settled",
            ),
        ),
    ]
