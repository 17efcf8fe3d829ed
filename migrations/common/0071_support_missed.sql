-- +goose Up
-- A request of which nothing came is not partly met: whoever was to bring it still is.
UPDATE support_request SET state = 'routed' WHERE state = 'supplying' AND supplied = 0;
