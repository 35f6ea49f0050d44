INSERT INTO counts SELECT channel, COUNT(*) AS number FROM bids GROUP BY channel HAVING COUNT(*) > 10;
