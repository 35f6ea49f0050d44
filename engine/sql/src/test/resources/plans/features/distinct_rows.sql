SELECT DISTINCT channel, bidder FROM bids;
