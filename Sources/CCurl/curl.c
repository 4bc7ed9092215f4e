// The functions of libcurl for requests and streams.
#include "arete_curl.h"
#include "arete_functions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libcurl.so.4"

// What is needed of curl.h (version 7.62 and later), so that a build does not need it.
typedef void CURL;
typedef struct Curl_URL CURLU;
typedef int CURLcode;
struct curl_slist;
enum {
    CURLE_OK = 0,
    CURLE_WRITE_ERROR = 23,
    CURLE_OPERATION_TIMEDOUT = 28,
    CURLE_PEER_FAILED_VERIFICATION = 60,
    CURLE_AGAIN = 81
};
enum { CURL_GLOBAL_ALL = 3, CURLPROTO_HTTP = 1, CURLPROTO_HTTPS = 2, CURL_ERROR_SIZE = 256 };
enum { CURLUPART_SCHEME = 1, CURLUPART_USER = 2, CURLUPART_PASSWORD = 3, CURLUPART_HOST = 5, CURLUPART_URL = 0 };
enum { LONG = 0, OBJECT = 10000, FUNCTION = 20000, OFFSET = 30000 };
enum {
    CURLOPT_WRITEDATA = OBJECT + 1,
    CURLOPT_URL = OBJECT + 2,
    CURLOPT_PROXY = OBJECT + 4,
    CURLOPT_ERRORBUFFER = OBJECT + 10,
    CURLOPT_WRITEFUNCTION = FUNCTION + 11,
    CURLOPT_POSTFIELDS = OBJECT + 15,
    CURLOPT_HTTPHEADER = OBJECT + 23,
    CURLOPT_SSLCERT = OBJECT + 25,
    CURLOPT_HEADERDATA = OBJECT + 29,
    CURLOPT_POST = LONG + 47,
    CURLOPT_FOLLOWLOCATION = LONG + 52,
    CURLOPT_SSL_VERIFYPEER = LONG + 64,
    CURLOPT_CAINFO = OBJECT + 65,
    CURLOPT_HEADERFUNCTION = FUNCTION + 79,
    CURLOPT_SSL_VERIFYHOST = LONG + 81,
    CURLOPT_SSLKEY = OBJECT + 87,
    CURLOPT_NOSIGNAL = LONG + 99,
    CURLOPT_CAPATH = OBJECT + 97,
    CURLOPT_POSTFIELDSIZE_LARGE = OFFSET + 120,
    CURLOPT_CONNECT_ONLY = LONG + 141,
    CURLOPT_TIMEOUT_MS = LONG + 155,
    CURLOPT_CONNECTTIMEOUT_MS = LONG + 156,
    CURLOPT_PROTOCOLS = LONG + 181,
    CURLOPT_TCP_KEEPALIVE = LONG + 213,
    CURLOPT_SSL_ENABLE_ALPN = LONG + 226,
};
enum { CURLINFO_RESPONSE_CODE = 0x200000 + 2, CURLINFO_ACTIVESOCKET = 0x500000 + 44 };

CURLcode curl_global_init(long flags);
CURL *curl_easy_init(void);
CURLcode curl_easy_setopt(CURL *, int option, ...);
CURLcode curl_easy_perform(CURL *);
CURLcode curl_easy_getinfo(CURL *, int info, ...);
CURLcode curl_easy_send(CURL *, const void *, size_t, size_t *);
CURLcode curl_easy_recv(CURL *, void *, size_t, size_t *);
void curl_easy_cleanup(CURL *);
const char *curl_easy_strerror(CURLcode);
struct curl_slist *curl_slist_append(struct curl_slist *, const char *);
void curl_slist_free_all(struct curl_slist *);
CURLU *curl_url(void);
int curl_url_set(CURLU *, int part, const char *, unsigned flags);
int curl_url_get(const CURLU *, int part, char **, unsigned flags);
void curl_url_cleanup(CURLU *);
void curl_free(void *);

