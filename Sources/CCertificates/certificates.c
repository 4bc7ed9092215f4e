#include "arete_certificates.h"

#if __has_include(<openssl/x509v3.h>) && __has_include(<openssl/pem.h>)
#include "arete_functions.h"
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#define LIBRARY "libcrypto.so.3"

#define FUNCTIONS(X)                                                                                                   \
    X(ASN1_INTEGER_free)                                                                                               \
    X(ASN1_TIME_diff)                                                                                                  \
    X(ASN1_TIME_free)                                                                                                  \
    X(ASN1_TIME_set)                                                                                                   \
    X(BIO_free)                                                                                                        \
    X(BIO_new)                                                                                                         \
    X(BIO_new_mem_buf)                                                                                                 \
    X(BIO_read)                                                                                                        \
    X(BIO_s_mem)                                                                                                       \
    X(BN_free)                                                                                                         \
    X(BN_new)                                                                                                          \
    X(BN_rand)                                                                                                         \
    X(BN_to_ASN1_INTEGER)                                                                                              \
    X(ERR_clear_error)                                                                                                 \
    X(EVP_PKEY_Q_keygen)                                                                                               \
    X(EVP_PKEY_free)                                                                                                   \
    X(EVP_sha256)                                                                                                      \
    X(PEM_read_bio_PrivateKey)                                                                                         \
    X(PEM_read_bio_X509)                                                                                               \
    X(PEM_write_bio_PKCS8PrivateKey)                                                                                   \
    X(PEM_write_bio_X509)                                                                                              \
    X(X509V3_EXT_conf_nid)                                                                                             \
    X(X509V3_set_ctx)                                                                                                  \
    X(X509_EXTENSION_free)                                                                                             \
    X(X509_NAME_add_entry_by_txt)                                                                                      \
    X(X509_add_ext)                                                                                                    \
    X(X509_check_host)                                                                                                 \
    X(X509_check_ip_asc)                                                                                               \
    X(X509_check_private_key)                                                                                          \
    X(X509_digest)                                                                                                     \
    X(X509_free)                                                                                                       \
    X(X509_get0_notAfter)                                                                                              \
    X(X509_get0_notBefore)                                                                                             \
    X(X509_get_subject_name)                                                                                           \
    X(X509_new)                                                                                                        \
    X(X509_set1_notAfter)                                                                                              \
    X(X509_set1_notBefore)                                                                                             \
    X(X509_set_issuer_name)                                                                                            \
    X(X509_set_pubkey) X(X509_set_serialNumber) X(X509_set_version) X(X509_sign)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_certificates_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libssl3t64 (libssl3 on Debian 12)";
}

static bool set_time(X509 *certificate, int64_t seconds, bool is_end) {
    ASN1_TIME *const time = functions.ASN1_TIME_set(0, (time_t)seconds);
    const bool is_done = time && (is_end ? functions.X509_set1_notAfter(certificate, time)
                                         : functions.X509_set1_notBefore(certificate, time)) == 1;
    functions.ASN1_TIME_free(time);
    return is_done;
}

/// 127 random bits: RFC 5280 asks for a positive number of up to 20 bytes.
static bool set_serial(X509 *certificate) {
    BIGNUM *const number = functions.BN_new();
    const bool is_drawn = number && functions.BN_rand(number, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1;
    ASN1_INTEGER *const serial = is_drawn ? functions.BN_to_ASN1_INTEGER(number, 0) : 0;
    const bool is_done = serial && functions.X509_set_serialNumber(certificate, serial) == 1;
    functions.ASN1_INTEGER_free(serial);
    functions.BN_free(number);
    return is_done;
}

static bool add_extension(X509 *certificate, int kind, const char *value) {
    X509V3_CTX context = {0};
    functions.X509V3_set_ctx(&context, certificate, certificate, 0, 0, 0);
    X509_EXTENSION *const extension = functions.X509V3_EXT_conf_nid(0, &context, kind, value);
    const bool is_done = extension && functions.X509_add_ext(certificate, extension, -1) == 1;
    functions.X509_EXTENSION_free(extension);
    return is_done;
}

/// The text in `source`, with a zero behind it; false for none and for what does not fit.
static bool take_text(BIO *source, char *text) {
    const int count = functions.BIO_read(source, text, ARETE_CERTIFICATE_TEXT_BYTES);
    if (count <= 0 || count >= ARETE_CERTIFICATE_TEXT_BYTES) return false;
    text[count] = 0;
    return true;
}

static bool write_texts(X509 *certificate, EVP_PKEY *pair, char *certificate_text, char *key_text) {
    BIO *const out = functions.BIO_new(functions.BIO_s_mem());
    BIO *const key_out = functions.BIO_new(functions.BIO_s_mem());
    const bool is_done = out && key_out && functions.PEM_write_bio_X509(out, certificate) == 1 &&
                         functions.PEM_write_bio_PKCS8PrivateKey(key_out, pair, 0, 0, 0, 0, 0) == 1 &&
                         take_text(out, certificate_text) && take_text(key_out, key_text);
    functions.BIO_free(out);
    functions.BIO_free(key_out);
    return is_done;
}

arete_certificate_status arete_certificate_make(const char *common_name, const char *names, int64_t begin, int64_t end,
                                                char certificate_text[ARETE_CERTIFICATE_TEXT_BYTES],
                                                char key_text[ARETE_CERTIFICATE_TEXT_BYTES]) {
    if (!is_loaded()) return ARETE_CERTIFICATE_ABSENT;
    EVP_PKEY *const pair = functions.EVP_PKEY_Q_keygen(0, 0, "EC", "P-256");
    X509 *const certificate = functions.X509_new();
    X509_NAME *const subject = certificate ? functions.X509_get_subject_name(certificate) : 0;
    const bool is_done = pair && subject && functions.X509_set_version(certificate, X509_VERSION_3) == 1 &&
                         set_serial(certificate) && set_time(certificate, begin, false) &&
                         set_time(certificate, end, true) &&
                         functions.X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                                              (const unsigned char *)common_name, -1, -1, 0) == 1 &&
                         functions.X509_set_issuer_name(certificate, subject) == 1 &&
                         functions.X509_set_pubkey(certificate, pair) == 1 &&
                         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
                         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
                         // Tablets ask for it.
                         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
                         add_extension(certificate, NID_subject_alt_name, names) &&
                         functions.X509_sign(certificate, pair, functions.EVP_sha256()) > 0 &&
                         write_texts(certificate, pair, certificate_text, key_text);
    functions.X509_free(certificate);
    functions.EVP_PKEY_free(pair);
    functions.ERR_clear_error();
    return is_done ? ARETE_CERTIFICATE_OK : ARETE_CERTIFICATE_FAILED;
}

