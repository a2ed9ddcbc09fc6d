DROP TABLE load_ingestions;
DROP TABLE load_sources;
DROP TABLE load_hours;
DROP TABLE load_cells;
DROP TABLE load_series;
