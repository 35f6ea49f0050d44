-- The same sessions twice: a late row is written for one of them. Sessions by another key are others.
CREATE TABLE clicks (who STRING, page STRING, note STRING, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time)
WITH ('connector' = 'test', 'late-rows' = 'late');
CREATE TABLE late (who STRING, note STRING, at_time TIMESTAMP(3)) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE TABLE out1 (who STRING, n BIGINT) WITH ('connector' = 'test', 'accepts' = 'insert-only');
INSERT INTO out1 SELECT who, COUNT(*)
FROM TABLE(SESSION(TABLE clicks PARTITION BY who, DESCRIPTOR(at_time), INTERVAL '5' SECOND)) GROUP BY who, window_start, window_end;
INSERT INTO out1 SELECT who, COUNT(page)
FROM TABLE(SESSION(TABLE clicks PARTITION BY who, DESCRIPTOR(at_time), INTERVAL '5' SECOND)) GROUP BY who, window_start, window_end;
INSERT INTO out1 SELECT page, COUNT(*)
FROM TABLE(SESSION(TABLE clicks PARTITION BY page, DESCRIPTOR(at_time), INTERVAL '5' SECOND)) GROUP BY page, window_start, window_end;
