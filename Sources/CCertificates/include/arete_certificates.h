// Certificates of TLS servers, made and read by OpenSSL's libcrypto, which is brought in when it is needed: programs
// start without it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    ARETE_CERTIFICATE_OK = 0,
    ARETE_CERTIFICATE_ABSENT = 1, ///< this build or this machine has no libcrypto
    ARETE_CERTIFICATE_FAILED = 2, ///< no memory, or libcrypto refuses
    ARETE_CERTIFICATE_NONE = 3,   ///< the text holds no certificate
    ARETE_CERTIFICATE_NO_KEY = 4, ///< the text holds no private key without a password
} arete_certificate_status;

/// Why there are none; null where there are.
const char *arete_certificates_absence(void);

enum { ARETE_CERTIFICATE_TEXT_BYTES = 8192, ARETE_CERTIFICATE_DIGEST_BYTES = 32 };

/// Draws a key of P-256 and signs a certificate of its own with it, for servers.
/// `names` are subjectAltName as OpenSSL writes it: `DNS:a.example,IP:192.0.2.1`; the caller has checked each.
/// Times are seconds since 1970. Both texts are PEM and end with a zero.
arete_certificate_status arete_certificate_make(const char *common_name, const char *names, int64_t begin, int64_t end,
                                                char certificate[ARETE_CERTIFICATE_TEXT_BYTES],
                                                char key[ARETE_CERTIFICATE_TEXT_BYTES]);

typedef struct {
    /// Seconds since 1970.
    int64_t begin, end;
    /// SHA-256 of the certificate's bytes.
    uint8_t digest[ARETE_CERTIFICATE_DIGEST_BYTES];
    /// Whether the key is this certificate's.
    bool fits_key;
} arete_certificate_facts;

/// Of the first certificate in a text of `count` bytes of PEM, and the first key in another.
arete_certificate_status arete_certificate_read(const char *certificate, size_t count, const char *key,
                                                size_t key_count, arete_certificate_facts *facts);

/// Whether the first certificate in a text names this host or numeric address.
bool arete_certificate_names(const char *certificate, size_t count, const char *name);
