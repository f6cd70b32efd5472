#include "signaling/protocol/sdp_offer_reader.h"

#include "signaling/protocol/codec_policy.h"
#include "signaling/protocol/sdp_offer.h"

#include <errno.h>
#include <glib.h>
#include <gst/sdp/gstsdpmessage.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE_MAX 8192

static int fail_at(struct sdp_problem *problem, const char *where, const char *message)
{
    snprintf(problem->where, sizeof(problem->where), "%s", where);
    snprintf(problem->message, sizeof(problem->message), "%s", message);
    return -EBADMSG;
}

int sdp_reader_fail_line(struct sdp_reader *reader, size_t index, const char *message)
{
    char where[32];
    snprintf(where, sizeof(where), "m-line %zu", index);
    return fail_at(reader->problem, where, message);
}

/* ---- the text as a whole ---- */

/* Every line is a letter, '=', and printable text: what gstsdp would forgive is refused here. */
static int check_text(const char *text, size_t size, struct sdp_problem *problem)
{
    if (size == 0 || size > SDP_SIZE_MAX) {
        return fail_at(problem, "sdp", "The offer is empty or larger than 60 KiB.");
    }
    size_t number = 0;
    for (size_t at = 0; at < size; number++) {
        const char *line = text + at;
        const char *end = memchr(line, '\n', size - at);
        size_t length = end ? (size_t)(end - line) : size - at;
        at += length + 1;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        char where[32];
        snprintf(where, sizeof(where), "line %zu", number + 1);
        if (number >= SDP_LINES_MAX) {
            return fail_at(problem, where, "The offer has more than 2000 lines.");
        }
        if (length < 2 || line[0] < 'a' || line[0] > 'z' || line[1] != '=' ||
            length > LINE_SIZE_MAX) {
            return fail_at(problem, where, "This is not a line of SDP.");
        }
        for (size_t i = 0; i < length; i++) {
            if ((unsigned char)line[i] < 0x20 && line[i] != '\t') {
                return fail_at(problem, where, "The line has control characters.");
            }
        }
        if (number == 0 && (length != 3 || memcmp(line, "v=0", 3) != 0)) {
            return fail_at(problem, where, "An offer begins with v=0.");
        }
    }
    return 0;
}

/* ---- attributes ---- */

