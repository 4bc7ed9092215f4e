// Codes in pictures: read through ZBar and libdmtx, drawn through libqrencode, each of which is brought in when it is
// needed first.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum {
    ARETE_CODES_OK = 0,
    ARETE_CODES_FAILED = 1,    ///< no memory, or no process
    ARETE_CODES_ABSENT = 2,    ///< this build or this machine has no such library
    ARETE_CODES_CUT_SHORT = 3, ///< time ran out, or the search died: there may be more codes than were found
    ARETE_CODES_TOO_LONG = 4,  ///< a text that no code holds
} arete_codes_status;

/// What ZBar looks for.
enum {
    ARETE_CODES_QR = 1,
    ARETE_CODES_BAR = 2, ///< EAN-13, EAN-8, UPC, Code 128, 93 and 39
};

/// Why no picture can be searched for QR and bar codes; null where they can.
const char *arete_codes_absence(void);

/// Is told each code that is found.
typedef void (*arete_codes_found)(void *context, const char *text, size_t length);

/// Searches a grey picture, whose rows follow each other without gaps, for codes of `kinds`.
arete_codes_status arete_codes_search(const uint8_t *grey, unsigned width, unsigned height, unsigned kinds,
                                      arete_codes_found found, void *context);

/// Why no picture can be searched for DataMatrix codes; null where they can.
const char *arete_matrix_absence(void);

/// Searches a grey picture as above for DataMatrix codes (ECC 200), for so many milliseconds at most and half a second
/// more for a symbol that was begun.
///
/// A process of its own does the work: what one that dies had found until then is found.
arete_codes_status arete_matrix_search(const uint8_t *grey, unsigned width, unsigned height, int milliseconds,
                                       arete_codes_found found, void *context);

/// Why no codes can be drawn; null where they can.
const char *arete_drawing_absence(void);

/// Modules of the longest side of a QR code.
enum { ARETE_CODES_MOST_SIDE = 177 };

/// The QR code of a text that ends with a zero, in as few modules as hold it: 1 where they are dark, row by row.
///
/// `modules` has room for those of the longest sides.
arete_codes_status arete_code_draw(const char *text, uint8_t *modules, unsigned *side);
