-- 2:22 42704
CREATE TABLE a (mood emotion);
