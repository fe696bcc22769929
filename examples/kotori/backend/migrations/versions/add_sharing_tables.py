"""add sharing tables

Revision ID: add_sharing_tables
Revises: 3f1a9c52e0d4
Create Date: 2025-04-02 15:30:41+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "add_sharing_tables"
down_revision = "3f1a9c52e0d4"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "shares",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("report_id", sa.BigInteger(), sa.ForeignKey("reports.id"), nullable=False),
        sa.Column("legacy_token", sa.String(64)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_shares_legacy_token", "shares", ["legacy_token"], unique=True)
    op.create_table(
        "share_access",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("share_id", sa.BigInteger(), sa.ForeignKey("shares.id"), nullable=False),
        sa.Column("viewer_email", sa.String(320), nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade():
    op.drop_table("share_access")
    op.drop_table("shares")
