SET 'table.exec.state.ttl' = '1 h';
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SET 'no.such.option' = '1';
INSERT INTO counts SELECT channel, COUNT(*) FROM bids GROUP BY channel;
