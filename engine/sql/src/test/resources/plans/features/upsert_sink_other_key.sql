INSERT INTO counts SELECT MAX(channel), bidder FROM bids GROUP BY bidder;
