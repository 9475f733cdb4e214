"""Triggers that keep lines as they were written, whoever asks the database.

A line may be sealed once (number and hashes, nothing else). Everything else needs the door that `audit.retention` opens
inside its transaction (`audit_chain.is_open`).
"""

from django.db import migrations

KEPT_COLUMNS = (
    "id", "log", "at", "action", "group", "actor_id", "actor_name", "actor_organisation", "acting_as_id",
    "acting_as_name", "object_type", "object_id", "object_title", "space_id", "space_slug", "details", "address",
    "salts", "commitments",
)  # fmt: skip


def _changed(distinct):
    columns = " OR ".join(f'NEW."{name}" {distinct} OLD."{name}"' for name in KEPT_COLUMNS)
    return f"(OLD.sequence IS NOT NULL OR {columns})"


SQLITE = (
    """
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    WHEN NOT EXISTS (SELECT 1 FROM audit_chain WHERE log = OLD.log AND is_open)
    BEGIN SELECT RAISE(ABORT, 'lines of the audit log are never changed or deleted'); END
    """,
    """
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    WHEN NOT EXISTS (SELECT 1 FROM audit_chain WHERE log = OLD.log AND is_open) AND CHANGED
    BEGIN SELECT RAISE(ABORT, 'lines of the audit log are never changed or deleted'); END
    """.replace("CHANGED", _changed("IS NOT")),
)
POSTGRESQL = (
    """
    CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM audit_chain WHERE log = OLD.log AND is_open) THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF NOT CHANGED THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'lines of the audit log are never changed or deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """.replace("CHANGED", _changed("IS DISTINCT FROM")),
    """
    CREATE TRIGGER audit_entry_guard BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()
    """,
)
UNDO = {
    "sqlite": ("DROP TRIGGER audit_entry_no_delete", "DROP TRIGGER audit_entry_no_update"),
    "postgresql": (
        "DROP TRIGGER audit_entry_guard ON audit_entry",
        "DROP FUNCTION audit_entry_guard()",
    ),
}


def guard(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def lift(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(guard, lift)]
