DROP TABLE letters;
DROP TABLE counters;
DROP TABLE children;
DROP TABLE parents;
DROP TABLE everything;
DROP TYPE mood;
