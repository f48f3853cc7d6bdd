DROP TABLE app_versions;
DROP TABLE apps;
