// Heights out of GeoTIFFs through libgdal, which is brought in when the first one is opened.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/// Why there are none; null where there are.
const char *arete_gdal_absence(void);

/// A line that says what is wrong with a file.
typedef struct {
    char message[256];
} arete_gdal_error;

/// How the posts lie: post (column, row) is at longitude west + column * columnStep, latitude north - row * rowStep,
/// degrees.
typedef struct {
    int columns, rows;
    double north, west, row_step, column_step;
    /// What stands for no height, where `has_void`.
    double void_value;
    bool has_void;
    /// A height is value * scale + offset, metres.
    double scale, offset;
} arete_gdal_form;

typedef struct arete_gdal_file arete_gdal_file;

/// Opens a GeoTIFF of a regular file; files beside it are not looked at. Null with `error` for what is no grid of
/// heights over degrees, north up, that can be read in pieces of some megabytes. For one thread at a time.
arete_gdal_file *arete_gdal_open(const char *path, arete_gdal_form *form, arete_gdal_error *error);

/// The values of a part, row by row; false with `error`.
bool arete_gdal_read(arete_gdal_file *file, int column, int row, int columns, int rows, float *values,
                     arete_gdal_error *error);

void arete_gdal_close(arete_gdal_file *file);
