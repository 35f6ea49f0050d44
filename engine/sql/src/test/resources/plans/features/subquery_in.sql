SELECT auction FROM bids WHERE bidder IN (SELECT id FROM people WHERE city = 'Bern') AND price > 5;
