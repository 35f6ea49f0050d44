CREATE TABLE wide (a BIGINT, b DOUBLE, c DECIMAL(20, 4), d STRING, e TIMESTAMP(6)) WITH ('connector' = 'test');
INSERT INTO wide SELECT amount, amount, amount, 'x', TIMESTAMP '2024-01-01 10:00:00' FROM orders;
