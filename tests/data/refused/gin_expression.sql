-- 3:33 HF003
CREATE TABLE a (id int, doc jsonb);
CREATE INDEX i ON a USING gin ((lower(doc::text)));
