-- 2:27 HF003
CREATE TABLE a (name text COLLATE "de_DE");
