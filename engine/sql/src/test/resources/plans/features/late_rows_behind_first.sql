-- Behind a deduplication; the late table takes columns of the source.
CREATE TABLE clicks (id BIGINT, who STRING, note STRING, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time)
WITH ('connector' = 'test', 'late-rows' = 'late');
CREATE TABLE late (id BIGINT, note STRING, at_time TIMESTAMP(3)) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE VIEW firsts AS SELECT id, who, note, at_time FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY PROCTIME()) AS n FROM clicks) WHERE n = 1;
SELECT who, window_end, COUNT(*) AS clicks
FROM TABLE(SESSION(TABLE firsts PARTITION BY who, DESCRIPTOR(at_time), INTERVAL '1' MINUTE)) GROUP BY who, window_start, window_end;
