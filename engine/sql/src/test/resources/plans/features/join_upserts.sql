SELECT o.id, o.amount * p.price AS total
FROM orders AS o JOIN prices AS p ON o.product = p.product;
