SELECT window_start, window_end, COUNT(*) AS number
FROM TABLE(HOP(
  DATA => TABLE bids,
  TIMECOL => DESCRIPTOR(bid_time),
  SLIDE => INTERVAL '1' MINUTE,
  SIZE => INTERVAL '10' MINUTES))
GROUP BY window_start, window_end;
