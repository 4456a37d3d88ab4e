from typing import Any

from django.db import migrations

APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON desk_entry BEGIN SELECT RAISE(ABORT, 'ledger'); END",
        "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON desk_entry BEGIN SELECT RAISE(ABORT, 'ledger'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'ledger'; END $$",
        "CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON desk_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()",
    ),
}


def keep_the_ledger(apps: Any, schema_editor: Any) -> None:
    for statement in APPEND_ONLY.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement)


def make_the_owner(apps: Any, schema_editor: Any) -> None:
    """The zone of the home, and its owner: an account that acts on the machine and can't sign in."""
    account = apps.get_model("desk", "Account").objects.create(username="owner", password="!")
    zone = apps.get_model("desk", "Organisation").objects.create(code="zone", kind="zone", name="")
    for role in ("zone_director", "operator"):
        apps.get_model("desk", "Membership").objects.create(account=account, organisation=zone, role=role)


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_people")]

    operations = [
        migrations.RunPython(keep_the_ledger, migrations.RunPython.noop),
        migrations.RunPython(make_the_owner, migrations.RunPython.noop),
    ]
