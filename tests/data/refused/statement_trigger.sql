-- 4:35 HF003
CREATE TABLE a (id int, updated_at timestamptz);
CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := now(); RETURN NEW; END';
CREATE TRIGGER x BEFORE INSERT ON public.a FOR EACH ROW EXECUTE FUNCTION t();
