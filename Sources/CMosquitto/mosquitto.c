// The functions of libmosquitto, and what it tells in one kind of event.
#include "arete_functions.h"
#include "arete_mosquitto.h"
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libmosquitto.so.1"

// What is needed of mosquitto.h and mqtt_protocol.h (version 2.0), so that a build does not need them.
struct mosquitto;
typedef struct mqtt5__property mosquitto_property;
struct mosquitto_message {
    int mid;
    char *topic;
    void *payload;
    int payloadlen, qos;
    bool retain;
};
enum { MOSQ_ERR_SUCCESS = 0, MOSQ_ERR_NOMEM = 1, MOSQ_ERR_ERRNO = 14, MOSQ_ERR_EAI = 15 };
enum {
    MOSQ_OPT_PROTOCOL_VERSION = 1,
    MOSQ_OPT_SEND_MAXIMUM = 5,
    MOSQ_OPT_TLS_USE_OS_CERTS = 13,
    MOSQ_LOG_ERR = 1 << 3
};
enum { MQTT_PROTOCOL_V5 = 5, MQTT_DISCONNECT_NORMALLY = 0 };
enum {
    CONTENT_TYPE = 3,
    SESSION_EXPIRY_INTERVAL = 17,
    RECEIVE_MAXIMUM = 33,
    TOPIC_ALIAS_MAXIMUM = 34,
    TOPIC_ALIAS = 35,
    USER_PROPERTY = 38,
    MAXIMUM_PACKET_SIZE = 39,
};

int mosquitto_lib_init(void);
struct mosquitto *mosquitto_new(const char *id, bool clean_start, void *context);
void mosquitto_destroy(struct mosquitto *);
int mosquitto_int_option(struct mosquitto *, int option, int value);
int mosquitto_username_pw_set(struct mosquitto *, const char *user, const char *password);
int mosquitto_tls_set(struct mosquitto *, const char *file, const char *folder, const char *certificate,
                      const char *key, int (*password)(char *, int, int, void *));
int mosquitto_tls_insecure_set(struct mosquitto *, bool);
int mosquitto_will_set_v5(struct mosquitto *, const char *topic, int count, const void *bytes, int qos, bool retain,
                          mosquitto_property *);
int mosquitto_connect_bind_v5(struct mosquitto *, const char *host, int port, int keep_alive, const char *bind,
                              const mosquitto_property *);
int mosquitto_disconnect_v5(struct mosquitto *, int reason, const mosquitto_property *);
int mosquitto_publish_v5(struct mosquitto *, int *id, const char *topic, int count, const void *bytes, int qos,
                         bool retain, const mosquitto_property *);
int mosquitto_subscribe_v5(struct mosquitto *, int *id, const char *filter, int qos, int options,
                           const mosquitto_property *);
int mosquitto_socket(struct mosquitto *);
bool mosquitto_want_write(struct mosquitto *);
int mosquitto_loop_read(struct mosquitto *, int packets);
int mosquitto_loop_write(struct mosquitto *, int packets);
int mosquitto_loop_misc(struct mosquitto *);
void mosquitto_connect_v5_callback_set(struct mosquitto *,
                                       void (*)(struct mosquitto *, void *, int, int, const mosquitto_property *));
void mosquitto_disconnect_v5_callback_set(struct mosquitto *,
                                          void (*)(struct mosquitto *, void *, int, const mosquitto_property *));
void mosquitto_publish_v5_callback_set(struct mosquitto *,
                                       void (*)(struct mosquitto *, void *, int, int, const mosquitto_property *));
void mosquitto_subscribe_v5_callback_set(struct mosquitto *, void (*)(struct mosquitto *, void *, int, int, const int *,
                                                                      const mosquitto_property *));
void mosquitto_message_v5_callback_set(struct mosquitto *,
                                       void (*)(struct mosquitto *, void *, const struct mosquitto_message *,
                                                const mosquitto_property *));
