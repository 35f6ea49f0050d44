SELECT auction, bidder FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY bid_time) AS rn FROM bids
) WHERE 1 >= rn;
