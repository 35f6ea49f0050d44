SELECT channel, COUNT(DISTINCT bidder) FILTER (WHERE price > 10) AS number, SUM(price) AS total, AVG(auction) AS average
FROM bids GROUP BY channel HAVING COUNT(*) > 10;
