DROP TABLE load_alerts;
DROP TABLE forecast_days;
DROP TABLE forecast_profiles;
DROP TABLE forecasts;
ALTER TABLE pools DROP COLUMN background_margin;
ALTER TABLE pools DROP COLUMN background;
