// AES-128-CCM with tags of 8 bytes (RFC 3610, as in TLS' CCM_8), HKDF and SHA-256, by OpenSSL's libcrypto, which is
// brought in when it is needed: programs start without it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ARETE_SEAL_KEY_BYTES = 16,
    ARETE_SEAL_NONCE_BYTES = 13,
    ARETE_SEAL_TAG_BYTES = 8,
    ARETE_SHA256_BYTES = 32,
};

typedef enum {
    ARETE_SEALING_OK = 0,
    ARETE_SEALING_FORGED = 1, ///< the tag does not fit
    ARETE_SEALING_FAILED = 2, ///< no memory, or libcrypto refuses (FIPS rules, for instance)
    ARETE_SEALING_ABSENT = 3, ///< this build or this machine has no libcrypto
} arete_sealing_status;

/// Why nothing can be sealed; null where it can.
const char *arete_sealing_absence(void);

/// Writes `count` bytes of cipher text and the tag behind it to `sealed`. `head` is protected too, not hidden.
arete_sealing_status arete_seal(const uint8_t *key, const uint8_t *nonce, const uint8_t *head, size_t head_count,
                                const uint8_t *text, size_t count, uint8_t *sealed);

/// The other way: `count` bytes of cipher text with the tag behind them. Nothing is written where the tag does not fit.
arete_sealing_status arete_unseal(const uint8_t *key, const uint8_t *nonce, const uint8_t *head, size_t head_count,
                                  const uint8_t *sealed, size_t count, uint8_t *text);

/// A key out of a secret: HKDF-SHA256 (RFC 5869) without salt.
arete_sealing_status arete_derive_key(const uint8_t *secret, size_t count, const char *purpose, uint8_t *key,
                                      size_t key_count);

arete_sealing_status arete_sha256(const uint8_t *bytes, size_t count, uint8_t *digest);
