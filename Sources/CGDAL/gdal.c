// The functions of libgdal for grids of heights.
#include "arete_functions.h"
#include "arete_gdal.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// What is needed of gdal.h (version 2.0 and later, unchanged since), so that a build does not need it.
typedef void *GDALDatasetH;
typedef void *GDALRasterBandH;
typedef int CPLErr;
enum { GDAL_OF_RASTER = 2, GDAL_OF_VERBOSE_ERROR = 0x40, GF_Read = 0, GCI_Undefined = 0, GCI_GrayIndex = 1 };
enum { GDT_Byte = 1, GDT_Float32 = 6, GDT_CInt16 = 8, GDT_CInt32, GDT_CFloat32, GDT_CFloat64, GDT_Int8 = 14 };
enum { GDT_CFloat16 = 16 };

void GDALRegister_GTiff(void);
GDALDatasetH GDALOpenEx(const char *, unsigned flags, const char *const *drivers, const char *const *options,
                        const char *const *siblings);
void GDALClose(GDALDatasetH);
int GDALGetRasterXSize(GDALDatasetH);
int GDALGetRasterYSize(GDALDatasetH);
int GDALGetRasterCount(GDALDatasetH);
CPLErr GDALGetGeoTransform(GDALDatasetH, double *);
const char *GDALGetProjectionRef(GDALDatasetH);
GDALRasterBandH GDALGetRasterBand(GDALDatasetH, int);
void GDALGetBlockSize(GDALRasterBandH, int *, int *);
int GDALGetRasterDataType(GDALRasterBandH);
int GDALGetRasterColorInterpretation(GDALRasterBandH);
double GDALGetRasterNoDataValue(GDALRasterBandH, int *);
double GDALGetRasterScale(GDALRasterBandH, int *);
double GDALGetRasterOffset(GDALRasterBandH, int *);
CPLErr GDALRasterIO(GDALRasterBandH, int, int, int, int, int, void *, int, int, int, int, int);
void GDALSetCacheMax(int);
void CPLSetConfigOption(const char *, const char *);
void CPLErrorReset(void);
const char *CPLGetLastErrorMsg(void);
void CPLQuietErrorHandler(int, int, const char *);
typedef void (*CPLErrorHandler)(int, int, const char *);
CPLErrorHandler CPLSetErrorHandler(CPLErrorHandler);

#define FUNCTIONS(X)                                                                                                   \
    X(CPLErrorReset)                                                                                                   \
    X(CPLGetLastErrorMsg)                                                                                              \
    X(CPLQuietErrorHandler)                                                                                            \
    X(CPLSetConfigOption)                                                                                              \
    X(CPLSetErrorHandler)                                                                                              \
    X(GDALClose)                                                                                                       \
    X(GDALGetBlockSize)                                                                                                \
    X(GDALGetGeoTransform)                                                                                             \
    X(GDALGetProjectionRef)                                                                                            \
    X(GDALGetRasterBand)                                                                                               \
    X(GDALGetRasterColorInterpretation)                                                                                \
    X(GDALGetRasterCount)                                                                                              \
    X(GDALGetRasterDataType)                                                                                           \
    X(GDALGetRasterNoDataValue)                                                                                        \
    X(GDALGetRasterOffset)                                                                                             \
    X(GDALGetRasterScale)                                                                                              \
    X(GDALGetRasterXSize)                                                                                              \
    X(GDALGetRasterYSize) X(GDALOpenEx) X(GDALRasterIO) X(GDALRegister_GTiff) X(GDALSetCacheMax)

static struct { FUNCTIONS(ARETE_MEMBER) } functions;
static bool is_complete;

/// Bytes that libgdal keeps of all files, and that it must take at once for a part of one.
enum { CACHE_BYTES = 64 << 20, MOST_BLOCK_BYTES = 32 << 20 };

static void load(void) {
    // Debian 12 to 13 and Ubuntu 22.04 to 24.04, and what a developer's package leaves.
    static const char *const names[] = {"libgdal.so.36", "libgdal.so.34", "libgdal.so.32", "libgdal.so.30",
                                        "libgdal.so"};
    void *library = 0;
    for (size_t n = 0; !library && n < sizeof names / sizeof *names; n++)
        library = dlopen(names[n], RTLD_NOW | RTLD_LOCAL);
    is_complete = library != 0;
    FUNCTIONS(ARETE_LOAD)
    if (!is_complete) return;
    // This driver alone: others follow what a file says to other files and to URLs.
    functions.GDALRegister_GTiff();
    functions.CPLSetErrorHandler(functions.CPLQuietErrorHandler);
    functions.CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    functions.CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
    functions.CPLSetConfigOption("GDAL_NUM_THREADS", "1");
    functions.GDALSetCacheMax(CACHE_BYTES);
}

const char *arete_gdal_absence(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return is_complete ? 0 : "libgdal is not on this machine: install Debian's libgdal36 (libgdal32 on Debian 12)";
}

struct arete_gdal_file {
    GDALDatasetH set;
    GDALRasterBandH band;
};

static void tell(arete_gdal_error *error, const char *text) {
    snprintf(error->message, sizeof error->message, "%s", text);
    error->message[strcspn(error->message, "\r\n")] = 0;
}

static void tell_last(arete_gdal_error *error, const char *otherwise) {
    const char *const text = functions.CPLGetLastErrorMsg();
    tell(error, text && *text ? text : otherwise);
}

