// QR and bar codes in pictures through ZBar, which is brought in when the first picture is searched.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum {
    ARETE_CODES_OK = 0,
    ARETE_CODES_FAILED = 1, ///< no memory
    ARETE_CODES_ABSENT = 2, ///< this build or this machine has no ZBar
} arete_codes_status;

/// Why no picture can be searched; null where they can.
const char *arete_codes_absence(void);

/// Is told each code that is found.
typedef void (*arete_codes_found)(void *context, const char *text, size_t length);

/// Searches a grey picture, whose rows follow each other without gaps, for QR codes and the bar codes EAN-13, EAN-8,
/// UPC, Code 128, 93 and 39.
arete_codes_status arete_codes_search(const uint8_t *grey, unsigned width, unsigned height, arete_codes_found found,
                                      void *context);
