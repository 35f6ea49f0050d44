-- Late rows of two sources go to a table each; those of a third source are counted only.
CREATE TABLE north (id BIGINT, note STRING, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time) WITH ('connector' = 'test', 'late-rows' = 'late_north');
CREATE TABLE south (id BIGINT, place STRING, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time) WITH ('connector' = 'test', 'late-rows' = 'late_south');
CREATE TABLE west (id BIGINT, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time) WITH ('connector' = 'test');
CREATE TABLE late_north (id BIGINT, note STRING, at_time TIMESTAMP(3)) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE TABLE late_south (at_time TIMESTAMP(3), place STRING) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE VIEW earth AS SELECT id, at_time FROM north UNION ALL SELECT id, at_time FROM south UNION ALL SELECT id, at_time FROM west;
SELECT id, window_start, COUNT(*) AS number
FROM TABLE(SESSION(TABLE earth PARTITION BY id, DESCRIPTOR(at_time), INTERVAL '1' MINUTE)) GROUP BY id, window_start, window_end;
