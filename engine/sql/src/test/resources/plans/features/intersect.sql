SELECT auction FROM bids INTERSECT SELECT auction FROM asks;
