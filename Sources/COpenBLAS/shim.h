// What Swift and C see of the system library openblas.
#pragma once
#include <cblas.h>