void mosquitto_log_callback_set(struct mosquitto *, void (*)(struct mosquitto *, void *, int, const char *));
const char *mosquitto_strerror(int);
const char *mosquitto_reason_string(int);
int mosquitto_pub_topic_check(const char *);
int mosquitto_sub_topic_check(const char *);
int mosquitto_property_add_int16(mosquitto_property **, int, uint16_t);
int mosquitto_property_add_int32(mosquitto_property **, int, uint32_t);
int mosquitto_property_add_string(mosquitto_property **, int, const char *);
int mosquitto_property_add_string_pair(mosquitto_property **, int, const char *, const char *);
void mosquitto_property_free_all(mosquitto_property **);
const mosquitto_property *mosquitto_property_read_int16(const mosquitto_property *, int, uint16_t *, bool);
const mosquitto_property *mosquitto_property_read_int32(const mosquitto_property *, int, uint32_t *, bool);
const mosquitto_property *mosquitto_property_read_string(const mosquitto_property *, int, char **, bool);

#define FUNCTIONS(X)                                                                                                   \
    X(mosquitto_connect_bind_v5)                                                                                       \
    X(mosquitto_connect_v5_callback_set)                                                                               \
    X(mosquitto_destroy)                                                                                               \
    X(mosquitto_disconnect_v5)                                                                                         \
    X(mosquitto_disconnect_v5_callback_set)                                                                            \
    X(mosquitto_int_option)                                                                                            \
    X(mosquitto_lib_init)                                                                                              \
    X(mosquitto_log_callback_set)                                                                                      \
    X(mosquitto_loop_misc)                                                                                             \
    X(mosquitto_loop_read)                                                                                             \
    X(mosquitto_loop_write)                                                                                            \
    X(mosquitto_message_v5_callback_set)                                                                               \
    X(mosquitto_new)                                                                                                   \
    X(mosquitto_property_add_int16)                                                                                    \
    X(mosquitto_property_add_int32)                                                                                    \
    X(mosquitto_property_add_string)                                                                                   \
    X(mosquitto_property_add_string_pair)                                                                              \
    X(mosquitto_property_free_all)                                                                                     \
    X(mosquitto_property_read_int16)                                                                                   \
    X(mosquitto_property_read_int32)                                                                                   \
    X(mosquitto_property_read_string)                                                                                  \
    X(mosquitto_pub_topic_check)                                                                                       \
    X(mosquitto_publish_v5)                                                                                            \
    X(mosquitto_publish_v5_callback_set)                                                                               \
    X(mosquitto_reason_string)                                                                                         \
    X(mosquitto_socket)                                                                                                \
    X(mosquitto_strerror)                                                                                              \
    X(mosquitto_sub_topic_check)                                                                                       \
    X(mosquitto_subscribe_v5)                                                                                          \
    X(mosquitto_subscribe_v5_callback_set)                                                                             \
    X(mosquitto_tls_insecure_set)                                                                                      \
    X(mosquitto_tls_set) X(mosquitto_username_pw_set) X(mosquitto_want_write) X(mosquitto_will_set_v5)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

static bool is_ready;
static void prepare(void) { is_ready = is_loaded() && functions.mosquitto_lib_init() == MOSQ_ERR_SUCCESS; }

const char *arete_mqtt_absence(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    return is_ready ? 0 : LIBRARY " is not on this machine: install Debian's libmosquitto1";
}

struct arete_mqtt {
    struct mosquitto *client;
    int version;
    arete_mqtt_handler handler;
    void *context;
};

static void on_connect(struct mosquitto *client, void *object, int code, int flags, const mosquitto_property *list) {
    (void)client;
    const arete_mqtt *const connection = object;
    // What a broker does not say is this (MQTT 5, section 3.2.2.3).
    arete_mqtt_event event = {.kind = ARETE_MQTT_CONNECTED, .code = code, .most_unacknowledged = UINT16_MAX};
    event.has_session = flags & 1;
    event.most_bytes = UINT32_MAX;
    functions.mosquitto_property_read_int32(list, MAXIMUM_PACKET_SIZE, &event.most_bytes, false);
    functions.mosquitto_property_read_int16(list, RECEIVE_MAXIMUM, &event.most_unacknowledged, false);
    functions.mosquitto_property_read_int16(list, TOPIC_ALIAS_MAXIMUM, &event.most_aliases, false);
    connection->handler(connection->context, &event);
}

