// Brings ZBar in, once, and searches pictures with it.
#include "arete_codes.h"

#if __has_include(<zbar.h>)
#include "arete_functions.h"
#include <zbar.h>

#define LIBRARY "libzbar.so.0"

#define FUNCTIONS(X)                                                                                                   \
    X(zbar_image_create)                                                                                               \
    X(zbar_image_destroy)                                                                                              \
    X(zbar_image_first_symbol)                                                                                         \
    X(zbar_image_scanner_create)                                                                                       \
    X(zbar_image_scanner_destroy)                                                                                      \
    X(zbar_image_scanner_set_config)                                                                                   \
    X(zbar_image_set_data)                                                                                             \
    X(zbar_image_set_format)                                                                                           \
    X(zbar_image_set_size)                                                                                             \
    X(zbar_scan_image) X(zbar_symbol_get_data) X(zbar_symbol_get_data_length) X(zbar_symbol_next)

ARETE_FUNCTIONS(LIBRARY, FUNCTIONS)

const char *arete_codes_absence(void) {
    return is_loaded() ? 0 : LIBRARY " is not on this machine: install Debian's libzbar0";
}

// Other kinds, such as Interleaved 2 of 5, are found where no code is.
static const zbar_symbol_type_t bars[] = {ZBAR_EAN13, ZBAR_EAN8, ZBAR_UPCA, ZBAR_CODE128, ZBAR_CODE93, ZBAR_CODE39};

static void enable(zbar_image_scanner_t *scanner, unsigned kinds) {
    functions.zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    if (kinds & ARETE_CODES_QR) functions.zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    for (size_t bar = 0; kinds & ARETE_CODES_BAR && bar < sizeof bars / sizeof *bars; bar++)
        functions.zbar_image_scanner_set_config(scanner, bars[bar], ZBAR_CFG_ENABLE, 1);
}

arete_codes_status arete_codes_search(const uint8_t *grey, unsigned width, unsigned height, unsigned kinds,
                                      arete_codes_found found, void *context) {
    if (arete_codes_absence()) return ARETE_CODES_ABSENT;
    zbar_image_scanner_t *const scanner = functions.zbar_image_scanner_create();
    zbar_image_t *const image = functions.zbar_image_create();
    arete_codes_status status = ARETE_CODES_FAILED;
    if (scanner && image) {
        enable(scanner, kinds);
        functions.zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
        functions.zbar_image_set_size(image, width, height);
        functions.zbar_image_set_data(image, grey, (unsigned long)width * height, 0);
        if (functions.zbar_scan_image(scanner, image) >= 0) status = ARETE_CODES_OK;
        const zbar_symbol_t *symbol = status == ARETE_CODES_OK ? functions.zbar_image_first_symbol(image) : 0;
        for (; symbol; symbol = functions.zbar_symbol_next(symbol))
            found(context, functions.zbar_symbol_get_data(symbol), functions.zbar_symbol_get_data_length(symbol));
    }
    if (image) functions.zbar_image_destroy(image);
    if (scanner) functions.zbar_image_scanner_destroy(scanner);
    return status;
}

#else

const char *arete_codes_absence(void) {
    return "this build reads no codes: install Debian's libzbar-dev and build again";
}

arete_codes_status arete_codes_search(const uint8_t *grey, unsigned width, unsigned height, unsigned kinds,
                                      arete_codes_found found, void *context) {
    (void)grey, (void)width, (void)height, (void)kinds, (void)found, (void)context;
    return ARETE_CODES_ABSENT;
}
#endif
