-- Developers, their API keys and the keys they sign packages with.

CREATE TABLE developers (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email          varchar(255) UNIQUE NOT NULL,
    name           varchar(100) NOT NULL,
    password_hash  varchar(255),
    oauth_provider varchar(50),
    oauth_id       varchar(255),
    verified       boolean DEFAULT false,
    created_at     timestamptz DEFAULT now(),
    updated_at     timestamptz DEFAULT now()
);

CREATE INDEX developers_oauth_idx ON developers (oauth_provider, oauth_id);

CREATE TABLE api_keys (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    developer_id uuid NOT NULL REFERENCES developers (id) ON DELETE CASCADE,
    name         varchar(100) NOT NULL,
    key_hash     varchar(255) NOT NULL,
    key_prefix   varchar(10) NOT NULL,
    permissions  jsonb DEFAULT '[]',
    last_used_at timestamptz,
    expires_at   timestamptz,
    created_at   timestamptz DEFAULT now()
);

CREATE INDEX api_keys_developer_idx ON api_keys (developer_id);

CREATE TABLE signing_keys (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    developer_id uuid NOT NULL REFERENCES developers (id) ON DELETE CASCADE,
    name         varchar(100) NOT NULL,
    public_key   text NOT NULL,
    fingerprint  varchar(64) NOT NULL,
    is_active    boolean DEFAULT true,
    created_at   timestamptz DEFAULT now()
);

CREATE INDEX signing_keys_developer_idx ON signing_keys (developer_id);

COMMENT ON TABLE developers IS 'People and teams who publish apps.';
COMMENT ON TABLE api_keys IS 'Keys of a developer''s own tools; only a hash is kept.';
COMMENT ON TABLE signing_keys IS 'Public keys that package signatures are checked against.';
