"""create users and reports

Revision ID: 3f1a9c52e0d4
Revises:
Create Date: 2025-02-11 09:14:02+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "3f1a9c52e0d4"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("email", sa.String(320), nullable=False, unique=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("owner_id", sa.BigInteger(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
    )


def downgrade():
    op.drop_table("reports")
    op.drop_table("users")
