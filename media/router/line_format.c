#include "media/router/line_format.h"

void line_format_forget(struct line_format *format)
{
    *format = (struct line_format){
        .codec = MEDIA_CODEC_NONE,
        .playout_delay = format->playout_delay,
    };
}

void line_format_set_playout_delay(struct line_format *format, struct rtp_playout_delay delay)
{
    if (delay.present != format->playout_delay.present ||
        delay.min_ms != format->playout_delay.min_ms) {
        format->playout_delay = delay;
        line_format_forget(format);
    }
}

const struct media_payload *line_format_payload(const struct endpoint_slot_line *line,
                                                enum media_codec codec)
{
    for (size_t i = 0; i < line->payload_count; i++) {
        if (line->payloads[i].codec == codec) {
            return &line->payloads[i];
        }
    }
    return NULL;
}

static void make(struct line_format *format, const struct endpoint_slot_line *line,
                 const struct media_extension_ids *extensions)
{
    format->payload = line_format_payload(line, format->codec);
    if (format->payload) {
        const struct rtp_header common = {
            .payload_type = format->payload->payload_type,
            .ssrc = line->ssrc,
            .mid = line->mid,
            .has_transport_sequence = format->payload->transport_cc,
            .audio_level.present = format->has_level,
            .playout_delay = format->playout_delay,
        };
        rtp_header_template_init(&format->header, &common, extensions);
    }
}

const struct line_format *line_format_for(struct line_format *format,
                                          const struct endpoint_slot_line *line,
                                          const struct media_extension_ids *extensions,
                                          enum media_codec codec, bool has_level)
{
    if (format->codec != codec || format->has_level != has_level) {
        line_format_forget(format);
        format->codec = codec;
        format->has_level = has_level;
        make(format, line, extensions);
    }
    return format;
}
