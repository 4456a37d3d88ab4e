from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0006_reports")]

    operations = [
        migrations.AddField(
            model_name="linkjudgement", name=name, field=models.CharField(blank=True, default="", max_length=255)
        )
        for name in ("why", "undone_why")
    ]