static bool is_one_of(const char *text, const char *const *names) {
    for (; *names; names++)
        if (strstr(text, *names)) return true;
    return false;
}

/// What a coordinate system has against it; null for one of degrees.
static const char *objection(const char *system) {
    static const char *const projected[] = {"PROJCS[", "PROJCRS[", "LOCAL_CS[", "ENGCRS[", "GEOCCS[", 0};
    static const char *const geographic[] = {"GEOGCS[", "GEOGCRS[", 0};
    static const char *const ellipsoidal[] = {"Ellipsoidal height", "ellipsoidal height", 0};
    if (!system || !*system) return "does not say how its posts lie on the earth";
    if (is_one_of(system, projected)) return "is not over degrees: make one with gdalwarp -t_srs EPSG:4326";
    if (!is_one_of(system, geographic)) return "does not say how its posts lie on the earth";
    if (is_one_of(system, ellipsoidal)) return "has heights above the ellipsoid: those above mean sea level are needed";
    return 0;
}

/// What of a picture's bands are no heights; null where they may be.
static const char *objection_to_samples(GDALDatasetH set) {
    if (functions.GDALGetRasterCount(set) > 1)
        return "holds several bands, as pictures do: take that of the heights with gdal_translate -b";
    const GDALRasterBandH band = functions.GDALGetRasterBand(set, 1);
    if (!band) return "holds no picture";
    switch (functions.GDALGetRasterDataType(band)) {
    case GDT_Byte:
    case GDT_Int8:
        return "holds a picture of 8 bits: heights have 16 bits or more";
    case GDT_CInt16:
    case GDT_CInt32:
    case GDT_CFloat32:
    case GDT_CFloat64:
    case GDT_CFloat16:
        return "holds complex numbers, which are no heights";
    }
    const int colour = functions.GDALGetRasterColorInterpretation(band);
    return colour == GCI_Undefined || colour == GCI_GrayIndex ? 0 : "holds colours, which are no heights";
}

static bool describe(arete_gdal_file *file, arete_gdal_form *form, arete_gdal_error *error) {
    double at[6] = {0};
    if (functions.GDALGetRasterCount(file->set) < 1) return tell(error, "holds no picture"), false;
    const char *against = objection_to_samples(file->set);
    if (!against) against = objection(functions.GDALGetProjectionRef(file->set));
    if (against) return tell(error, against), false;
    if (functions.GDALGetGeoTransform(file->set, at) != 0)
        return tell(error, "does not say where its posts lie"), false;
    for (int n = 0; n < 6; n++)
        if (!isfinite(at[n])) return tell(error, "does not say where its posts lie"), false;
    if (at[2] != 0 || at[4] != 0 || at[1] <= 0 || at[5] >= 0)
        return tell(error, "is not north up: make one with gdalwarp -t_srs EPSG:4326"), false;
    file->band = functions.GDALGetRasterBand(file->set, 1);
    int width = 0, height = 0, has_scale = 0, has_offset = 0, has_void = 0;
    functions.GDALGetBlockSize(file->band, &width, &height);
    // No sample of a height has more bytes than eight.
    if (width < 1 || height < 1 || (double)width * height * 8 > MOST_BLOCK_BYTES)
        return tell(error, "is stored in too large parts: make one with gdal_translate -co TILED=YES"), false;
    form->columns = functions.GDALGetRasterXSize(file->set);
    form->rows = functions.GDALGetRasterYSize(file->set);
    // libgdal tells corners of pixels; a height belongs to a pixel's middle.
    form->column_step = at[1];
    form->row_step = -at[5];
    form->west = at[0] + at[1] / 2;
    form->north = at[3] + at[5] / 2;
    form->void_value = functions.GDALGetRasterNoDataValue(file->band, &has_void);
    form->has_void = has_void != 0;
    form->scale = functions.GDALGetRasterScale(file->band, &has_scale);
    form->offset = functions.GDALGetRasterOffset(file->band, &has_offset);
    if (!has_scale || !isfinite(form->scale)) form->scale = 1;
    if (!has_offset || !isfinite(form->offset)) form->offset = 0;
    return true;
}

arete_gdal_file *arete_gdal_open(const char *path, arete_gdal_form *form, arete_gdal_error *error) {
    const char *const absence = arete_gdal_absence();
    if (absence) return tell(error, absence), (arete_gdal_file *)0;
    // Names that mean something else to libgdal are no files.
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return tell(error, "is no file"), (arete_gdal_file *)0;
    static const char *const drivers[] = {"GTiff", 0};
    arete_gdal_file *const file = calloc(1, sizeof *file);
    tell(error, "no memory for a file");
    if (!file) return 0;
    functions.CPLErrorReset();
    file->set = functions.GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, drivers, 0, 0);
    if (file->set && describe(file, form, error)) return file;
    if (!file->set) tell_last(error, "is no GeoTIFF");
    arete_gdal_close(file);
    return 0;
}

bool arete_gdal_read(arete_gdal_file *file, int column, int row, int columns, int rows, float *values,
                     arete_gdal_error *error) {
    functions.CPLErrorReset();
    if (functions.GDALRasterIO(file->band, GF_Read, column, row, columns, rows, values, columns, rows, GDT_Float32, 0,
                               0) == 0)
        return true;
    tell_last(error, "cannot be read");
    return false;
}

void arete_gdal_close(arete_gdal_file *file) {
    if (!file) return;
    if (file->set) functions.GDALClose(file->set);
    free(file);
}
