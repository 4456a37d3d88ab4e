from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_link_judgements"), ("desk", "0002_undone_deliveries")]
    operations = []  # noqa: RUF012
