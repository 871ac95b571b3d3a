-- what is gone
DROP TABLE from_file;
