-- +goose Up
-- A pass of a drill says so itself; the number of a refund stands beside that of the list, each with its date.
ALTER TABLE pass ADD COLUMN drill BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE pass ADD COLUMN refund_no TEXT NOT NULL DEFAULT '';
ALTER TABLE pass ADD COLUMN refund_at BIGINT NOT NULL DEFAULT 0;
UPDATE pass SET drill = (SELECT i.drill FROM incident i WHERE i.id = pass.incident);
-- Until now the number of the refund took the place of the receipt of the list, which is lost in these.
UPDATE pass SET refund_no = receipt, receipt = '' WHERE toll IN ('refund_asked', 'refunded');
