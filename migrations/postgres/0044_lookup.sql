-- +goose Up
-- A look-up hash names its algorithm and its key: 1 byte algorithm, 4 bytes of the id of the key, hash. Those of before are
-- HMAC-SHA-256 under the one look-up key there has been; those of tokens are SHA-256 and have no key.
UPDATE report SET
  receipt = (SELECT decode('01' || substr(id, 29), 'hex') FROM data_key WHERE scope = 'lookup') || receipt,
  digest = (SELECT decode('01' || substr(id, 29), 'hex') FROM data_key WHERE scope = 'lookup') || digest;
UPDATE report_claim SET digest = (SELECT decode('01' || substr(id, 29), 'hex') FROM data_key WHERE scope = 'lookup') || digest;
UPDATE report_token SET hash = (SELECT decode('01' || substr(id, 29), 'hex') FROM data_key WHERE scope = 'lookup') || hash;
UPDATE member SET person = (SELECT decode('01' || substr(id, 29), 'hex') FROM data_key WHERE scope = 'lookup') || person;
UPDATE stranger SET hash = (SELECT decode('01' || substr(id, 29), 'hex') FROM data_key WHERE scope = 'lookup') || hash;
UPDATE session SET token_hash = decode('0200000000', 'hex') || token_hash;
UPDATE enrolment SET token_hash = decode('0200000000', 'hex') || token_hash;
UPDATE presence SET person = (SELECT '01' || substr(id, 29) FROM data_key WHERE scope = 'lookup') || person;
UPDATE presence SET phone = (SELECT '01' || substr(id, 29) FROM data_key WHERE scope = 'lookup') || phone WHERE phone <> '';
UPDATE offer_claim SET item = (SELECT '01' || substr(id, 29) FROM data_key WHERE scope = 'lookup') || item WHERE kind = 'person';
UPDATE command SET digest = (SELECT '01' || substr(id, 29) FROM data_key WHERE scope = 'lookup') || digest;
