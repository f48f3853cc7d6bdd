-- 2:1 HF003
SET search_path = other, public;
