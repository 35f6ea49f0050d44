CREATE TABLE measured (id BIGINT, at_time TIMESTAMP(3), WATERMARK FOR at_time AS at_time) WITH ('connector' = 'test', 'allowed-lateness' = '1 min');
CREATE TABLE totals (ws TIMESTAMP(3), id BIGINT, number BIGINT, PRIMARY KEY (ws, id) NOT ENFORCED) WITH ('connector' = 'test', 'accepts' = 'upsert');
INSERT INTO totals SELECT window_start, id, COUNT(*) FROM TABLE(TUMBLE(TABLE measured, DESCRIPTOR(at_time), INTERVAL '1' MINUTE)) GROUP BY id, window_start, window_end;
SELECT MAX(number) AS most FROM (SELECT window_start, window_end, COUNT(*) AS number FROM TABLE(TUMBLE(TABLE measured, DESCRIPTOR(at_time), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end) GROUP BY window_start, window_end;
