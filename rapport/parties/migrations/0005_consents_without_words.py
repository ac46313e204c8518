from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('parties', '0004_consents_by_purpose')]

    operations = [
        migrations.RemoveField(
            model_name='consent',
            name='former',
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(fields=['party', 'purpose', 'channel', 'at'], name='consent_latest'),
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(condition=models.Q(('current', True)), fields=['purpose', 'channel', 'state'], name='consent_holding'),
        ),
    ]
