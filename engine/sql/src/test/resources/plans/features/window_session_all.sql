SELECT COUNT(*) AS number, window_end FROM TABLE(SESSION(DATA => TABLE bids, TIMECOL => DESCRIPTOR(bid_time), GAP => INTERVAL '30' SECOND)) GROUP BY window_start, window_end;
