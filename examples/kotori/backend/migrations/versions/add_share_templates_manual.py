"""add share templates, written by hand

Revision ID: add_share_templates_manual
Revises: add_sharing_tables
Create Date: 2025-06-19 08:02:10+00:00
"""

from alembic import op

revision = "add_share_templates_manual"
down_revision = "add_sharing_tables"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        """
        CREATE TABLE share_templates (
            id bigserial PRIMARY KEY,
            name text NOT NULL UNIQUE,
            message text NOT NULL
        )
        """
    )
    op.execute(
        """
        INSERT INTO share_templates (name, message)
        VALUES ('default', 'Here''s the report you asked for; it is 100% yours.')
        """
    )


def downgrade():
    op.execute("DROP TABLE share_templates")
