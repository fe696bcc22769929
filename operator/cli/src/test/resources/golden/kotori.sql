-- What Alembic 1.12.1 prints of examples/kotori/backend: alembic upgrade head --sql
BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 3f1a9c52e0d4

CREATE TABLE users (
    id BIGSERIAL NOT NULL, 
    email VARCHAR(320) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
    PRIMARY KEY (id), 
    UNIQUE (email)
);

CREATE TABLE reports (
    id BIGSERIAL NOT NULL, 
    owner_id BIGINT NOT NULL, 
    title TEXT NOT NULL, 
    PRIMARY KEY (id), 
    FOREIGN KEY(owner_id) REFERENCES users (id)
);

INSERT INTO alembic_version (version_num) VALUES ('3f1a9c52e0d4') RETURNING alembic_version.version_num;

COMMIT;

BEGIN;

-- Running upgrade 3f1a9c52e0d4 -> add_sharing_tables

CREATE TABLE shares (
    id BIGSERIAL NOT NULL, 
    report_id BIGINT NOT NULL, 
    legacy_token VARCHAR(64), 
    expires_at TIMESTAMP WITH TIME ZONE, 
    revoked_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id), 
    FOREIGN KEY(report_id) REFERENCES reports (id)
);

CREATE UNIQUE INDEX ix_shares_legacy_token ON shares (legacy_token);

CREATE TABLE share_access (
    id BIGSERIAL NOT NULL, 
    share_id BIGINT NOT NULL, 
    viewer_email VARCHAR(320) NOT NULL, 
    viewed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    PRIMARY KEY (id), 
    FOREIGN KEY(share_id) REFERENCES shares (id)
);

UPDATE alembic_version SET version_num='add_sharing_tables' WHERE alembic_version.version_num = '3f1a9c52e0d4';

COMMIT;

BEGIN;

-- Running upgrade add_sharing_tables -> add_share_templates_manual

CREATE TABLE share_templates (
            id bigserial PRIMARY KEY,
            name text NOT NULL UNIQUE,
            message text NOT NULL
        );

INSERT INTO share_templates (name, message)
        VALUES ('default', 'Here''s the report you asked for; it is 100% yours.');

UPDATE alembic_version SET version_num='add_share_templates_manual' WHERE alembic_version.version_num = 'add_sharing_tables';

COMMIT;

BEGIN;

-- Running upgrade add_share_templates_manual -> 7c39d7b141c7

ALTER TABLE share_access ADD COLUMN consent_given_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE share_access ADD COLUMN consent_version VARCHAR(20);

UPDATE alembic_version SET version_num='7c39d7b141c7' WHERE alembic_version.version_num = 'add_share_templates_manual';

COMMIT;

BEGIN;

-- Running upgrade 7c39d7b141c7 -> b81d0f6a2c97

CREATE TYPE share_state AS ENUM ('active', 'expired', 'revoked');

ALTER TABLE shares ADD COLUMN state share_state;

UPDATE alembic_version SET version_num='b81d0f6a2c97' WHERE alembic_version.version_num = '7c39d7b141c7';

COMMIT;

BEGIN;

-- Running upgrade b81d0f6a2c97 -> fill_share_state

UPDATE shares
        SET state = CASE
            WHEN revoked_at IS NOT NULL THEN 'revoked'
            WHEN expires_at < now() THEN 'expired'
            ELSE 'active'
        END::share_state
        WHERE state IS NULL;

UPDATE alembic_version SET version_num='fill_share_state' WHERE alembic_version.version_num = 'b81d0f6a2c97';

COMMIT;

BEGIN;

-- Running upgrade fill_share_state -> e5c2470b9d13

COMMIT;

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_share_access_viewer_email ON share_access (viewer_email);

BEGIN;

UPDATE alembic_version SET version_num='e5c2470b9d13' WHERE alembic_version.version_num = 'fill_share_state';

COMMIT;

BEGIN;

-- Running upgrade e5c2470b9d13 -> 9d4e61c7f0ab

DROP INDEX IF EXISTS ix_shares_legacy_token;

ALTER TABLE shares DROP COLUMN legacy_token;

UPDATE alembic_version SET version_num='9d4e61c7f0ab' WHERE alembic_version.version_num = 'e5c2470b9d13';

COMMIT;

