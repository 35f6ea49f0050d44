CREATE TABLE measured (
  id BIGINT, reading DOUBLE, at_text STRING,
  at_time AS CAST(at_text AS TIMESTAMP(3)),
  WATERMARK FOR at_time AS at_time - INTERVAL '5' SECOND
) WITH ('connector' = 'test', 'late-rows' = 'late');
CREATE TABLE late (id BIGINT, reading DECIMAL(20, 2), at_time TIMESTAMP(6)) WITH ('connector' = 'test', 'accepts' = 'insert-only');
SELECT id, window_start, MAX(reading) AS top FROM TABLE(TUMBLE(TABLE measured, DESCRIPTOR(at_time), INTERVAL '1' MINUTE))
WHERE reading > 0 GROUP BY id, window_start, window_end;
