INSERT INTO counts SELECT channel, COUNT(*) FROM bids GROUP BY channel;
