/* fuzz-links: bedside_media_rtp */
/* A row of payloads, each behind a byte with its length: what parses is left out or rewritten, and
 * the rewritten descriptor says the same but for its numbers. */
#include "media/rtp/vp8_picture_rewriter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void forward(struct vp8_picture_rewriter *rewriter, uint32_t source, const uint8_t *payload,
                    const struct vp8_payload *parsed)
{
    uint8_t bytes[VP8_DESCRIPTOR_SIZE_MAX + 1];
    uint8_t bytes_again[VP8_DESCRIPTOR_SIZE_MAX];
    struct vp8_payload again;
    const int size = vp8_picture_rewriter_forward(rewriter, source, payload, parsed, bytes);
    if (size < 0) {
        require(size == -ENOENT || size == -ESTALE);
        return;
    }
    require(size > 0 && size <= VP8_DESCRIPTOR_SIZE_MAX);
    require(vp8_picture_rewriter_forward(rewriter, source, payload, parsed, bytes_again) == size);
    require(memcmp(bytes, bytes_again, (size_t)size) == 0);
    bytes[size] = payload[parsed->descriptor_size];
    require(vp8_payload_parse(bytes, (size_t)size + 1, &again) == 0);
    require(again.descriptor_size == size && again.keyframe == parsed->keyframe);
    require(again.frame_start == parsed->frame_start &&
            again.non_reference == parsed->non_reference);
    require(again.has_picture_id == parsed->has_picture_id);
    require(again.has_tl0_index == parsed->has_tl0_index);
    require(again.temporal_layer == parsed->temporal_layer &&
            again.layer_sync == parsed->layer_sync);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vp8_picture_rewriter rewriter;
    vp8_picture_rewriter_init(&rewriter, 0x7ff0, 250);
    size_t at = 0;
    while (at + 1 < size) {
        const uint8_t choice = data[at] >> 4;
        size_t length = data[at] & 0x0f;
        length = length < size - at - 1 ? length : size - at - 1;
        const uint8_t *payload = data + at + 1;
        at += 1 + length;
        struct vp8_payload parsed;
        if (vp8_payload_parse(payload, length, &parsed) < 0) {
            continue;
        }
        require(parsed.descriptor_size < length);
        const uint32_t source = 1 + (choice & 1);
        if (choice == 2 || choice == 3) {
            vp8_picture_rewriter_switch(&rewriter, source, &parsed);
        } else if (choice == 4 || choice == 5) {
            vp8_picture_rewriter_leave_out(&rewriter, source, &parsed);
            continue;
        }
        forward(&rewriter, source, payload, &parsed);
    }
    return 0;
}
