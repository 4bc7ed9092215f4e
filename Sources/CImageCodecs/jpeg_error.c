// Turns libjpeg-turbo's errors, and those warnings that mean a damaged picture, into a status and a message.
#include "jpeg_error.h"

#include <string.h>

_Noreturn static void unwind(arete_jpeg_handler *handler) {
    if (handler->status == ARETE_CODEC_OK) handler->status = ARETE_CODEC_DAMAGED;
    longjmp(handler->unwind, 1);
}

_Noreturn static void error_exit(j_common_ptr jpeg) {
    arete_jpeg_handler *handler = (arete_jpeg_handler *)jpeg->err;
    char message[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, message);
    snprintf(handler->error->message, sizeof handler->error->message, "%s", message);
    unwind(handler);
}

// The library goes on after a warning and fills what it cannot decode with grey, which a detector would take for a part
// of the scene. So warnings about lost picture data are errors, or are told where the reader is lenient; those about
// untidy headers pass.
static void emit_message(j_common_ptr jpeg, int level) {
    arete_jpeg_handler *handler = (arete_jpeg_handler *)jpeg->err;
    if (level >= 0) return;
    jpeg->err->num_warnings++;
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_ARITH_BAD_CODE:
        if (!handler->is_lenient) error_exit(jpeg);
        handler->has_lost = true;
        break;
    default:
        break;
    }
}

static void output_message(j_common_ptr jpeg) { (void)jpeg; }

struct jpeg_error_mgr *arete_jpeg_handler_init(arete_jpeg_handler *handler, arete_codec_error *error) {
    struct jpeg_error_mgr *base = jpeg_std_error(&handler->base);
    base->error_exit = error_exit;
    base->emit_message = emit_message;
    base->output_message = output_message;
    handler->status = ARETE_CODEC_OK;
    handler->error = error;
    handler->is_lenient = false;
    handler->has_lost = false;
    error->message[0] = 0;
    return base;
}

_Noreturn void arete_jpeg_fail(j_common_ptr jpeg, const char *message) {
    arete_jpeg_handler *handler = (arete_jpeg_handler *)jpeg->err;
    snprintf(handler->error->message, sizeof handler->error->message, "%s", message);
    unwind(handler);
}

bool arete_jpeg_is_lenient(j_decompress_ptr jpeg) { return ((arete_jpeg_handler *)jpeg->err)->is_lenient; }
