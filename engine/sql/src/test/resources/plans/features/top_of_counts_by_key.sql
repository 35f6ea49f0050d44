SELECT channel, number FROM (
  SELECT channel, number, ROW_NUMBER() OVER (PARTITION BY channel ORDER BY number DESC) AS rn
  FROM (SELECT channel, bidder, COUNT(*) AS number FROM bids GROUP BY channel, bidder)
) WHERE rn = 1;
