#include "arete_sealing.h"

#if __has_include(<openssl/evp.h>) && __has_include(<openssl/kdf.h>)
#include "arete_functions.h"
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#define LIBRARY "libcrypto.so.3"

#define FUNCTIONS(X)                                                                                                   \
    X(EVP_CIPHER_CTX_ctrl)                                                                                             \
    X(EVP_CIPHER_CTX_free)                                                                                             \
    X(EVP_CIPHER_CTX_new)                                                                                              \
    X(EVP_DecryptInit_ex)                                                                                              \
    X(EVP_DecryptUpdate)                                                                                               \
    X(EVP_Digest)                                                                                                      \
    X(EVP_EncryptFinal_ex)                                                                                             \
    X(EVP_EncryptInit_ex)                                                                                              \
    X(EVP_EncryptUpdate)                                                                                               \
    X(EVP_KDF_CTX_free)                                                                                                \
    X(EVP_KDF_CTX_new) X(EVP_KDF_derive) X(EVP_KDF_fetch) X(EVP_KDF_free) X(EVP_aes_128_ccm) X(EVP_sha256)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_sealing_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libssl3t64 (libssl3 on Debian 12)";
}

/// No packet is longer.
enum { MOST_BYTES = 65536 };

arete_sealing_status arete_seal(const uint8_t *key, const uint8_t *nonce, const uint8_t *head, size_t head_count,
                                const uint8_t *text, size_t count, uint8_t *sealed) {
    if (!is_loaded()) return ARETE_SEALING_ABSENT;
    if (count > MOST_BYTES || head_count > MOST_BYTES) return ARETE_SEALING_FAILED;
    EVP_CIPHER_CTX *const context = functions.EVP_CIPHER_CTX_new();
    int written = 0;
    const bool is_done =
        context && functions.EVP_EncryptInit_ex(context, functions.EVP_aes_128_ccm(), 0, 0, 0) == 1 &&
        functions.EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, ARETE_SEAL_NONCE_BYTES, 0) == 1 &&
        functions.EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, ARETE_SEAL_TAG_BYTES, 0) == 1 &&
        functions.EVP_EncryptInit_ex(context, 0, 0, key, nonce) == 1 &&
        // CCM wants to know all lengths before the first byte.
        functions.EVP_EncryptUpdate(context, 0, &written, 0, (int)count) == 1 &&
        functions.EVP_EncryptUpdate(context, 0, &written, head, (int)head_count) == 1 &&
        functions.EVP_EncryptUpdate(context, sealed, &written, text, (int)count) == 1 &&
        functions.EVP_EncryptFinal_ex(context, sealed + count, &written) == 1 &&
        functions.EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, ARETE_SEAL_TAG_BYTES, sealed + count) == 1;
    functions.EVP_CIPHER_CTX_free(context);
    return is_done ? ARETE_SEALING_OK : ARETE_SEALING_FAILED;
}

arete_sealing_status arete_unseal(const uint8_t *key, const uint8_t *nonce, const uint8_t *head, size_t head_count,
                                  const uint8_t *sealed, size_t count, uint8_t *text) {
    if (!is_loaded()) return ARETE_SEALING_ABSENT;
    if (count > MOST_BYTES || head_count > MOST_BYTES) return ARETE_SEALING_FAILED;
    EVP_CIPHER_CTX *const context = functions.EVP_CIPHER_CTX_new();
    uint8_t tag[ARETE_SEAL_TAG_BYTES];
    memcpy(tag, sealed + count, sizeof tag);
    int written = 0;
    const bool is_ready =
        context && functions.EVP_DecryptInit_ex(context, functions.EVP_aes_128_ccm(), 0, 0, 0) == 1 &&
        functions.EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, ARETE_SEAL_NONCE_BYTES, 0) == 1 &&
        functions.EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, ARETE_SEAL_TAG_BYTES, tag) == 1 &&
        functions.EVP_DecryptInit_ex(context, 0, 0, key, nonce) == 1 &&
        functions.EVP_DecryptUpdate(context, 0, &written, 0, (int)count) == 1 &&
        functions.EVP_DecryptUpdate(context, 0, &written, head, (int)head_count) == 1;
    // In CCM this checks the tag, too.
    const bool is_whole = is_ready && functions.EVP_DecryptUpdate(context, text, &written, sealed, (int)count) == 1;
    functions.EVP_CIPHER_CTX_free(context);
    return is_whole ? ARETE_SEALING_OK : is_ready ? ARETE_SEALING_FORGED : ARETE_SEALING_FAILED;
}

arete_sealing_status arete_derive_key(const uint8_t *secret, size_t count, const char *purpose, uint8_t *key,
                                      size_t key_count) {
    if (!is_loaded()) return ARETE_SEALING_ABSENT;
    EVP_KDF *const kind = functions.EVP_KDF_fetch(0, "HKDF", 0);
    EVP_KDF_CTX *const context = kind ? functions.EVP_KDF_CTX_new(kind) : 0;
    // They are read alone.
    OSSL_PARAM parameters[] = {
        {OSSL_KDF_PARAM_DIGEST, OSSL_PARAM_UTF8_STRING, (char *)"SHA256", 6, 0},
        {OSSL_KDF_PARAM_KEY, OSSL_PARAM_OCTET_STRING, (uint8_t *)secret, count, 0},
        {OSSL_KDF_PARAM_INFO, OSSL_PARAM_OCTET_STRING, (char *)purpose, strlen(purpose), 0},
        {0, 0, 0, 0, 0},
    };
    const bool is_done = context && functions.EVP_KDF_derive(context, key, key_count, parameters) == 1;
    functions.EVP_KDF_CTX_free(context);
    functions.EVP_KDF_free(kind);
    return is_done ? ARETE_SEALING_OK : ARETE_SEALING_FAILED;
}

arete_sealing_status arete_sha256(const uint8_t *bytes, size_t count, uint8_t *digest) {
    if (!is_loaded()) return ARETE_SEALING_ABSENT;
    const bool is_done = functions.EVP_Digest(bytes, count, digest, 0, functions.EVP_sha256(), 0) == 1;
    return is_done ? ARETE_SEALING_OK : ARETE_SEALING_FAILED;
}

#else

const char *arete_sealing_absence(void) {
    return "this build cannot encrypt: install Debian's libssl-dev and build again";
}

arete_sealing_status arete_seal(const uint8_t *key, const uint8_t *nonce, const uint8_t *head, size_t head_count,
                                const uint8_t *text, size_t count, uint8_t *sealed) {
    (void)key, (void)nonce, (void)head, (void)head_count, (void)text, (void)count, (void)sealed;
    return ARETE_SEALING_ABSENT;
}

arete_sealing_status arete_unseal(const uint8_t *key, const uint8_t *nonce, const uint8_t *head, size_t head_count,
                                  const uint8_t *sealed, size_t count, uint8_t *text) {
    (void)key, (void)nonce, (void)head, (void)head_count, (void)sealed, (void)count, (void)text;
    return ARETE_SEALING_ABSENT;
}

arete_sealing_status arete_derive_key(const uint8_t *secret, size_t count, const char *purpose, uint8_t *key,
                                      size_t key_count) {
    (void)secret, (void)count, (void)purpose, (void)key, (void)key_count;
    return ARETE_SEALING_ABSENT;
}

arete_sealing_status arete_sha256(const uint8_t *bytes, size_t count, uint8_t *digest) {
    (void)bytes, (void)count, (void)digest;
    return ARETE_SEALING_ABSENT;
}
#endif
