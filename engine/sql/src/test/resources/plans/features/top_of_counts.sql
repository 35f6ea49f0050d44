SELECT channel, number FROM (
  SELECT channel, number, ROW_NUMBER() OVER (ORDER BY number DESC) AS rn
  FROM (SELECT channel, COUNT(*) AS number FROM bids GROUP BY channel)
) WHERE rn <= 3;
