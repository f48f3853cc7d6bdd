-- 2:23 HF003
CREATE TABLE a (email citext);
