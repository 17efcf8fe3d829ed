-- +goose Up
-- A look-up hash names its algorithm and its key: 1 byte algorithm, 4 bytes of the id of the key, hash. Those of before are
-- HMAC-SHA-256 under the one look-up key there has been, which has no id in hashes (a backup of rows holds no keys to read it
-- from); those of tokens are SHA-256 and have no key.
UPDATE report SET
  receipt = CAST(x'0100000000' || receipt AS BLOB),
  digest = CAST(x'0100000000' || digest AS BLOB);
UPDATE report_claim SET digest = CAST(x'0100000000' || digest AS BLOB);
UPDATE report_token SET hash = CAST(x'0100000000' || hash AS BLOB);
UPDATE member SET person = CAST(x'0100000000' || person AS BLOB);
UPDATE stranger SET hash = CAST(x'0100000000' || hash AS BLOB);
UPDATE session SET token_hash = CAST(x'0200000000' || token_hash AS BLOB);
UPDATE enrolment SET token_hash = CAST(x'0200000000' || token_hash AS BLOB);
UPDATE presence SET person = '0100000000' || person;
UPDATE presence SET phone = '0100000000' || phone WHERE phone <> '';
UPDATE offer_claim SET item = '0100000000' || item WHERE kind = 'person';
UPDATE command SET digest = '0100000000' || digest;
