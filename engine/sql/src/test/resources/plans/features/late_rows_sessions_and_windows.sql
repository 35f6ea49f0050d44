-- Of the windows, those of 10 s have all late rows of those of a minute; a row that is late for them is not written for its session.
CREATE TABLE clicks (who STRING, note STRING, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time)
WITH ('connector' = 'test', 'late-rows' = 'late');
CREATE TABLE late (who STRING, note STRING, at_time TIMESTAMP(3)) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE TABLE out1 (s TIMESTAMP(3), n BIGINT) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE TABLE out2 (who STRING, s TIMESTAMP(3), n BIGINT) WITH ('connector' = 'test', 'accepts' = 'insert-only');
INSERT INTO out1 SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(at_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
INSERT INTO out1 SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(at_time), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
INSERT INTO out2 SELECT who, window_start, COUNT(*)
FROM TABLE(SESSION(TABLE clicks PARTITION BY who, DESCRIPTOR(at_time), INTERVAL '5' SECOND)) GROUP BY who, window_start, window_end;
