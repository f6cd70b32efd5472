/* line_format.h - what all packets of one codec on a slot's line have in common: the payload as its
 * receiver negotiated it, and the header. Made when a codec begins to flow, used for each packet.
 * Pure. Thread: belongs to the worker of the room. */
#ifndef BEDSIDE_MEDIA_ROUTER_LINE_FORMAT_H
#define BEDSIDE_MEDIA_ROUTER_LINE_FORMAT_H

#include "media/router/endpoint_media.h"
#include "media/rtp/rtp_header_template.h"

struct line_format {
    enum media_codec codec;
    bool has_level;
    struct rtp_playout_delay playout_delay;
    const struct media_payload *payload; /* of the line; NULL: the receiver does not take it */
    struct rtp_header_template header;   /* with a payload */
};

/* The line or its extensions have changed: all is made anew. */
void line_format_forget(struct line_format *format);
/* From now on packets tell this. */
void line_format_set_playout_delay(struct line_format *format, struct rtp_playout_delay delay);
/* Returns `format`, made for this codec, with or without audio level, if it is not yet. `line` is
 * borrowed until line_format_forget(). */
const struct line_format *line_format_for(struct line_format *format,
                                          const struct endpoint_slot_line *line,
                                          const struct media_extension_ids *extensions,
                                          enum media_codec codec, bool has_level);

/* How the line's receiver takes a codec; NULL: not at all. */
const struct media_payload *line_format_payload(const struct endpoint_slot_line *line,
                                                enum media_codec codec);

#endif