static bool has_flag(const GstSDPMedia *media, const char *name)
{
    for (guint i = 0; i < gst_sdp_media_attributes_len(media); i++) {
        if (strcmp(gst_sdp_media_get_attribute(media, i)->key, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_token(const char *text, size_t size_max)
{
    const size_t length = strlen(text);
    return length > 0 && length < size_max &&
           strspn(
               text,
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.{}!#$%&'*+^`|~") ==
               length;
}

static int read_direction(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                          struct sdp_offer_line *line)
{
    static const struct {
        const char *name;
        enum sdp_direction direction;
    } names[] = {
        {"sendonly", SDP_SENDONLY}, {"recvonly", SDP_RECVONLY}, {"inactive", SDP_INACTIVE}};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (has_flag(media, names[i].name)) {
            line->direction = names[i].direction;
            return 0;
        }
    }
    return sdp_reader_fail_line(reader, index, "Each line is sendonly, recvonly or inactive.");
}

/* ---- header extensions ---- */

static int read_extensions(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                           struct sdp_offer_line *line)
{
    const char *value;
    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(media, "extmap", n)); n++) {
        char *end;
        const guint64 id = g_ascii_isdigit(*value) ? g_ascii_strtoull(value, &end, 10) : 0;
        if (id == 0 || id > 255 || n >= SDP_EXTENSIONS_MAX) {
            return sdp_reader_fail_line(
                reader, index,
                "a=extmap has an id that is not between 1 and 255, or there are too many.");
        }
        end += strcspn(end, " "); /* "/sendonly" and the like */
        while (*end == ' ') {
            end++;
        }
        char uri[128];
        const size_t length = strcspn(end, " ");
        if (length == 0 || length >= sizeof(uri)) {
            return sdp_reader_fail_line(reader, index, "a=extmap names no extension.");
        }
        memcpy(uri, end, length);
        uri[length] = 0;
        char *known = reader->extension_uris[id];
        if (known[0] && strcmp(known, uri) != 0) {
            return sdp_reader_fail_line(
                reader, index, "The id of a header extension means two things (RFC 8843, 9.1).");
        }
        g_strlcpy(known, uri, sizeof(reader->extension_uris[id]));
        uint8_t *slot = codec_policy_extension_slot(&line->extensions, uri);
        uint8_t *shared = codec_policy_extension_slot(&reader->offer->extensions, uri);
        if (slot && id <= 14) { /* one-byte headers (RFC 8285, 4.2) carry up to 14 */
            if (*shared != 0 && *shared != id) {
                return sdp_reader_fail_line(reader, index, "A header extension has two ids.");
            }
            *slot = (uint8_t)id;
            *shared = (uint8_t)id;
        }
    }
    return 0;
}

/* ---- lines ---- */

static bool is_in_bundle(struct sdp_reader *reader, const char *mid)
{
    const char *group = gst_sdp_message_get_attribute_val(reader->message, "group");
    if (!group || strncmp(group, "BUNDLE", 6) != 0) {
        return false;
    }
    g_auto(GStrv) mids = g_strsplit(group + 6, " ", -1);
    return g_strv_contains((const char *const *)mids, mid);
}

static int read_mid(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                    struct sdp_offer_line *line)
{
    const char *mid = gst_sdp_media_get_attribute_val(media, "mid");
    if (!mid || !is_token(mid, sizeof(line->mid))) {
        return sdp_reader_fail_line(reader, index,
                                    "a=mid is missing or longer than 16 characters.");
    }
    for (size_t i = 0; i < index; i++) {
        if (strcmp(reader->offer->lines[i].mid, mid) == 0) {
            return sdp_reader_fail_line(reader, index, "Two lines have the same a=mid.");
        }
    }
    g_strlcpy(line->mid, mid, sizeof(line->mid));
    return 0;
}

static int read_media(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                      struct sdp_offer_line *line)
{
    if (!is_in_bundle(reader, line->mid)) {
        return sdp_reader_fail_line(reader, index, "Every line has to be in the BUNDLE group.");
    }
    if (!has_flag(media, "rtcp-mux")) {
        return sdp_reader_fail_line(reader, index, "a=rtcp-mux is needed.");
    }
    line->rtcp_reduced_size = has_flag(media, "rtcp-rsize");
    int result = sdp_reader_read_transport(reader, media, index);
    result = result < 0 ? result : read_direction(reader, media, index, line);
    result = result < 0 ? result : sdp_reader_read_codecs(reader, media, index, line);
    result = result < 0 ? result : read_extensions(reader, media, index, line);
    if (result == 0 && line->direction == SDP_SENDONLY) {
        result = sdp_reader_read_streams(reader, media, index, line);
    }
    return result;
}

/* What is echoed in the answer to a refused line: letters, digits and what protocols are called
 * with. */
static bool is_plain(const char *text, size_t size_max)
{
    const size_t length = text ? strlen(text) : 0;
    return length > 0 && length < size_max &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-_.") ==
               length;
}

static int read_line(struct sdp_reader *reader, size_t index)
{
    const GstSDPMedia *media = gst_sdp_message_get_media(reader->message, (guint)index);
    struct sdp_offer_line *line = &reader->offer->lines[index];
    const char *name = gst_sdp_media_get_media(media);
    const char *proto = gst_sdp_media_get_proto(media);
    const char *format =
        gst_sdp_media_formats_len(media) > 0 ? gst_sdp_media_get_format(media, 0) : "";
    if (!is_plain(name, sizeof(line->media)) || !is_plain(proto, sizeof(line->proto)) ||
        !is_plain(format, sizeof(line->format))) {
        return sdp_reader_fail_line(reader, index, "The m= line is incomplete.");
    }
    g_strlcpy(line->media, name, sizeof(line->media));
    g_strlcpy(line->proto, proto, sizeof(line->proto));
    g_strlcpy(line->format, format, sizeof(line->format));
    const bool audio = strcmp(name, "audio") == 0;
    const bool video = strcmp(name, "video") == 0;
    line->kind = video ? MEDIA_KIND_VIDEO : MEDIA_KIND_AUDIO;
    line->is_media = (audio || video) && strcmp(proto, "UDP/TLS/RTP/SAVPF") == 0;
    const bool bundle_only = has_flag(media, "bundle-only");
    line->rejected = gst_sdp_media_get_port(media) == 0 && !bundle_only;
    const int result = read_mid(reader, media, index, line);
    if (result < 0 || !line->is_media || line->rejected) {
        return result;
    }
    return read_media(reader, media, index, line);
}

static int read_lines(struct sdp_reader *reader)
{
    const guint count = gst_sdp_message_medias_len(reader->message);
    if (count == 0 || count > SDP_MEDIA_LINES_MAX) {
        return fail_at(reader->problem, "session", "An offer has between 1 and 32 m-lines.");
    }
    if (gst_sdp_message_get_attribute_val(reader->message, "ice-lite") ||
        gst_sdp_message_get_attribute_val_n(reader->message, "group", 1)) {
        return fail_at(reader->problem, "session",
                       "One BUNDLE group, and no a=ice-lite: the gateway is the lite side.");
    }
    const GstSDPOrigin *origin = gst_sdp_message_get_origin(reader->message);
    if (!origin->sess_id ||
        g_strlcpy(reader->offer->session, origin->sess_id, sizeof(reader->offer->session)) >=
            sizeof(reader->offer->session)) {
        return fail_at(reader->problem, "session", "o= is missing or has an overlong session id.");
    }
    reader->offer->line_count = count;
    for (size_t i = 0; i < count; i++) {
        const int result = read_line(reader, i);
        if (result < 0) {
            return result;
        }
    }
    return reader->has_transport
               ? 0
               : fail_at(reader->problem, "session", "The offer has no audio and no video.");
}

int sdp_offer_read(const char *text, size_t size, struct sdp_offer *ret_offer,
                   struct sdp_problem *ret_problem)
{
    const int checked = check_text(text, size, ret_problem);
    if (checked < 0) {
        return checked;
    }
    GstSDPMessage *message;
    gst_sdp_message_new(&message);
    int result = -EBADMSG;
    struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
    struct sdp_reader *reader = g_new0(struct sdp_reader, 1);
    *reader = (struct sdp_reader){.message = message, .offer = offer, .problem = ret_problem};
    if (gst_sdp_message_parse_buffer((const guint8 *)text, (guint)size, message) != GST_SDP_OK) {
        result = fail_at(ret_problem, "sdp", "The offer cannot be read.");
    } else {
        result = read_lines(reader);
    }
    if (result == 0) {
        *ret_offer = *offer;
    }
    g_free(reader);
    g_free(offer);
    gst_sdp_message_free(message);
    return result;
}
