// Cameras' JPEG pictures to planes: chroma stays as coarse as it was sent, and lost data do not lose the picture.
#include "arete_codecs.h"
#include "jpeg_error.h"
#include "jpeg_source.h"

#include <string.h>

enum {
    MOST_LINES = 4 * DCTSIZE, // of one component in a row of units: 4 is the format's highest sampling factor
    ALIGNMENT = 64,
};

static size_t rounded(size_t value, size_t step) { return (value + step - 1) / step * step; }

static size_t block_size(const jpeg_component_info *component) {
#if JPEG_LIB_VERSION >= 70
    return (size_t)component->DCT_h_scaled_size;
#else
    return (size_t)component->DCT_scaled_size;
#endif
}

static size_t lines_of(const jpeg_component_info *component) {
    return (size_t)component->v_samp_factor * block_size(component);
}

// Chroma shared by one, two, or two by two pixels: what camera pictures have in other formats too.
static bool has_planes(j_decompress_ptr jpeg) {
    const jpeg_component_info *c = jpeg->comp_info;
    const size_t width = jpeg->output_width, height = jpeg->output_height;
    if (c[0].downsampled_width != width || c[0].downsampled_height != height) return false;
    if (jpeg->jpeg_color_space == JCS_GRAYSCALE) return true;
    if (jpeg->jpeg_color_space != JCS_YCbCr) return false;
    if (c[1].downsampled_width != c[2].downsampled_width || c[1].downsampled_height != c[2].downsampled_height)
        return false;
    const bool is_half_as_wide = 2 * c[1].downsampled_width == width;
    const bool is_half_as_high = 2 * c[1].downsampled_height == height;
    const bool is_as_wide = c[1].downsampled_width == width, is_as_high = c[1].downsampled_height == height;
    return (is_as_wide && is_as_high) || (is_half_as_wide && (is_as_high || is_half_as_high));
}

static arete_jpeg_planes laid_out(j_decompress_ptr jpeg) {
    arete_jpeg_planes planes = {.is_rgb = !jpeg->raw_data_out};
    planes.planes = planes.is_rgb ? 1 : (uint32_t)jpeg->num_components;
    for (uint32_t i = 0; i < planes.planes; i++) {
        const jpeg_component_info *c = &jpeg->comp_info[i];
        planes.widths[i] = planes.is_rgb ? jpeg->output_width : c->downsampled_width;
        planes.heights[i] = planes.is_rgb ? jpeg->output_height : c->downsampled_height;
        // Whole blocks are written, and whole rows of units.
        const size_t wide = planes.is_rgb ? 3 * (size_t)planes.widths[i] : c->width_in_blocks * block_size(c);
        const size_t high =
            planes.is_rgb ? planes.heights[i] : rounded(c->height_in_blocks * block_size(c), lines_of(c));
        planes.strides[i] = rounded(wide, ALIGNMENT);
        planes.offsets[i] = planes.bytes;
        planes.bytes += planes.strides[i] * high;
    }
    return planes;
}

static void read_planes(j_decompress_ptr jpeg, const arete_jpeg_planes *planes, uint8_t *memory) {
    JSAMPROW rows[3][MOST_LINES];
    JSAMPARRAY components[3] = {rows[0], rows[1], rows[2]};
    const JDIMENSION most = (JDIMENSION)lines_of(&jpeg->comp_info[0]);
    for (size_t unit = 0; jpeg->output_scanline < jpeg->output_height; unit++) {
        for (uint32_t i = 0; i < planes->planes; i++) {
            const size_t lines = lines_of(&jpeg->comp_info[i]);
            for (size_t line = 0; line < lines; line++)
                rows[i][line] = memory + planes->offsets[i] + (unit * lines + line) * planes->strides[i];
        }
        jpeg_read_raw_data(jpeg, components, most);
    }
}

static void read_triples(j_decompress_ptr jpeg, const arete_jpeg_planes *planes, uint8_t *memory) {
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = memory + jpeg->output_scanline * planes->strides[0];
        jpeg_read_scanlines(jpeg, &row, 1);
    }
}

static void check(arete_jpeg_reader *r, const arete_jpeg_request *request) {
    j_decompress_ptr jpeg = &r->jpeg;
    if (jpeg->image_width != request->width || jpeg->image_height != request->height)
        arete_jpeg_fail((j_common_ptr)jpeg, "another size than the stream's");
    if (jpeg->progressive_mode || jpeg->arith_code || jpeg->num_components == 4) {
        r->handler.status = ARETE_CODEC_UNSUPPORTED;
        arete_jpeg_fail((j_common_ptr)jpeg, "progressive, arithmetic or of four colours, as no camera's pictures are");
    }
}

arete_codec_status arete_jpeg_decode_planes(const uint8_t *data, size_t size, const arete_jpeg_request *request,
                                            arete_jpeg_room room, void *context, bool *has_lost,
                                            arete_codec_error *error) {
    arete_jpeg_reader r;
    memset(&r, 0, sizeof r);
    r.jpeg.err = arete_jpeg_handler_init(&r.handler, error);
    r.handler.is_lenient = true;
    if (setjmp(r.handler.unwind) == 0) {
        j_decompress_ptr jpeg = &r.jpeg;
        jpeg_create_decompress(jpeg);
        arete_jpeg_read_from(&r, data, size);
        jpeg_read_header(jpeg, TRUE);
        check(&r, request);
        jpeg->scale_num = request->eighths;
        jpeg->scale_denom = 8;
        jpeg_calc_output_dimensions(jpeg);
        jpeg->raw_data_out = has_planes(jpeg);
        if (!jpeg->raw_data_out) jpeg->out_color_space = JCS_RGB;
        jpeg_start_decompress(jpeg);
        const arete_jpeg_planes planes = laid_out(jpeg);
        uint8_t *memory = room(context, &planes);
        if (!memory) arete_jpeg_fail((j_common_ptr)jpeg, "no memory");
        (jpeg->raw_data_out ? read_planes : read_triples)(jpeg, &planes, memory);
        // The end is not looked for: cameras may leave it out.
        *has_lost = r.handler.has_lost;
    }
    jpeg_destroy_decompress(&r.jpeg);
    return r.handler.status;
}
