// What Swift and C see of the system library libpng.
#pragma once
#include <png.h>
