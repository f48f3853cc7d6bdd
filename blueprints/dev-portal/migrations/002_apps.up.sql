-- Apps and their versions.

CREATE TABLE apps (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    developer_id uuid NOT NULL REFERENCES developers (id) ON DELETE CASCADE,
    package_id   varchar(255) UNIQUE NOT NULL,
    name         varchar(100) NOT NULL,
    description  text,
    category     varchar(50),
    tags         varchar(50)[] DEFAULT '{}',
    status       varchar(20) DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'suspended')),
    created_at   timestamptz DEFAULT now(),
    updated_at   timestamptz DEFAULT now()
);

CREATE INDEX apps_developer_idx ON apps (developer_id);
CREATE INDEX apps_status_idx ON apps (status);
CREATE INDEX apps_search_idx ON apps USING gin (to_tsvector('english', name || ' ' || coalesce(description, '')));
CREATE INDEX apps_tags_idx ON apps USING gin (tags);

CREATE TABLE app_versions (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    app_id            uuid NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    version_code      integer NOT NULL,
    version_name      varchar(20) NOT NULL,
    package_url       text NOT NULL,
    package_size      bigint NOT NULL,
    signature         varchar(512) NOT NULL,
    permissions       jsonb DEFAULT '[]',
    min_mosis_version varchar(20),
    release_notes     text,
    status            varchar(20) DEFAULT 'draft'
                      CHECK (status IN ('draft', 'review', 'approved', 'published', 'rejected')),
    review_notes      text,
    published_at      timestamptz,
    created_at        timestamptz DEFAULT now(),
    UNIQUE (app_id, version_code)
);

CREATE INDEX app_versions_status_idx ON app_versions (status);

COMMENT ON TABLE apps IS 'What the store offers; package_id is the name that machines use.';
COMMENT ON TABLE app_versions IS 'Releases: draft, review, approved or rejected, published. A published one never changes.';