/// Nobody is asked for a password.
static int no_password(char *room, int size, int is_writing, void *context) {
    (void)room, (void)size, (void)is_writing, (void)context;
    return -1;
}

static X509 *read_certificate(const char *text, size_t count) {
    BIO *const source = count < INT_MAX ? functions.BIO_new_mem_buf(text, (int)count) : 0;
    X509 *const certificate = source ? functions.PEM_read_bio_X509(source, 0, no_password, 0) : 0;
    functions.BIO_free(source);
    return certificate;
}

static EVP_PKEY *read_key(const char *text, size_t count) {
    BIO *const source = count < INT_MAX ? functions.BIO_new_mem_buf(text, (int)count) : 0;
    EVP_PKEY *const key = source ? functions.PEM_read_bio_PrivateKey(source, 0, no_password, 0) : 0;
    functions.BIO_free(source);
    return key;
}

/// Seconds since 1970; false for what is no time.
static bool seconds(const ASN1_TIME *time, int64_t *result) {
    ASN1_TIME *const start = functions.ASN1_TIME_set(0, 0);
    int days = 0, rest = 0;
    const bool is_done = start && time && functions.ASN1_TIME_diff(&days, &rest, start, time) == 1;
    *result = (int64_t)days * 86400 + rest;
    functions.ASN1_TIME_free(start);
    return is_done;
}

arete_certificate_status arete_certificate_read(const char *certificate_text, size_t count, const char *key_text,
                                                size_t key_count, arete_certificate_facts *facts) {
    if (!is_loaded()) return ARETE_CERTIFICATE_ABSENT;
    X509 *const certificate = read_certificate(certificate_text, count);
    EVP_PKEY *const key = read_key(key_text, key_count);
    arete_certificate_status status = ARETE_CERTIFICATE_FAILED;
    if (!certificate) {
        status = ARETE_CERTIFICATE_NONE;
    } else if (!key) {
        status = ARETE_CERTIFICATE_NO_KEY;
    } else if (seconds(functions.X509_get0_notBefore(certificate), &facts->begin) &&
               seconds(functions.X509_get0_notAfter(certificate), &facts->end) &&
               functions.X509_digest(certificate, functions.EVP_sha256(), facts->digest, 0) == 1) {
        facts->fits_key = functions.X509_check_private_key(certificate, key) == 1;
        status = ARETE_CERTIFICATE_OK;
    }
    functions.X509_free(certificate);
    functions.EVP_PKEY_free(key);
    functions.ERR_clear_error();
    return status;
}

bool arete_certificate_names(const char *text, size_t count, const char *name) {
    if (!is_loaded()) return false;
    X509 *const certificate = read_certificate(text, count);
    const bool is_named =
        certificate && (functions.X509_check_ip_asc(certificate, name, 0) == 1 ||
                        functions.X509_check_host(certificate, name, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, 0) == 1);
    functions.X509_free(certificate);
    functions.ERR_clear_error();
    return is_named;
}

#else

const char *arete_certificates_absence(void) {
    return "this build knows no certificates: install Debian's libssl-dev and build again";
}

arete_certificate_status arete_certificate_make(const char *common_name, const char *names, int64_t begin, int64_t end,
                                                char certificate_text[ARETE_CERTIFICATE_TEXT_BYTES],
                                                char key_text[ARETE_CERTIFICATE_TEXT_BYTES]) {
    (void)common_name, (void)names, (void)begin, (void)end, (void)certificate_text, (void)key_text;
    return ARETE_CERTIFICATE_ABSENT;
}

arete_certificate_status arete_certificate_read(const char *certificate_text, size_t count, const char *key_text,
                                                size_t key_count, arete_certificate_facts *facts) {
    (void)certificate_text, (void)count, (void)key_text, (void)key_count, (void)facts;
    return ARETE_CERTIFICATE_ABSENT;
}

bool arete_certificate_names(const char *text, size_t count, const char *name) {
    (void)text, (void)count, (void)name;
    return false;
}
#endif
