/* fuzz-links: bedside_media_rtp */
/* No redundant sound makes the parser pass its end; what it finds lies inside, in order of time,
 * and comes back the same when it is written again. */
#include "media/rtp/red_audio.h"

#include <stdlib.h>
#include <string.h>

#define PAYLOAD_TYPE 111
#define TIMESTAMP 1000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_inside(const struct red_audio_frame *frame, const uint8_t *data, size_t size)
{
    check(frame->size > 0 && frame->data >= data && frame->data + frame->size <= data + size);
}

static void check_again(const struct red_audio *red)
{
    static uint8_t bytes[RED_AUDIO_HEADERS_SIZE_MAX + 65536 + 8 * 1024];
    struct red_audio again;
    size_t size =
        red_audio_write_headers(red->earlier, red->earlier_count, PAYLOAD_TYPE, TIMESTAMP, bytes);
    for (size_t i = 0; i < red->earlier_count; i++) {
        memcpy(bytes + size, red->earlier[i].data, red->earlier[i].size);
        size += red->earlier[i].size;
    }
    memcpy(bytes + size, red->own.data, red->own.size);
    size += red->own.size;
    check(red_audio_parse(bytes, size, PAYLOAD_TYPE, TIMESTAMP, &again) == 0);
    check(again.earlier_count == red->earlier_count && again.own.size == red->own.size);
    for (size_t i = 0; i < red->earlier_count; i++) {
        check(again.earlier[i].timestamp == red->earlier[i].timestamp);
        check(again.earlier[i].size == red->earlier[i].size);
        check(memcmp(again.earlier[i].data, red->earlier[i].data, red->earlier[i].size) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct red_audio red;
    if (size > 65536 || red_audio_parse(data, size, PAYLOAD_TYPE, TIMESTAMP, &red) < 0) {
        return 0;
    }
    check_inside(&red.own, data, size);
    for (size_t i = 0; i < red.earlier_count; i++) {
        check_inside(&red.earlier[i], data, size);
        check(red_audio_can_carry(&red.earlier[i], TIMESTAMP));
        check(i == 0 || (int32_t)(red.earlier[i].timestamp - red.earlier[i - 1].timestamp) > 0);
    }
    check_again(&red);
    return 0;
}
