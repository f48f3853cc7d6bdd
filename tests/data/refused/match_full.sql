-- 3:31 HF003
CREATE TABLE a (x int, y int, UNIQUE (x, y));
CREATE TABLE b (x int, y int, FOREIGN KEY (x, y) REFERENCES a (x, y) MATCH FULL);
