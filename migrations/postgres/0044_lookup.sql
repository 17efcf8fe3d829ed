-- +goose Up
-- A look-up hash names its algorithm and its key: 1 byte algorithm, 4 bytes of the id of the key, hash. Those of before are
-- HMAC-SHA-256 under the one look-up key there has been, which has no id in hashes (a backup of rows holds no keys to read it
-- from); those of tokens are SHA-256 and have no key.
UPDATE report SET
  receipt = decode('0100000000', 'hex') || receipt,
  digest = decode('0100000000', 'hex') || digest;
UPDATE report_claim SET digest = decode('0100000000', 'hex') || digest;
UPDATE report_token SET hash = decode('0100000000', 'hex') || hash;
UPDATE member SET person = decode('0100000000', 'hex') || person;
UPDATE stranger SET hash = decode('0100000000', 'hex') || hash;
UPDATE session SET token_hash = decode('0200000000', 'hex') || token_hash;
UPDATE enrolment SET token_hash = decode('0200000000', 'hex') || token_hash;
UPDATE presence SET person = '0100000000' || person;
UPDATE presence SET phone = '0100000000' || phone WHERE phone <> '';
UPDATE offer_claim SET item = '0100000000' || item WHERE kind = 'person';
UPDATE command SET digest = '0100000000' || digest;
