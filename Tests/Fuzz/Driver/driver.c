// The driver is the compiler's own library; this file gives its header a target.
#include "fuzz_driver.h"
