-- 3:1 HF003
CREATE TABLE a (id int);
COPY a FROM '/tmp/rows';
