-- 2:14 HF003
CREATE TABLE hf_secrets (id int);
