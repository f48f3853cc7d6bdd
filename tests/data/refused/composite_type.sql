-- 2:1 HF003
CREATE TYPE pair AS (a int, b int);
