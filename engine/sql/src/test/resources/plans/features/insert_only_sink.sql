INSERT INTO only_inserts SELECT channel, COUNT(*) FROM bids GROUP BY channel;
