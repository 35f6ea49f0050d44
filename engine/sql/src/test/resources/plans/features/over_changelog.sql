SELECT channel, number, SUM(number) OVER (PARTITION BY channel ORDER BY number) AS so_far
FROM (SELECT channel, bidder, COUNT(*) AS number FROM bids GROUP BY channel, bidder);
