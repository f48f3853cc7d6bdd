-- 2:31 HF003
CREATE TABLE a (room integer, EXCLUDE USING gist (room WITH =));
