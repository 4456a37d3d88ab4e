from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_deliveries"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkJudgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("left_id", models.CharField(max_length=128)),
                ("right_id", models.CharField(db_index=True, max_length=128)),
                ("verdict", models.CharField(choices=[("accept", "Accept"), ("reject", "Reject")], max_length=6)),
                ("who", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("undone_by", models.CharField(blank=True, default="", max_length=64)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
