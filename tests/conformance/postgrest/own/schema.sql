-- A lending library: the schema of the project's own cases.
CREATE SCHEMA test;
CREATE SCHEMA annex;
CREATE TYPE test.shelf AS ENUM ('stacks', 'desk', 'vault');
CREATE TABLE test.authors (
  id integer,
  name text NOT NULL,
  CONSTRAINT authors_pkey PRIMARY KEY (id)
);
CREATE TABLE test.books (
  id integer,
  title text NOT NULL,
  year integer,
  price numeric,
  shelf test.shelf,
  facts jsonb,
  notes json,
  tags text[],
  author_id integer,
  CONSTRAINT books_pkey PRIMARY KEY (id),
  CONSTRAINT books_author_fkey FOREIGN KEY (author_id) REFERENCES test.authors (id)
);
CREATE TABLE test.readers (
  id integer,
  nick text,
  CONSTRAINT readers_pkey PRIMARY KEY (id),
  CONSTRAINT readers_nick_key UNIQUE (nick)
);
CREATE TABLE test.loans (
  book_id integer,
  reader_id integer,
  due date,
  CONSTRAINT loans_pkey PRIMARY KEY (book_id, reader_id),
  CONSTRAINT loans_book_fkey FOREIGN KEY (book_id) REFERENCES test.books (id),
  CONSTRAINT loans_reader_fkey FOREIGN KEY (reader_id) REFERENCES test.readers (id)
);
CREATE TABLE test."Desk" (
  id integer,
  place text,
  CONSTRAINT "Desk_pkey" PRIMARY KEY (id)
);
CREATE TABLE test.desk (
  id integer,
  place text,
  CONSTRAINT desk_pkey PRIMARY KEY (id)
);
CREATE TABLE test.staff_only (
  id integer,
  CONSTRAINT staff_only_pkey PRIMARY KEY (id)
);
CREATE TABLE annex.authors (
  id integer,
  name text,
  CONSTRAINT annex_authors_pkey PRIMARY KEY (id)
);
CREATE VIEW test.modern_books (id, title, author_id) AS
SELECT b.id,
    b.title,
    b.author_id
   FROM ( SELECT books.id,
            books.title,
            books.author_id
           FROM test.books
          WHERE (books.year >= 1950)) b;
