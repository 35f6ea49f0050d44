-- The late table takes a column that no session needs; it comes to the sessions behind the others.
CREATE TABLE clicks (who STRING, page STRING, note STRING, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time - INTERVAL '5' SECOND)
WITH ('connector' = 'test', 'late-rows' = 'late');
CREATE TABLE late (who STRING, note STRING, at_time TIMESTAMP(3)) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE VIEW meant AS SELECT who, page, at_time FROM clicks WHERE page <> '';
SELECT who, window_start, COUNT(*) AS clicks, COUNT(DISTINCT page) AS pages
FROM TABLE(SESSION(TABLE meant PARTITION BY who, DESCRIPTOR(at_time), INTERVAL '1' MINUTE)) GROUP BY who, window_start, window_end;
