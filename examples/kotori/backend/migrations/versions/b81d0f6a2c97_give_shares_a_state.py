"""give shares a state

Revision ID: b81d0f6a2c97
Revises: 7c39d7b141c7
Create Date: 2025-11-03 10:05:17+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b81d0f6a2c97"
down_revision = "7c39d7b141c7"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TYPE share_state AS ENUM ('active', 'expired', 'revoked')")
    op.add_column(
        "shares",
        sa.Column("state", postgresql.ENUM(name="share_state", create_type=False)),
    )


def downgrade():
    op.drop_column("shares", "state")
    op.execute("DROP TYPE share_state")
