#include "arete_types.h"

_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "IEEE 754 single and double precision");
