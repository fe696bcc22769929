"""index share access by viewer, without holding writers up

Revision ID: e5c2470b9d13
Revises: fill_share_state
Create Date: 2025-11-04 16:22:08+00:00
"""

from alembic import op

revision = "e5c2470b9d13"
down_revision = "fill_share_state"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_share_access_viewer_email",
            "share_access",
            ["viewer_email"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_share_access_viewer_email",
            "share_access",
            postgresql_concurrently=True,
            if_exists=True,
        )
