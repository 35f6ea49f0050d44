SELECT auction FROM bids UNION SELECT auction FROM asks;
