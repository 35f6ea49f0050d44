SELECT b.price, a.seller FROM bids AS b, asks AS a WHERE b.auction < a.auction;
