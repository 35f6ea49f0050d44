SELECT auction, bidder FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY seen ASC) AS rn FROM bids
) WHERE rn = 1;