#define FUNCTIONS(X)                                                                                                   \
    X(curl_easy_cleanup)                                                                                               \
    X(curl_easy_getinfo)                                                                                               \
    X(curl_easy_init)                                                                                                  \
    X(curl_easy_perform)                                                                                               \
    X(curl_easy_recv)                                                                                                  \
    X(curl_easy_send)                                                                                                  \
    X(curl_easy_setopt)                                                                                                \
    X(curl_easy_strerror)                                                                                              \
    X(curl_free)                                                                                                       \
    X(curl_global_init)                                                                                                \
    X(curl_slist_append)                                                                                               \
    X(curl_slist_free_all)                                                                                             \
    X(curl_url)                                                                                                        \
    X(curl_url_cleanup) X(curl_url_get) X(curl_url_set)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

static bool is_ready;
static void prepare(void) { is_ready = is_loaded() && functions.curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK; }

const char *arete_curl_absence(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    return is_ready ? 0 : LIBRARY " is not on this machine: install Debian's libcurl4t64 (libcurl4 on Debian 12)";
}

bool arete_curl_parse(const char *url, char **scheme, char **host) {
    char *user = 0, *password = 0;
    *scheme = *host = 0;
    CURLU *const parts = functions.curl_url();
    const bool is_url = parts && functions.curl_url_set(parts, CURLUPART_URL, url, 0) == 0 &&
                        functions.curl_url_get(parts, CURLUPART_SCHEME, scheme, 0) == 0 &&
                        functions.curl_url_get(parts, CURLUPART_HOST, host, 0) == 0;
    bool has_user = false;
    if (is_url) {
        has_user = functions.curl_url_get(parts, CURLUPART_USER, &user, 0) == 0;
        has_user = functions.curl_url_get(parts, CURLUPART_PASSWORD, &password, 0) == 0 || has_user;
    }
    functions.curl_free(user);
    functions.curl_free(password);
    if (parts) functions.curl_url_cleanup(parts);
    return is_url && !has_user;
}

void arete_curl_free_text(char *text) { functions.curl_free(text); }

/// Of an answer's head, and of its body.
enum { MOST_BYTES = 65536 };

static size_t count_bytes(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    size_t *const total = context;
    *total += size * count;
    return *total <= MOST_BYTES ? size * count : 0;
}

// What both kinds of connection share.
static CURL *prepared(const char *url, long milliseconds, const arete_curl_credentials *credentials, long protocols,
                      char *text) {
    CURL *const handle = functions.curl_easy_init();
    if (!handle) return 0;
    CURLcode status = functions.curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, text);
    if (!status) status = functions.curl_easy_setopt(handle, CURLOPT_URL, url);
    if (!status) status = functions.curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    if (!status) status = functions.curl_easy_setopt(handle, CURLOPT_PROTOCOLS, protocols);
    if (!status) status = functions.curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    if (!status) status = functions.curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    if (!status) status = functions.curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!status) status = functions.curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    if (!status && credentials->authority) {
        status = functions.curl_easy_setopt(handle, CURLOPT_CAINFO, credentials->authority);
        // Else the system's would be believed as well.
        if (!status) functions.curl_easy_setopt(handle, CURLOPT_CAPATH, (char *)0);
    }
    if (!status && credentials->certificate)
        status = functions.curl_easy_setopt(handle, CURLOPT_SSLCERT, credentials->certificate);
    if (!status && credentials->key) status = functions.curl_easy_setopt(handle, CURLOPT_SSLKEY, credentials->key);
    if (!status) return handle;
    functions.curl_easy_cleanup(handle);
    return 0;
}

static void tell(arete_curl_error *error, CURLcode status, const char *text) {
    snprintf(error->message, sizeof error->message, "%s", text && *text ? text : functions.curl_easy_strerror(status));
    error->message[strcspn(error->message, "\r\n")] = 0;
}

