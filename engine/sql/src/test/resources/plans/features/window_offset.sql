SELECT window_start, window_end, window_time, COUNT(*) AS number
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '1' DAY, INTERVAL '8' HOUR))
GROUP BY window_start, window_end, window_time;
