"""The edit log can only grow: the database refuses UPDATE, DELETE and TRUNCATE."""

from django.db import migrations

FORBID = """
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON annotations_edit
  FOR EACH ROW EXECUTE FUNCTION coverslip_append_only();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON annotations_edit
  FOR EACH STATEMENT EXECUTE FUNCTION coverslip_append_only();
"""
ALLOW = """
DROP TRIGGER append_only_rows ON annotations_edit;
DROP TRIGGER append_only_table ON annotations_edit;
"""


class Migration(migrations.Migration):
    dependencies = [("annotations", "0003_initial"), ("webapp", "0002_append_only")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
