SELECT auction, bidder FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY PROCTIME()) AS rn FROM bids
) WHERE rn = 1;
