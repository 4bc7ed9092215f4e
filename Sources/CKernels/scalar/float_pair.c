// Rows of functions of two floats.
#include "float_pair.h"

FLOAT_PAIR(arete_float_pair)
