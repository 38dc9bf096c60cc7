from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_five_roles'),
    ]

    operations = [
        # Keys that are there could do everything, and go on to.
        migrations.AddField(
            model_name='apikey',
            name='scope',
            field=models.CharField(choices=[('read', 'Read'), ('submit', 'Submit'), ('admin', 'Admin')], default='admin', max_length=6),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='apikey',
            name='rate',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='apikey',
            name='expires_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('rate', None), ('rate__gte', 1), _connector='OR'), name='some_requests_a_key'),
        ),
    ]
