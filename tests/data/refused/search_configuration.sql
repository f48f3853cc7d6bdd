-- 3:32 HF003
CREATE TABLE a (t text);
CREATE INDEX i ON a USING gin (to_tsvector('klingon', t));
