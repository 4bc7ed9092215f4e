// The k largest or smallest elements of a column, one by one.
#define NEXT_TOP(TAG, column, i, n, root, largest) (i)
#include "top_k_loops.h"

ARETE_FOR_NUMBERS(TOP_LOOP, )

#define ENTRY(TAG, TYPE, ...) [TYPE] = top_##TAG,
static const arete_top_function functions[ARETE_ELEMENT_TYPES] = {ARETE_FOR_NUMBERS(ENTRY, )};

arete_top_function arete_top_k(arete_element_type type) { return arete_is_element_type(type) ? functions[type] : NULL; }
