"""one access per share and viewer

Forgets that people look twice: where the data has such rows it fails, after the revision before it
is in.

Revision ID: one_access_per_viewer
Revises: c4f7be210a95
Create Date: 2025-11-20 14:12:03+00:00
"""

from alembic import op

revision = "one_access_per_viewer"
down_revision = "c4f7be210a95"
branch_labels = None
depends_on = None


def upgrade():
    op.create_unique_constraint(
        "uq_share_access_viewer", "share_access", ["share_id", "viewer_email"]
    )


def downgrade():
    op.drop_constraint("uq_share_access_viewer", "share_access", type_="unique")
