// What Swift and C see of the system library libjpeg-turbo.
#pragma once
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>