long arete_curl_post(const arete_curl_request *request, arete_curl_error *error) {
    char text[CURL_ERROR_SIZE] = "";
    size_t head = 0, body = 0;
    const long protocols = request->may_be_plain ? CURLPROTO_HTTP | CURLPROTO_HTTPS : CURLPROTO_HTTPS;
    CURL *const handle = prepared(request->url, request->milliseconds, &request->credentials, protocols, text);
    struct curl_slist *list = 0;
    bool is_whole = handle != 0;
    for (size_t n = 0; is_whole && n < request->header_count; n++) {
        struct curl_slist *const longer = functions.curl_slist_append(list, request->headers[n]);
        is_whole = longer != 0;
        if (longer) list = longer;
    }
    // What is plain goes to this machine or nearby, not to a proxy.
    if (is_whole && request->may_be_plain) is_whole = !functions.curl_easy_setopt(handle, CURLOPT_PROXY, "");
    is_whole = is_whole && !functions.curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, request->milliseconds) &&
               !functions.curl_easy_setopt(handle, CURLOPT_POST, 1L) &&
               !functions.curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (int64_t)request->count) &&
               !functions.curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->count ? request->body : "") &&
               !functions.curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list) &&
               !functions.curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, count_bytes) &&
               !functions.curl_easy_setopt(handle, CURLOPT_HEADERDATA, &head) &&
               !functions.curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, count_bytes) &&
               !functions.curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
    long answer = 0;
    if (is_whole) {
        const CURLcode status = functions.curl_easy_perform(handle);
        // A body that goes on and on does not change what was answered.
        if (status == CURLE_OK || (status == CURLE_WRITE_ERROR && body > MOST_BYTES))
            functions.curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer);
        else
            tell(error, status, text);
    } else {
        tell(error, 0, "no memory for a request");
    }
    functions.curl_slist_free_all(list);
    if (handle) functions.curl_easy_cleanup(handle);
    return answer;
}

struct arete_curl_stream {
    CURL *handle;
    char text[CURL_ERROR_SIZE];
};

arete_curl_stream *arete_curl_open(const char *url, long milliseconds, const arete_curl_credentials *credentials,
                                   arete_curl_error *error) {
    arete_curl_stream *const stream = calloc(1, sizeof *stream);
    tell(error, 0, "no memory for a connection");
    if (!stream) return 0;
    stream->handle = prepared(url, milliseconds, credentials, CURLPROTO_HTTP | CURLPROTO_HTTPS, stream->text);
    if (stream->handle && !functions.curl_easy_setopt(stream->handle, CURLOPT_CONNECT_ONLY, 1L) &&
        !functions.curl_easy_setopt(stream->handle, CURLOPT_PROXY, "") &&
        !functions.curl_easy_setopt(stream->handle, CURLOPT_TCP_KEEPALIVE, 1L) &&
        // It is not HTTP that is spoken.
        !functions.curl_easy_setopt(stream->handle, CURLOPT_SSL_ENABLE_ALPN, 0L)) {
        const CURLcode status = functions.curl_easy_perform(stream->handle);
        if (status == CURLE_OK) return stream;
        tell(error, status, stream->text);
    }
    arete_curl_close(stream);
    return 0;
}

int arete_curl_socket(const arete_curl_stream *stream) {
    int descriptor = -1;
    return functions.curl_easy_getinfo(stream->handle, CURLINFO_ACTIVESOCKET, &descriptor) ? -1 : descriptor;
}

static long moved(arete_curl_stream *stream, CURLcode status, size_t count, arete_curl_error *error) {
    if (status == CURLE_OK) return (long)count;
    if (status == CURLE_AGAIN) return 0;
    tell(error, status, stream->text);
    return -1;
}

long arete_curl_send(arete_curl_stream *stream, const void *bytes, size_t count, arete_curl_error *error) {
    size_t sent = 0;
    if (count == 0) return 0;
    const CURLcode status = functions.curl_easy_send(stream->handle, bytes, count, &sent);
    return moved(stream, status, sent, error);
}

long arete_curl_receive(arete_curl_stream *stream, void *bytes, size_t count, arete_curl_error *error) {
    size_t received = 0;
    if (count == 0) return 0;
    const CURLcode status = functions.curl_easy_recv(stream->handle, bytes, count, &received);
    if (status == CURLE_OK && received == 0) {
        tell(error, 0, "the other side has ended the connection");
        return -1;
    }
    return moved(stream, status, received, error);
}

void arete_curl_close(arete_curl_stream *stream) {
    if (stream->handle) functions.curl_easy_cleanup(stream->handle);
    free(stream);
}
