from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_link_judgements")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[("accepted", "Accepted"), ("refused", "Refused"), ("undone", "Undone")], max_length=8
            ),
        ),
        migrations.AddField(
            model_name="delivery", name="rules", field=models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.AddField(model_name="delivery", name="undone_on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="delivery", name="undone_by", field=models.CharField(blank=True, default="", max_length=64)
        ),
    ]
