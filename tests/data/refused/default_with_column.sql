-- 2:38 0A000
CREATE TABLE a (x int, y int DEFAULT x);
