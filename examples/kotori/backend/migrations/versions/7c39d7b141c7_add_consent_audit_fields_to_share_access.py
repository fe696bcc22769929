"""add consent audit fields to share access

Revision ID: 7c39d7b141c7
Revises: add_share_templates_manual
Create Date: 2025-09-30 11:47:55+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "7c39d7b141c7"
down_revision = "add_share_templates_manual"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("share_access", sa.Column("consent_given_at", sa.DateTime(timezone=True)))
    op.add_column("share_access", sa.Column("consent_version", sa.String(20)))


def downgrade():
    op.drop_column("share_access", "consent_version")
    op.drop_column("share_access", "consent_given_at")
