#include "media/rtp/vp8_picture_rewriter.h"

#include <errno.h>
#include <string.h>

#define OUT_BITS 15
#define OUT_MASK 0x7fff
#define WIDE_BIT 0x80

void vp8_picture_rewriter_init(struct vp8_picture_rewriter *rewriter, uint16_t first_picture_id,
                               uint8_t first_tl0)
{
    *rewriter = (struct vp8_picture_rewriter){.highest_tl0 = (uint8_t)(first_tl0 - 1)};
    number_line_init(&rewriter->line, first_picture_id & OUT_MASK);
}

static uint8_t bits_of(const struct vp8_payload *payload)
{
    return payload->wide_picture_id ? 15 : 7;
}

void vp8_picture_rewriter_switch(struct vp8_picture_rewriter *rewriter, uint32_t source,
                                 const struct vp8_payload *first)
{
    if (!first->has_picture_id) {
        return;
    }
    const uint8_t next_tl0 = (uint8_t)(rewriter->highest_tl0 + 1);
    const uint8_t offset = first->has_tl0_index ? (uint8_t)(next_tl0 - first->tl0_index) : 0;
    number_line_switch(&rewriter->line, source, bits_of(first), first->picture_id, offset);
}

/* An encoder that changes the width of its ids in mid-stream begins anew. */
static void follow_width(struct vp8_picture_rewriter *rewriter, uint32_t source,
                         const struct vp8_payload *parsed)
{
    const struct number_line *line = &rewriter->line;
    const struct number_line_segment *newest = &line->segments[line->newest % NUMBER_LINE_SEGMENTS];
    if (line->count > 0 && newest->source == source && newest->bits != bits_of(parsed)) {
        vp8_picture_rewriter_switch(rewriter, source, parsed);
    }
}

static size_t write_descriptor(const uint8_t *payload, const struct vp8_payload *parsed,
                               uint16_t picture_id, uint8_t tl0, uint8_t *to)
{
    const size_t id_end = parsed->wide_picture_id ? 4u : 3u;
    size_t size = 0;
    to[size++] = payload[0];
    to[size++] = payload[1];
    to[size++] = (uint8_t)(WIDE_BIT | picture_id >> 8);
    to[size++] = (uint8_t)picture_id;
    const size_t rest = parsed->descriptor_size - id_end;
    memcpy(to + size, payload + id_end, rest);
    if (parsed->has_tl0_index) {
        to[size] = tl0;
    }
    return size + rest;
}

int vp8_picture_rewriter_forward(struct vp8_picture_rewriter *rewriter, uint32_t source,
                                 const uint8_t *payload, const struct vp8_payload *parsed,
                                 uint8_t ret_descriptor[VP8_DESCRIPTOR_SIZE_MAX])
{
    if (!parsed->has_picture_id) {
        memcpy(ret_descriptor, payload, parsed->descriptor_size);
        return parsed->descriptor_size;
    }
    follow_width(rewriter, source, parsed);
    struct number_line_place place;
    const int rc = number_line_place(&rewriter->line, source, parsed->picture_id, &place);
    if (rc < 0) {
        return rc;
    }
    const uint8_t tl0 = (uint8_t)(parsed->tl0_index + place.note);
    if (parsed->has_tl0_index && (int8_t)(uint8_t)(tl0 - rewriter->highest_tl0) > 0) {
        rewriter->highest_tl0 = tl0;
    }
    return (int)write_descriptor(payload, parsed, place.out & OUT_MASK, tl0, ret_descriptor);
}

void vp8_picture_rewriter_leave_out(struct vp8_picture_rewriter *rewriter, uint32_t source,
                                    const struct vp8_payload *parsed)
{
    if (parsed->has_picture_id) {
        follow_width(rewriter, source, parsed);
        (void)number_line_leave_out(&rewriter->line, source, parsed->picture_id);
    }
}
