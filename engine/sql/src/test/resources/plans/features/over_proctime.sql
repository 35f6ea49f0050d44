SELECT auction, COUNT(*) OVER (PARTITION BY auction ORDER BY seen) AS number FROM bids;
