-- What job.yaml must give, worked out by DuckDB from the same files, without streams: lateness is a window function over
-- the order of the lines. Paths are relative to the folder that holds data.

SET threads = 1;  -- row_number() OVER () then counts the lines as they lie in the file

-- A line's watermark is the one before it: the latest scheduled time on any earlier line, less two hours.
CREATE TEMP TABLE lines AS
SELECT
  *,
  max(sched_dep) OVER (ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) - INTERVAL 2 HOUR AS watermark
FROM (
  SELECT row_number() OVER () AS line, *
  FROM read_json('data/flights.json.gz', format = 'newline_delimited', columns = {
    id: 'VARCHAR', carrier: 'VARCHAR', flight: 'INTEGER', tailnum: 'VARCHAR', origin: 'VARCHAR', dest: 'VARCHAR',
    sched_dep: 'TIMESTAMP', departed: 'TIMESTAMP', dep_delay: 'INTEGER', distance: 'INTEGER'})
);

CREATE TEMP TABLE weather AS
SELECT *
FROM read_json('data/weather.json.gz', format = 'newline_delimited', columns = {
  origin: 'VARCHAR', hour_start: 'TIMESTAMP', temp: 'DOUBLE', wind_speed: 'DOUBLE', precip: 'DOUBLE', visib: 'DOUBLE'});

CREATE TEMP TABLE airlines AS
SELECT * FROM read_csv('data/airlines.csv', header = false, columns = {carrier: 'VARCHAR', name: 'VARCHAR'});

CREATE TEMP TABLE airports AS
SELECT * FROM read_csv('data/airports.csv', header = false, columns = {faa: 'VARCHAR', name: 'VARCHAR'});

-- The first record of each flight, with the watermark that stood before it.
CREATE TEMP TABLE departures AS
SELECT * FROM lines
QUALIFY row_number() OVER (PARTITION BY id ORDER BY line) = 1;

-- Every row in every window that is its own, be it late for it or not.
CREATE TEMP TABLE tumbled AS
SELECT *, coalesce(window_end - INTERVAL 1 MILLISECOND <= watermark, false) AS late
FROM (
  SELECT
    *,
    date_trunc('hour', sched_dep) AS window_start,
    date_trunc('hour', sched_dep) + INTERVAL 1 HOUR AS window_end
  FROM departures
);

CREATE TEMP TABLE hopped AS
SELECT *, coalesce(window_end - INTERVAL 1 MILLISECOND <= watermark, false) AS late
FROM (
  SELECT
    d.*,
    date_trunc('hour', sched_dep) - to_hours(hours_before) AS window_start,
    date_trunc('hour', sched_dep) - to_hours(hours_before) + INTERVAL 3 HOUR AS window_end
  FROM departures AS d, (VALUES (0), (1), (2)) AS hops (hours_before)
);

CREATE TEMP TABLE departures_per_hour AS
SELECT
  window_start,
  window_end,
  origin,
  count(*) AS departures,
  count(*) FILTER (WHERE dep_delay > 15) AS delayed,
  avg(dep_delay) AS avg_delay,
  max(dep_delay) AS max_delay
FROM tumbled
WHERE NOT late
GROUP BY window_start, window_end, origin;

CREATE TEMP TABLE busiest_destinations AS
SELECT window_start, window_end, place, dest, departures
FROM (
  SELECT *, row_number() OVER (PARTITION BY window_start ORDER BY departures DESC, dest) AS place
  FROM (
    SELECT window_start, window_end, dest, count(*) AS departures
    FROM hopped
    WHERE NOT late
    GROUP BY window_start, window_end, dest
  )
)
WHERE place <= 3;

-- No flight is too late for its weather, which is kept for longer than any flight was delayed.
CREATE TEMP TABLE flights_with_weather AS
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
JOIN airlines AS al ON d.carrier = al.carrier
LEFT JOIN airports AS ap ON d.dest = ap.faa
LEFT JOIN weather AS w ON d.origin = w.origin AND date_trunc('hour', d.sched_dep) = w.hour_start;

-- The rows that some windowed aggregation takes into none of its windows, each once.
CREATE TEMP TABLE late_flights AS
SELECT id, carrier, flight, tailnum, origin, dest, sched_dep, departed, dep_delay, distance
FROM departures
WHERE id IN (SELECT id FROM tumbled GROUP BY id HAVING bool_and(late))
   OR id IN (SELECT id FROM hopped GROUP BY id HAVING bool_and(late));
