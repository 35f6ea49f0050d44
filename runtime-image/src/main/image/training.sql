-- What the JVM is shown when an image is built, so that pods start faster: each kind of step on a few rows.
CREATE TABLE plain (
  a BIGINT, b STRING, c DOUBLE, d DECIMAL(10, 2), t TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR t AS t - INTERVAL '1' HOUR
) WITH ('connector' = 'datagen', 'number-of-rows' = '20000', 'rows-per-second' = '10000', 'fields.a.max' = '100');
CREATE TABLE side (k BIGINT, v STRING)
  WITH ('connector' = 'datagen', 'number-of-rows' = '100', 'rows-per-second' = '1000000');
CREATE TABLE counts (w TIMESTAMP(3), b STRING, n BIGINT, c DOUBLE, m BIGINT) WITH ('connector' = 'blackhole');
CREATE TABLE tops (a BIGINT, n BIGINT) WITH ('connector' = 'blackhole');
CREATE TABLE pairs (a BIGINT, b STRING, d STRING) WITH ('connector' = 'blackhole');
CREATE TABLE known (a BIGINT, v STRING) WITH ('connector' = 'blackhole');
CREATE TABLE sums (a BIGINT, d DECIMAL(38, 2), b STRING, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector' = 'blackhole');
CREATE TABLE copies (a BIGINT, b STRING, d DECIMAL(10, 2), t TIMESTAMP(3))
  WITH ('connector' = 'filesystem', 'path' = 's3://training/copies', 'format' = 'json');
CREATE VIEW once AS
SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY b ORDER BY p ASC) AS rn FROM plain) WHERE rn = 1;
INSERT INTO counts
SELECT window_start, UPPER(b) AS b, COUNT(*) AS n, AVG(c) AS c, COUNT(DISTINCT a) AS m
FROM TABLE(TUMBLE(TABLE once, DESCRIPTOR(t), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, UPPER(b);
INSERT INTO tops
SELECT a, n FROM (
  SELECT a, n, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC) AS place FROM (
    SELECT a, COUNT(*) AS n, window_start, window_end
    FROM TABLE(HOP(TABLE plain, DESCRIPTOR(t), INTERVAL '1' HOUR, INTERVAL '3' HOUR))
    GROUP BY a, window_start, window_end)) WHERE place <= 3;
INSERT INTO pairs
SELECT x.a, y.b, DATE_FORMAT(x.t, 'yyyy-MM-dd') AS d FROM plain AS x
JOIN once AS y ON x.a = y.a AND y.t BETWEEN x.t - INTERVAL '1' MINUTE AND x.t;
INSERT INTO known SELECT x.a, s.v FROM plain AS x LEFT JOIN side FOR SYSTEM_TIME AS OF x.p AS s ON x.a = s.k;
INSERT INTO sums
SELECT a, SUM(d) AS d, MAX(b) AS b FROM plain WHERE c > 0.5 GROUP BY a HAVING COUNT(*) > 1;
INSERT INTO copies SELECT a, b, d, t FROM plain;
