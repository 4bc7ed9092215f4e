// A JPEG file in memory as libjpeg-turbo's source.
#include "jpeg_source.h"

// A progressive file of few bytes may claim thousands of scans, each of which walks the whole picture.
enum { MAX_SCANS = 100 };

static void ignore(j_decompress_ptr jpeg) { (void)jpeg; }

// The whole file is in memory: being asked for more means that it ended early.
static boolean out_of_data(j_decompress_ptr jpeg) {
    static const JOCTET end_of_image[] = {0xFF, JPEG_EOI};
    if (!arete_jpeg_is_lenient(jpeg)) ERREXIT(jpeg, JERR_INPUT_EOF);
    WARNMS(jpeg, JWRN_JPEG_EOF);
    jpeg->src->next_input_byte = end_of_image;
    jpeg->src->bytes_in_buffer = sizeof end_of_image;
    return TRUE;
}

static void skip(j_decompress_ptr jpeg, long count) {
    if (count <= 0) return;
    if ((size_t)count > jpeg->src->bytes_in_buffer) {
        out_of_data(jpeg);
        return;
    }
    jpeg->src->next_input_byte += count;
    jpeg->src->bytes_in_buffer -= (size_t)count;
}

static void watch_scans(j_common_ptr common) {
    j_decompress_ptr jpeg = (j_decompress_ptr)common;
    if (jpeg->input_scan_number > MAX_SCANS) arete_jpeg_fail(common, "more than 100 scans");
}

void arete_jpeg_read_from(arete_jpeg_reader *reader, const uint8_t *data, size_t size) {
    arete_jpeg_source *source = &reader->source;
    source->manager = (struct jpeg_source_mgr){.next_input_byte = data,
                                               .bytes_in_buffer = size,
                                               .init_source = ignore,
                                               .fill_input_buffer = out_of_data,
                                               .skip_input_data = skip,
                                               .resync_to_restart = jpeg_resync_to_restart,
                                               .term_source = ignore};
    source->progress.progress_monitor = watch_scans;
    reader->jpeg.src = &source->manager;
    reader->jpeg.progress = &source->progress;
}
