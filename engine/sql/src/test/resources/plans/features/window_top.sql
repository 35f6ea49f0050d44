SELECT *
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY total DESC) AS place
  FROM (
    SELECT channel, window_start, window_end, SUM(price) AS total
    FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '1' MINUTE))
    GROUP BY channel, window_start, window_end
  )
)
WHERE place <= 3;
