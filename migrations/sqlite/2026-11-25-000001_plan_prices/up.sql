-- How hard a pool is wanted in a cell of a plan's round, in units of cost a connection. Cells without a row have price 0.
CREATE TABLE plan_prices (
    plan_id TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    pool_id TEXT NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    starts_at TIMESTAMP NOT NULL,
    price DOUBLE NOT NULL CHECK (price > 0),
    PRIMARY KEY (plan_id, pool_id, starts_at)
);
