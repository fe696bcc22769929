CREATE INDEX CONCURRENTLY customers_debt ON customers (debt);
