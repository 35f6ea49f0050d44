-- What the JVM is shown once after a build, so that it starts faster: each kind of step on a few rows.
CREATE TABLE plain (
  a BIGINT, b STRING, c DOUBLE, d DECIMAL(10, 2), t TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR t AS t - INTERVAL '1' HOUR
) WITH ('connector' = 'datagen', 'number-of-rows' = '5000', 'rows-per-second' = '1000000', 'fields.a.max' = '100');
CREATE TABLE side (k BIGINT, v STRING)
  WITH ('connector' = 'datagen', 'number-of-rows' = '100', 'rows-per-second' = '1000000');
CREATE VIEW once AS
SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY b ORDER BY p ASC) AS rn FROM plain) WHERE rn = 1;
SELECT window_start, UPPER(b) AS b, COUNT(*) AS n, AVG(c) AS c, COUNT(DISTINCT a) AS a
FROM TABLE(TUMBLE(TABLE once, DESCRIPTOR(t), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, UPPER(b);
SELECT a, n FROM (
  SELECT a, n, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC) AS place FROM (
    SELECT a, COUNT(*) AS n, window_start, window_end
    FROM TABLE(HOP(TABLE plain, DESCRIPTOR(t), INTERVAL '1' HOUR, INTERVAL '3' HOUR))
    GROUP BY a, window_start, window_end)) WHERE place <= 3;
SELECT x.a, y.b, DATE_FORMAT(x.t, 'yyyy-MM-dd') AS d FROM plain AS x
LEFT JOIN once AS y ON x.a = y.a AND y.t BETWEEN x.t - INTERVAL '1' MINUTE AND x.t
LEFT JOIN side FOR SYSTEM_TIME AS OF x.p AS s ON x.a = s.k;
SELECT a, SUM(d) AS d, MAX(b) AS b FROM plain WHERE c > 0.5 GROUP BY a HAVING COUNT(*) > 1;
