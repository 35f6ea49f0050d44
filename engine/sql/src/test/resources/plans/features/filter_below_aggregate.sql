CREATE VIEW channels AS SELECT channel, COUNT(*) AS number FROM bids GROUP BY channel;
SELECT channel, number FROM channels WHERE channel = 'web' AND number > 3;
