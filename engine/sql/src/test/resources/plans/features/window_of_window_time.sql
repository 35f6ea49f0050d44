WITH minutes AS (
  SELECT channel, window_time AS minute_time, COUNT(*) AS number
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '1' MINUTE))
  GROUP BY channel, window_start, window_end, window_time
)
SELECT window_start, window_end, MAX(number) AS most
FROM TABLE(TUMBLE(TABLE minutes, DESCRIPTOR(minute_time), INTERVAL '1' HOUR))
GROUP BY window_start, window_end;
