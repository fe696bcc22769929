"""fill the state of shares from their dates

Revision ID: fill_share_state
Revises: b81d0f6a2c97
Create Date: 2025-11-03 10:31:40+00:00
"""

from alembic import op

revision = "fill_share_state"
down_revision = "b81d0f6a2c97"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        """
        UPDATE shares
        SET state = CASE
            WHEN revoked_at IS NOT NULL THEN 'revoked'
            WHEN expires_at < now() THEN 'expired'
            ELSE 'active'
        END::share_state
        WHERE state IS NULL
        """
    )


def downgrade():
    op.execute("UPDATE shares SET state = NULL")
