SELECT auction FROM bids WHERE auction NOT IN (SELECT auction FROM asks);
