-- What the build of the class archive reads: something of everything.
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state text NOT NULL DEFAULT 'new' CHECK (state <> ''),
  placed timestamptz DEFAULT now()
);
CREATE INDEX orders_state ON orders (state) WHERE state = 'new';
INSERT INTO orders (state) VALUES ('a'), (E'b\n');
CREATE VIEW open_orders AS SELECT o.id, count(*) FROM orders o JOIN lines l ON l.order_id = o.id GROUP BY 1;
