SELECT auction, bidder
FROM (SELECT * FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '1' MINUTE))) AS b
WHERE EXISTS (
  SELECT 1
  FROM (SELECT * FROM TABLE(TUMBLE(TABLE asks, DESCRIPTOR(ask_time), INTERVAL '1' MINUTE))) AS a
  WHERE b.auction = a.auction AND b.window_start = a.window_start AND b.window_end = a.window_end);
