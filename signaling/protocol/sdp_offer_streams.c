/* The streams of an m-line that sends: by SSRC (RFC 5576), or as layers by RID (RFC 8852, 8853). */
#include "signaling/protocol/sdp_offer.h"
#include "signaling/protocol/sdp_offer_reader.h"

#include <glib.h>
#include <gst/sdp/gstsdpmessage.h>
#include <string.h>

static bool parse_ssrc(const char *text, char **ret_end, uint32_t *ret_ssrc)
{
    if (!g_ascii_isdigit(*text)) {
        return false;
    }
    const guint64 value = g_ascii_strtoull(text, ret_end, 10);
    *ret_ssrc = (uint32_t)value;
    return value > 0 && value <= UINT32_MAX;
}

static void add_source(struct sdp_offer_line *line, uint32_t ssrc)
{
    for (size_t i = 0; i < line->source_count; i++) {
        if (line->sources[i].ssrc == ssrc || line->sources[i].rtx_ssrc == ssrc) {
            return;
        }
    }
    if (line->source_count < MEDIA_SOURCES_MAX) {
        line->sources[line->source_count++].ssrc = ssrc;
    }
}

/* a=ssrc-group:FID <media> <rtx> first, so that the rtx stream is not taken for another layer (RFC
 * 5576). */
static void read_sources(const GstSDPMedia *media, struct sdp_offer_line *line)
{
    const char *value;
    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(media, "ssrc-group", n)); n++) {
        char *end;
        uint32_t ssrc;
        uint32_t rtx;
        if (strncmp(value, "FID ", 4) == 0 && parse_ssrc(value + 4, &end, &ssrc) && *end == ' ' &&
            parse_ssrc(end + 1, &end, &rtx) && line->source_count < MEDIA_SOURCES_MAX) {
            line->sources[line->source_count].ssrc = ssrc;
            line->sources[line->source_count++].rtx_ssrc = rtx;
        }
    }
    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(media, "ssrc", n)); n++) {
        char *end;
        uint32_t ssrc;
        if (parse_ssrc(value, &end, &ssrc)) {
            add_source(line, ssrc);
        }
    }
}

/* a=simulcast:send q;h;f (RFC 8853), lowest layer first as our client writes it. Alternatives
 * ("a,b") and paused layers ("~a") are taken by their first name. Layers beyond what is forwarded
 * are left out of the answer, so that the browser does not send them (RFC 8853, 5.3.2). */
static int read_rids(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                     struct sdp_offer_line *line)
{
    const char *value = gst_sdp_media_get_attribute_val(media, "simulcast");
    if (!value || strncmp(value, "send ", 5) != 0) {
        return 0;
    }
    const char *cursor = value + 5;
    while (*cursor && *cursor != ' ') {
        const size_t length = strcspn(cursor, "; ");
        const char *name = *cursor == '~' ? cursor + 1 : cursor;
        const size_t name_length = strcspn(name, ",; ");
        char rid[MEDIA_RID_SIZE_MAX];
        if (name_length == 0 || name_length >= sizeof(rid)) {
            return sdp_reader_fail_line(reader, index,
                                        "a=simulcast has an empty or overlong name.");
        }
        memcpy(rid, name, name_length);
        rid[name_length] = 0;
        for (size_t i = 0; rid[i]; i++) {
            if (!g_ascii_isalnum(rid[i]) && rid[i] != '-' && rid[i] != '_') {
                return sdp_reader_fail_line(reader, index,
                                            "a=simulcast has a name that RFC 8852 forbids.");
            }
        }
        for (size_t i = 0; i < line->rid_count; i++) {
            if (strcmp(line->rids[i], rid) == 0) {
                return sdp_reader_fail_line(reader, index, "a=simulcast names a layer twice.");
            }
        }
        if (line->rid_count < MEDIA_RIDS_MAX) {
            memcpy(line->rids[line->rid_count++], rid, sizeof(rid));
        }
        cursor += length;
        cursor += *cursor == ';';
    }
    return 0;
}

int sdp_reader_read_streams(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                            struct sdp_offer_line *line)
{
    read_sources(media, line);
    return read_rids(reader, media, index, line);
}