static void on_disconnect(struct mosquitto *client, void *object, int code, const mosquitto_property *list) {
    (void)client, (void)list;
    const arete_mqtt *const connection = object;
    const arete_mqtt_event event = {.kind = ARETE_MQTT_DISCONNECTED, .code = code};
    connection->handler(connection->context, &event);
}

static void on_publish(struct mosquitto *client, void *object, int id, int code, const mosquitto_property *list) {
    (void)client, (void)list;
    const arete_mqtt *const connection = object;
    const arete_mqtt_event event = {.kind = ARETE_MQTT_SENT, .id = id, .code = code};
    connection->handler(connection->context, &event);
}

static void on_subscribe(struct mosquitto *client, void *object, int id, int count, const int *codes,
                         const mosquitto_property *list) {
    (void)client, (void)list;
    const arete_mqtt *const connection = object;
    const arete_mqtt_event event = {.kind = ARETE_MQTT_SUBSCRIBED, .id = id, .code = count > 0 ? codes[0] : 128};
    connection->handler(connection->context, &event);
}

static void on_message(struct mosquitto *client, void *object, const struct mosquitto_message *message,
                       const mosquitto_property *list) {
    (void)client;
    const arete_mqtt *const connection = object;
    char *type = 0;
    functions.mosquitto_property_read_string(list, CONTENT_TYPE, &type, false);
    const arete_mqtt_event event = {.kind = ARETE_MQTT_MESSAGE,
                                    .topic = message->topic,
                                    .content_type = type,
                                    .bytes = message->payload,
                                    .count = message->payloadlen > 0 ? (size_t)message->payloadlen : 0,
                                    .qos = message->qos,
                                    .is_retained = message->retain};
    connection->handler(connection->context, &event);
    free(type);
}

static void on_log(struct mosquitto *client, void *object, int level, const char *text) {
    (void)client;
    const arete_mqtt *const connection = object;
    const arete_mqtt_event event = {.kind = ARETE_MQTT_ERROR, .topic = text};
    if (level == MOSQ_LOG_ERR) connection->handler(connection->context, &event);
}

// Each setting that failed, by the library's word for it.
static int configure(arete_mqtt *connection, const arete_mqtt_options *options) {
    struct mosquitto *const client = connection->client;
    int status = functions.mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, options->version);
    if (!status) status = functions.mosquitto_int_option(client, MOSQ_OPT_SEND_MAXIMUM, options->most_unacknowledged);
    if (!status && options->user)
        status = functions.mosquitto_username_pw_set(client, options->user, options->password);
    if (!status && options->will_topic)
        status = functions.mosquitto_will_set_v5(client, options->will_topic, (int)options->will_count, options->will,
                                                 options->will_qos, options->will_is_retained, 0);
    if (!options->is_encrypted) return status;
    if (!status && !options->authority) status = functions.mosquitto_int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
    // A certificate of this side's own comes in with a place for authorities alone, though the system's are known.
    if (!status && (options->authority || options->certificate))
        status = functions.mosquitto_tls_set(client, options->authority, options->authority ? 0 : "/etc/ssl/certs",
                                             options->certificate, options->key, 0);
    if (!status && options->checks_no_name) status = functions.mosquitto_tls_insecure_set(client, true);
    return status;
}

arete_mqtt *arete_mqtt_new(const arete_mqtt_options *options, arete_mqtt_handler handler, void *context, char *error,
                           size_t error_size) {
    arete_mqtt *const connection = calloc(1, sizeof *connection);
    int status = MOSQ_ERR_NOMEM;
    if (connection) {
        connection->handler = handler;
        connection->context = context;
        connection->version = options->version;
        errno = 0;
        // MQTT 5 ends a session that is of no use when its time is over.
        const bool is_clean = options->version < MQTT_PROTOCOL_V5 && !options->session_expiry;
        connection->client = functions.mosquitto_new(options->client, is_clean, connection);
        if (connection->client) status = configure(connection, options);
    }
    if (status) {
        snprintf(error, error_size, "%s", arete_mqtt_error_text(status));
        if (connection) arete_mqtt_free(connection);
        return 0;
    }
    functions.mosquitto_connect_v5_callback_set(connection->client, on_connect);
    functions.mosquitto_disconnect_v5_callback_set(connection->client, on_disconnect);
    functions.mosquitto_publish_v5_callback_set(connection->client, on_publish);
    functions.mosquitto_subscribe_v5_callback_set(connection->client, on_subscribe);
    functions.mosquitto_message_v5_callback_set(connection->client, on_message);
    functions.mosquitto_log_callback_set(connection->client, on_log);
    return connection;
}

