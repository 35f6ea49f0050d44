SELECT auction, price FROM bids WHERE price > (SELECT AVG(price) FROM bids);
