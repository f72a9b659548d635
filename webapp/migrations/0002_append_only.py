"""The audit log can only grow: the database refuses UPDATE, DELETE and TRUNCATE."""

from django.db import migrations

FORBID = """
CREATE FUNCTION coverslip_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON webapp_auditevent
  FOR EACH ROW EXECUTE FUNCTION coverslip_append_only();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON webapp_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION coverslip_append_only();
"""
ALLOW = """
DROP TRIGGER append_only_rows ON webapp_auditevent;
DROP TRIGGER append_only_table ON webapp_auditevent;
DROP FUNCTION coverslip_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("webapp", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
