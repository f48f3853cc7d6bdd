-- 2:24 HF003
CREATE TABLE a (during tstzrange);
