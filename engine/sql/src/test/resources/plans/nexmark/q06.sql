SELECT w.seller,
       AVG(w.price) OVER (
         PARTITION BY w.seller ORDER BY w.`dateTime`
         ROWS BETWEEN 10 PRECEDING AND CURRENT ROW) AS avg_price
FROM (
  SELECT a.id, a.seller, b.price, b.`dateTime`,
         ROW_NUMBER() OVER (PARTITION BY a.id, a.seller ORDER BY b.price DESC) AS rn
  FROM auction AS a, bid AS b
  WHERE a.id = b.auction AND b.`dateTime` BETWEEN a.`dateTime` AND a.expires
) AS w
WHERE w.rn <= 1;
