SELECT auction FROM bids WHERE bidder NOT IN (SELECT id FROM people);
