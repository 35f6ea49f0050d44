CREATE TABLE north (id BIGINT, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time) WITH ('connector' = 'test', 'late-rows' = 'late');
CREATE TABLE south (id BIGINT, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time) WITH ('connector' = 'test', 'late-rows' = 'late');
CREATE TABLE late (id BIGINT, at_time TIMESTAMP(3)) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE VIEW earth AS SELECT * FROM north UNION ALL SELECT * FROM south WHERE id > 3;
SELECT window_start, COUNT(*) AS number FROM TABLE(TUMBLE(TABLE earth, DESCRIPTOR(at_time), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
