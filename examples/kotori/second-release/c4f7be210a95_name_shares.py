"""let shares have a name

Revision ID: c4f7be210a95
Revises: 9d4e61c7f0ab
Create Date: 2025-11-20 13:40:26+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "c4f7be210a95"
down_revision = "9d4e61c7f0ab"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("shares", sa.Column("name", sa.Text()))


def downgrade():
    op.drop_column("shares", "name")