int arete_mqtt_connect(arete_mqtt *connection, const arete_mqtt_options *options) {
    mosquitto_property *list = 0;
    int status = MOSQ_ERR_SUCCESS;
    if (options->version == MQTT_PROTOCOL_V5) {
        status = functions.mosquitto_property_add_int32(&list, SESSION_EXPIRY_INTERVAL, options->session_expiry);
        if (!status) status = functions.mosquitto_property_add_int32(&list, MAXIMUM_PACKET_SIZE, options->most_bytes);
    }
    if (!status)
        status = functions.mosquitto_connect_bind_v5(connection->client, options->host, options->port,
                                                     options->keep_alive, 0, list);
    const int number = errno;
    functions.mosquitto_property_free_all(&list);
    errno = number;
    return status;
}

int arete_mqtt_socket(arete_mqtt *connection) { return functions.mosquitto_socket(connection->client); }
bool arete_mqtt_wants_to_write(arete_mqtt *connection) { return functions.mosquitto_want_write(connection->client); }
int arete_mqtt_read(arete_mqtt *connection) { return functions.mosquitto_loop_read(connection->client, 1); }
int arete_mqtt_write(arete_mqtt *connection) { return functions.mosquitto_loop_write(connection->client, 1); }
int arete_mqtt_misc(arete_mqtt *connection) { return functions.mosquitto_loop_misc(connection->client); }

int arete_mqtt_publish(arete_mqtt *connection, const arete_mqtt_publication *publication, int *id) {
    mosquitto_property *list = 0;
    int status = MOSQ_ERR_SUCCESS;
    const bool has_properties = connection->version == MQTT_PROTOCOL_V5;
    if (has_properties && publication->content_type)
        status = functions.mosquitto_property_add_string(&list, CONTENT_TYPE, publication->content_type);
    if (!status && has_properties && publication->alias)
        status = functions.mosquitto_property_add_int16(&list, TOPIC_ALIAS, publication->alias);
    for (size_t n = 0; !status && has_properties && n < publication->property_count; n++)
        status = functions.mosquitto_property_add_string_pair(&list, USER_PROPERTY, publication->properties[2 * n],
                                                              publication->properties[2 * n + 1]);
    if (!status)
        status = functions.mosquitto_publish_v5(connection->client, id, publication->topic, (int)publication->count,
                                                publication->bytes, publication->qos, publication->is_retained, list);
    functions.mosquitto_property_free_all(&list);
    return status;
}

int arete_mqtt_subscribe(arete_mqtt *connection, const char *filter, int qos, int *id) {
    return functions.mosquitto_subscribe_v5(connection->client, id, filter, qos, 0, 0);
}

void arete_mqtt_disconnect(arete_mqtt *connection) {
    functions.mosquitto_disconnect_v5(connection->client, MQTT_DISCONNECT_NORMALLY, 0);
}

void arete_mqtt_free(arete_mqtt *connection) {
    if (connection->client) functions.mosquitto_destroy(connection->client);
    free(connection);
}

const char *arete_mqtt_error_text(int error) {
    // The library keeps the resolver's number in errno.
    if (error == MOSQ_ERR_EAI) return gai_strerror(errno);
    // It says so, too, of bytes that it cannot make anything of.
    if (error == MOSQ_ERR_ERRNO) return errno ? strerror(errno) : "what is there is no MQTT broker, or it hung up";
    return functions.mosquitto_strerror(error);
}

const char *arete_mqtt_reason_text(int reason) { return functions.mosquitto_reason_string(reason); }

bool arete_mqtt_is_topic(const char *topic) { return functions.mosquitto_pub_topic_check(topic) == MOSQ_ERR_SUCCESS; }

bool arete_mqtt_is_filter(const char *filter) {
    return functions.mosquitto_sub_topic_check(filter) == MOSQ_ERR_SUCCESS;
}
