-- +goose Up
-- A look-up hash names its algorithm and its key: 1 byte algorithm, 4 bytes of the id of the key, hash. Those of before are
-- HMAC-SHA-256 under the one look-up key there has been; those of tokens are SHA-256 and have no key.
UPDATE report SET
  receipt = CAST((SELECT x'01' || unhex(substr(id, 29)) FROM data_key WHERE scope = 'lookup') || receipt AS BLOB),
  digest = CAST((SELECT x'01' || unhex(substr(id, 29)) FROM data_key WHERE scope = 'lookup') || digest AS BLOB);
UPDATE report_claim SET digest = CAST((SELECT x'01' || unhex(substr(id, 29)) FROM data_key WHERE scope = 'lookup') || digest AS BLOB);
UPDATE report_token SET hash = CAST((SELECT x'01' || unhex(substr(id, 29)) FROM data_key WHERE scope = 'lookup') || hash AS BLOB);
UPDATE member SET person = CAST((SELECT x'01' || unhex(substr(id, 29)) FROM data_key WHERE scope = 'lookup') || person AS BLOB);
UPDATE stranger SET hash = CAST((SELECT x'01' || unhex(substr(id, 29)) FROM data_key WHERE scope = 'lookup') || hash AS BLOB);
UPDATE session SET token_hash = CAST(x'0200000000' || token_hash AS BLOB);
UPDATE enrolment SET token_hash = CAST(x'0200000000' || token_hash AS BLOB);
UPDATE presence SET person = (SELECT '01' || substr(id, 29) FROM data_key WHERE scope = 'lookup') || person;
UPDATE presence SET phone = (SELECT '01' || substr(id, 29) FROM data_key WHERE scope = 'lookup') || phone WHERE phone <> '';
UPDATE offer_claim SET item = (SELECT '01' || substr(id, 29) FROM data_key WHERE scope = 'lookup') || item WHERE kind = 'person';
UPDATE command SET digest = (SELECT '01' || substr(id, 29) FROM data_key WHERE scope = 'lookup') || digest;
