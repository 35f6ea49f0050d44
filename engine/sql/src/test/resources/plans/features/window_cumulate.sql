SELECT channel, window_start, window_end, SUM(price) AS total
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '10' MINUTE, INTERVAL '1' HOUR))
GROUP BY channel, window_start, window_end;
