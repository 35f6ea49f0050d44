-- One record a departure, in the order in which the flights left. Event time is when they should have left, so it is
-- out of order: a flight that leaves more than two hours late may find its window closed, and goes to late_flights.
CREATE TABLE flights (
  id STRING,
  carrier STRING,
  flight INT,
  tailnum STRING,
  origin STRING,
  dest STRING,
  sched_dep TIMESTAMP(3),
  departed TIMESTAMP(3),
  dep_delay INT,
  distance INT,
  seen AS PROCTIME(),
  WATERMARK FOR sched_dep AS sched_dep - INTERVAL '2' HOUR
) WITH (
  'connector' = 'test',
  'late-rows' = 'late_flights'
);

-- The weather at each of the three airports, hour by hour. An hour is complete when the next one begins.
CREATE TABLE weather (
  origin STRING,
  hour_start TIMESTAMP(3),
  temp DOUBLE,
  wind_speed DOUBLE,
  precip DOUBLE,
  visib DOUBLE,
  WATERMARK FOR hour_start AS hour_start - INTERVAL '1' HOUR
) WITH (
  'connector' = 'test'
);

CREATE TABLE airlines (
  carrier STRING,
  name STRING,
  PRIMARY KEY (carrier) NOT ENFORCED
) WITH (
  'connector' = 'test'
);

CREATE TABLE airports (
  faa STRING,
  name STRING,
  PRIMARY KEY (faa) NOT ENFORCED
) WITH (
  'connector' = 'test'
);

CREATE TABLE departures_per_hour (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  origin STRING,
  departures BIGINT,
  delayed BIGINT,
  avg_delay DOUBLE,
  max_delay INT
) WITH (
  'connector' = 'test'
);

CREATE TABLE busiest_destinations (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  place BIGINT,
  dest STRING,
  departures BIGINT
) WITH (
  'connector' = 'test'
);

CREATE TABLE flights_with_weather (
  id STRING,
  airline STRING,
  origin STRING,
  dest STRING,
  dest_name STRING,
  sched_dep TIMESTAMP(3),
  dep_delay INT,
  temp DOUBLE,
  wind_speed DOUBLE,
  precip DOUBLE,
  visib DOUBLE
) WITH (
  'connector' = 'test'
);

CREATE TABLE late_flights (
  id STRING,
  carrier STRING,
  flight INT,
  tailnum STRING,
  origin STRING,
  dest STRING,
  sched_dep TIMESTAMP(3),
  departed TIMESTAMP(3),
  dep_delay INT,
  distance INT
) WITH (
  'connector' = 'test'
);

-- Some records come twice. The first one counts.
CREATE VIEW departures AS
SELECT id, carrier, flight, tailnum, origin, dest, sched_dep, departed, dep_delay, distance, seen
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY seen ASC) AS copy
  FROM flights
)
WHERE copy = 1;

EXECUTE STATEMENT SET
BEGIN

-- Departures and delays of each airport and hour.
INSERT INTO departures_per_hour
SELECT
  window_start,
  window_end,
  origin,
  COUNT(*) AS departures,
  COUNT(*) FILTER (WHERE dep_delay > 15) AS delayed,
  AVG(CAST(dep_delay AS DOUBLE)) AS avg_delay,
  MAX(dep_delay) AS max_delay
FROM TABLE(TUMBLE(TABLE departures, DESCRIPTOR(sched_dep), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, origin;

-- Each hour, the three busiest destinations of three hours.
INSERT INTO busiest_destinations
SELECT window_start, window_end, place, dest, departures
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY departures DESC, dest ASC) AS place
  FROM (
    SELECT window_start, window_end, dest, COUNT(*) AS departures
    FROM TABLE(HOP(TABLE departures, DESCRIPTOR(sched_dep), INTERVAL '1' HOUR, INTERVAL '3' HOUR))
    GROUP BY window_start, window_end, dest
  )
)
WHERE place <= 3;

-- Each flight with the name of its airline and of its destination, and with the weather of the hour in which it should
-- have left. Weather is kept for a day, so a flight finds it even when it leaves a day late.
INSERT INTO flights_with_weather
SELECT
  d.id,
  al.name AS airline,
  d.origin,
  d.dest,
  ap.name AS dest_name,
  d.sched_dep,
  d.dep_delay,
  w.temp,
  w.wind_speed,
  w.precip,
  w.visib
FROM departures AS d
JOIN airlines FOR SYSTEM_TIME AS OF d.seen AS al
  ON d.carrier = al.carrier
LEFT JOIN airports FOR SYSTEM_TIME AS OF d.seen AS ap
  ON d.dest = ap.faa
LEFT JOIN weather AS w
  ON d.origin = w.origin
  AND HOUR(d.sched_dep) = HOUR(w.hour_start)
  AND w.hour_start > d.sched_dep - INTERVAL '1' DAY
  AND w.hour_start <= d.sched_dep;

END;
