-- Sessions that update, read with and without rows before updates, are one node still.
CREATE TABLE clicks (who STRING, note STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'test', 'allowed-lateness' = '1 min', 'late-rows' = 'late');
CREATE TABLE late (note STRING, ts TIMESTAMP(3)) WITH ('connector' = 'test', 'accepts' = 'insert-only');
CREATE TABLE sessions (who STRING, until TIMESTAMP(3), clicks BIGINT, PRIMARY KEY (who, until) NOT ENFORCED) WITH ('connector' = 'test', 'accepts' = 'upsert');
CREATE TABLE lengths (clicks BIGINT, sessions BIGINT, PRIMARY KEY (clicks) NOT ENFORCED) WITH ('connector' = 'test', 'accepts' = 'upsert');
CREATE VIEW ends AS SELECT who, window_end AS until, COUNT(*) AS clicks
FROM TABLE(SESSION(TABLE clicks PARTITION BY who, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY who, window_start, window_end;
INSERT INTO sessions SELECT who, until, clicks FROM ends;
INSERT INTO lengths SELECT clicks, COUNT(*) FROM ends GROUP BY clicks;
