SELECT number, COUNT(*) AS channels FROM (SELECT channel, COUNT(*) AS number FROM bids GROUP BY channel) GROUP BY number;
