/* The payload types of an m-line: which codec each is, what repairs it (RFC 4588, 2198), and which
 * feedback goes with it (RFC 4585). */
#include "signaling/protocol/codec_policy.h"
#include "signaling/protocol/sdp_offer.h"
#include "signaling/protocol/sdp_offer_reader.h"

#include <glib.h>
#include <gst/sdp/gstsdpmessage.h>
#include <stdio.h>
#include <string.h>

/* Splits "<payload type> <rest>". Returns NULL when it does not begin with a payload type. */
static const char *split_payload_type(const char *value, unsigned *ret_type)
{
    char *end;
    if (!g_ascii_isdigit(*value)) {
        return NULL;
    }
    const guint64 type = g_ascii_strtoull(value, &end, 10);
    if (*end != ' ' || type > 127) {
        return NULL;
    }
    *ret_type = (unsigned)type;
    return end + 1;
}

/* The value of a=<name>:<payload type> ..., or NULL. */
static const char *of_payload_type(const GstSDPMedia *media, const char *name, unsigned type)
{
    const char *value;
    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(media, name, n)); n++) {
        unsigned found;
        const char *rest = split_payload_type(value, &found);
        if (rest && found == type) {
            return rest;
        }
    }
    return NULL;
}

static void read_feedback(const GstSDPMedia *media, struct media_payload *payload)
{
    const char *value;
    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(media, "rtcp-fb", n)); n++) {
        unsigned type = payload->payload_type;
        const char *what =
            value[0] == '*' && value[1] == ' ' ? value + 2 : split_payload_type(value, &type);
        if (!what || type != payload->payload_type) {
            continue;
        }
        payload->nack |= strcmp(what, "nack") == 0;
        payload->pli |= strcmp(what, "nack pli") == 0;
        payload->fir |= strcmp(what, "ccm fir") == 0;
        payload->transport_cc |= strcmp(what, "transport-cc") == 0;
    }
}

/* The payload type of RFC 4588 whose apt is `type`. */
static uint8_t find_rtx(const GstSDPMedia *media, unsigned type)
{
    char wanted[16];
    snprintf(wanted, sizeof(wanted), "apt=%u", type);
    for (guint i = 0; i < gst_sdp_media_formats_len(media); i++) {
        const unsigned candidate =
            (unsigned)g_ascii_strtoull(gst_sdp_media_get_format(media, i), NULL, 10);
        const char *map = of_payload_type(media, "rtpmap", candidate);
        const char *parameters = of_payload_type(media, "fmtp", candidate);
        if (map && parameters && g_ascii_strcasecmp(map, "rtx/90000") == 0) {
            const size_t length = strlen(wanted);
            if (strncmp(parameters, wanted, length) == 0 &&
                (parameters[length] == 0 || parameters[length] == ';')) {
                return (uint8_t)candidate;
            }
        }
    }
    return MEDIA_PAYLOAD_TYPE_NONE;
}

/* "111/111": of each frame in a packet, the own and the earlier ones, it says what it is. */
static bool repeats_alone(const char *parameters, unsigned type)
{
    g_auto(GStrv) types = g_strsplit(parameters, "/", -1);
    char wanted[4];
    snprintf(wanted, sizeof(wanted), "%u", type);
    for (size_t i = 0; types[i]; i++) {
        if (strcmp(types[i], wanted) != 0) {
            return false;
        }
    }
    return types[0] != NULL;
}

/* The payload type of RFC 2198 that repeats `type`, and it alone; 0: none. */
static uint8_t find_red(const GstSDPMedia *media, unsigned type)
{
    for (guint i = 0; i < gst_sdp_media_formats_len(media); i++) {
        const unsigned candidate =
            (unsigned)g_ascii_strtoull(gst_sdp_media_get_format(media, i), NULL, 10);
        const char *map = of_payload_type(media, "rtpmap", candidate);
        const char *parameters = of_payload_type(media, "fmtp", candidate);
        if (map && parameters && codec_policy_is_red(map) && repeats_alone(parameters, type)) {
            return (uint8_t)candidate;
        }
    }
    return 0;
}

int sdp_reader_read_codecs(struct sdp_reader *reader, const GstSDPMedia *media, size_t index,
                           struct sdp_offer_line *line)
{
    const guint count = gst_sdp_media_formats_len(media);
    bool seen[128] = {false};
    if (count == 0 || count > SDP_PAYLOAD_TYPES_MAX) {
        return sdp_reader_fail_line(reader, index, "A line has between 1 and 64 payload types.");
    }
    for (guint i = 0; i < count; i++) {
        const char *format = gst_sdp_media_get_format(media, i);
        const size_t length = strlen(format);
        const unsigned type = length <= 3 ? (unsigned)g_ascii_strtoull(format, NULL, 10) : 128;
        if (length == 0 || strspn(format, "0123456789") != length || type > 127 || seen[type]) {
            return sdp_reader_fail_line(reader, index,
                                        "A payload type is no number up to 127, or comes twice.");
        }
        seen[type] = true;
        const char *map = of_payload_type(media, "rtpmap", type);
        const char *parameters = of_payload_type(media, "fmtp", type);
        struct sdp_payload payload = {.payload = {.payload_type = (uint8_t)type}};
        payload.payload.codec =
            map ? codec_policy_match(line->kind, map, parameters ? parameters : "", payload.profile)
                : MEDIA_CODEC_NONE;
        if (payload.payload.codec == MEDIA_CODEC_NONE ||
            line->payload_count == MEDIA_PAYLOADS_MAX) {
            continue;
        }
        payload.payload.rtx_payload_type =
            line->kind == MEDIA_KIND_VIDEO ? find_rtx(media, type) : MEDIA_PAYLOAD_TYPE_NONE;
        payload.payload.red_payload_type =
            line->kind == MEDIA_KIND_AUDIO ? find_red(media, type) : 0;
        read_feedback(media, &payload.payload);
        if (line->kind == MEDIA_KIND_AUDIO) {
            /* Sound has no RTX, so a repetition would come under its own SSRC and number again,
             * with another transport-wide number: two messages under one GCM nonce, which gives the
             * authentication key away. Earlier frames in later packets repair it instead. */
            payload.payload.nack = false;
        }
        line->payloads[line->payload_count++] = payload;
    }
    return line->payload_count > 0
               ? 0
               : sdp_reader_fail_line(reader, index,
                                      "The line has no codec that this gateway knows.");
}
