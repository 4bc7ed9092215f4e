// Brings libqrencode in, once, and draws QR codes with it.
#include "arete_codes.h"
#include "arete_functions.h"
#include <errno.h>

#define LIBRARY "libqrencode.so.4"

// What is needed of qrencode.h (version 4.1), so that a build does not need it.
typedef struct {
    int version, width;
    unsigned char *data;
} QRcode;
enum { QR_ECLEVEL_L = 0, QR_MODE_8 = 2 };

QRcode *QRcode_encodeString(const char *text, int version, int level, int mode, int is_case_sensitive);
void QRcode_free(QRcode *);

#define FUNCTIONS(X) X(QRcode_encodeString) X(QRcode_free)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_drawing_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libqrencode4";
}

arete_codes_status arete_code_draw(const char *text, uint8_t *modules, unsigned *side) {
    if (arete_drawing_absence()) return ARETE_CODES_ABSENT;
    // Screens and prints show all of it: the least redundancy gives the largest modules.
    QRcode *const code = functions.QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
    if (!code) return errno == ERANGE ? ARETE_CODES_TOO_LONG : ARETE_CODES_FAILED;
    const bool is_sound = code->width > 0 && code->width <= ARETE_CODES_MOST_SIDE && code->data;
    if (is_sound) {
        *side = (unsigned)code->width;
        for (size_t at = 0; at < (size_t)*side * *side; at++) modules[at] = code->data[at] & 1;
    }
    functions.QRcode_free(code);
    return is_sound ? ARETE_CODES_OK : ARETE_CODES_FAILED;
}
