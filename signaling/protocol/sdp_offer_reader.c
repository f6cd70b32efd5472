#include "signaling/protocol/sdp_offer.h"

#include <errno.h>
#include <glib.h>
#include <gst/sdp/gstsdpmessage.h>
#include <stdio.h>
#include <string.h>

#define ICE_UFRAG_LENGTH_MIN 4 /* RFC 8839, 5.4 */
#define ICE_PWD_LENGTH_MIN 22
#define FINGERPRINT_HEX_LENGTH 95 /* 32 bytes as "AA:BB:..." */
#define LINE_SIZE_MAX 8192

struct reader {
    const GstSDPMessage *message;
    struct sdp_offer *offer;
    struct sdp_problem *problem;
    char extension_uris[256][128]; /* by id: what it means on every line */
    bool has_transport;
    const char *setup;
};

static int fail_at(struct sdp_problem *problem, const char *where, const char *message)
{
    snprintf(problem->where, sizeof(problem->where), "%s", where);
    snprintf(problem->message, sizeof(problem->message), "%s", message);
    return -EBADMSG;
}

static int fail_line(struct reader *reader, size_t index, const char *message)
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

/* The n-th value of an attribute of the line, else (if `inherited`) of the session. */
static const char *attribute(struct reader *reader, const GstSDPMedia *media, const char *name,
                             bool inherited)
{
    const char *value = gst_sdp_media_get_attribute_val(media, name);
    return value || !inherited ? value : gst_sdp_message_get_attribute_val(reader->message, name);
}

static bool has_flag(const GstSDPMedia *media, const char *name)
{
    for (guint i = 0; i < gst_sdp_media_attributes_len(media); i++) {
        if (strcmp(gst_sdp_media_get_attribute(media, i)->key, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_ice_text(const char *text, size_t least, size_t most)
{
    const size_t length = strlen(text);
    return length >= least && length <= most &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") ==
               length;
}

static bool parse_fingerprint(const char *value, uint8_t ret_digest[32])
{
    static const char prefix[] = "sha-256 ";
    if (g_ascii_strncasecmp(value, prefix, sizeof(prefix) - 1) != 0) {
        return false;
    }
    const char *hex = value + sizeof(prefix) - 1;
    if (strlen(hex) != FINGERPRINT_HEX_LENGTH) {
        return false;
    }
    for (size_t i = 0; i < 32; i++) {
        const int high = g_ascii_xdigit_value(hex[i * 3]);
        const int low = g_ascii_xdigit_value(hex[i * 3 + 1]);
        if (high < 0 || low < 0 || (i < 31 && hex[i * 3 + 2] != ':')) {
            return false;
        }
        ret_digest[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* RFC 8122, 5: an offer may have several; one of SHA-256 has to be among them, and only one, or it
 * would be open which certificate is meant. Returns how many there were. */
static unsigned find_fingerprints(struct reader *reader, const GstSDPMedia *media,
                                  uint8_t ret_digest[32])
{
    unsigned found = 0;
    const char *value;
    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(media, "fingerprint", n)); n++) {
        found += parse_fingerprint(value, ret_digest);
    }
    if (gst_sdp_media_get_attribute_val(media, "fingerprint")) {
        return found;
    }
    for (guint n = 0;
         (value = gst_sdp_message_get_attribute_val_n(reader->message, "fingerprint", n)); n++) {
        found += parse_fingerprint(value, ret_digest);
    }
    return found;
}

/* ICE and DTLS of a line: with BUNDLE there is one transport, so all lines have to say the same. */
static int read_transport(struct reader *reader, const GstSDPMedia *media, size_t index)
{
    struct sdp_offer *offer = reader->offer;
    const char *ufrag = attribute(reader, media, "ice-ufrag", true);
    const char *pwd = attribute(reader, media, "ice-pwd", true);
    const char *setup = attribute(reader, media, "setup", true);
    uint8_t digest[32];
    if (!ufrag || !pwd || !is_ice_text(ufrag, ICE_UFRAG_LENGTH_MIN, ICE_UFRAG_SIZE_MAX - 1) ||
        !is_ice_text(pwd, ICE_PWD_LENGTH_MIN, ICE_PWD_SIZE_MAX - 1)) {
        return fail_line(reader, index, "a=ice-ufrag or a=ice-pwd is missing or unlawful.");
    }
    if (find_fingerprints(reader, media, digest) != 1) {
        return fail_line(reader, index, "Exactly one a=fingerprint of sha-256 is needed.");
    }
    if (!setup || (strcmp(setup, "actpass") != 0 && strcmp(setup, "active") != 0)) {
        return fail_line(reader, index, "a=setup has to be actpass or active.");
    }
    if (!reader->has_transport) {
        g_strlcpy(offer->ice.ufrag, ufrag, sizeof(offer->ice.ufrag));
        g_strlcpy(offer->ice.pwd, pwd, sizeof(offer->ice.pwd));
        memcpy(offer->fingerprint, digest, sizeof(digest));
        reader->has_transport = true;
        return 0;
    }
    if (strcmp(offer->ice.ufrag, ufrag) != 0 || strcmp(offer->ice.pwd, pwd) != 0 ||
        memcmp(offer->fingerprint, digest, sizeof(digest)) != 0) {
        return fail_line(reader, index, "Lines of one BUNDLE group differ in ICE or DTLS.");
    }
    return 0;
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

static int read_direction(struct reader *reader, const GstSDPMedia *media, size_t index,
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
    return fail_line(reader, index, "Each line is sendonly, recvonly or inactive.");
}

/* ---- payload types ---- */

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

static int read_payloads(struct reader *reader, const GstSDPMedia *media, size_t index,
                         struct sdp_offer_line *line)
{
    const guint count = gst_sdp_media_formats_len(media);
    bool seen[128] = {false};
    if (count == 0 || count > SDP_PAYLOAD_TYPES_MAX) {
        return fail_line(reader, index, "A line has between 1 and 64 payload types.");
    }
    for (guint i = 0; i < count; i++) {
        const char *format = gst_sdp_media_get_format(media, i);
        const size_t length = strlen(format);
        const unsigned type = length <= 3 ? (unsigned)g_ascii_strtoull(format, NULL, 10) : 128;
        if (length == 0 || strspn(format, "0123456789") != length || type > 127 || seen[type]) {
            return fail_line(reader, index,
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
               : fail_line(reader, index, "The line has no codec that this gateway knows.");
}

/* ---- header extensions ---- */

static int read_extensions(struct reader *reader, const GstSDPMedia *media, size_t index,
                           struct sdp_offer_line *line)
{
    const char *value;
    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(media, "extmap", n)); n++) {
        char *end;
        const guint64 id = g_ascii_isdigit(*value) ? g_ascii_strtoull(value, &end, 10) : 0;
        if (id == 0 || id > 255 || n >= SDP_EXTENSIONS_MAX) {
            return fail_line(
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
            return fail_line(reader, index, "a=extmap names no extension.");
        }
        memcpy(uri, end, length);
        uri[length] = 0;
        char *known = reader->extension_uris[id];
        if (known[0] && strcmp(known, uri) != 0) {
            return fail_line(reader, index,
                             "The id of a header extension means two things (RFC 8843, 9.1).");
        }
        g_strlcpy(known, uri, sizeof(reader->extension_uris[id]));
        uint8_t *slot = codec_policy_extension_slot(&line->extensions, uri);
        uint8_t *shared = codec_policy_extension_slot(&reader->offer->extensions, uri);
        if (slot && id <= 14) { /* one-byte headers (RFC 8285, 4.2) carry up to 14 */
            if (*shared != 0 && *shared != id) {
                return fail_line(reader, index, "A header extension has two ids.");
            }
            *slot = (uint8_t)id;
            *shared = (uint8_t)id;
        }
    }
    return 0;
}

/* ---- what a sending line sends ---- */

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
 * ("a,b") and paused layers ("~a") are taken by their first name. Layers beyond what is forwarded are
 * left out of the answer, so that the browser does not send them (RFC 8853, 5.3.2). */
static int read_rids(struct reader *reader, const GstSDPMedia *media, size_t index,
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
            return fail_line(reader, index, "a=simulcast has an empty or overlong name.");
        }
        memcpy(rid, name, name_length);
        rid[name_length] = 0;
        for (size_t i = 0; rid[i]; i++) {
            if (!g_ascii_isalnum(rid[i]) && rid[i] != '-' && rid[i] != '_') {
                return fail_line(reader, index, "a=simulcast has a name that RFC 8852 forbids.");
            }
        }
        for (size_t i = 0; i < line->rid_count; i++) {
            if (strcmp(line->rids[i], rid) == 0) {
                return fail_line(reader, index, "a=simulcast names a layer twice.");
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

/* ---- lines ---- */

static bool is_in_bundle(struct reader *reader, const char *mid)
{
    const char *group = gst_sdp_message_get_attribute_val(reader->message, "group");
    if (!group || strncmp(group, "BUNDLE", 6) != 0) {
        return false;
    }
    g_auto(GStrv) mids = g_strsplit(group + 6, " ", -1);
    return g_strv_contains((const char *const *)mids, mid);
}

static int read_mid(struct reader *reader, const GstSDPMedia *media, size_t index,
                    struct sdp_offer_line *line)
{
    const char *mid = gst_sdp_media_get_attribute_val(media, "mid");
    if (!mid || !is_token(mid, sizeof(line->mid))) {
        return fail_line(reader, index, "a=mid is missing or longer than 16 characters.");
    }
    for (size_t i = 0; i < index; i++) {
        if (strcmp(reader->offer->lines[i].mid, mid) == 0) {
            return fail_line(reader, index, "Two lines have the same a=mid.");
        }
    }
    g_strlcpy(line->mid, mid, sizeof(line->mid));
    return 0;
}

static int read_media(struct reader *reader, const GstSDPMedia *media, size_t index,
                      struct sdp_offer_line *line)
{
    if (!is_in_bundle(reader, line->mid)) {
        return fail_line(reader, index, "Every line has to be in the BUNDLE group.");
    }
    if (!has_flag(media, "rtcp-mux")) {
        return fail_line(reader, index, "a=rtcp-mux is needed.");
    }
    line->rtcp_reduced_size = has_flag(media, "rtcp-rsize");
    int result = read_transport(reader, media, index);
    result = result < 0 ? result : read_direction(reader, media, index, line);
    result = result < 0 ? result : read_payloads(reader, media, index, line);
    result = result < 0 ? result : read_extensions(reader, media, index, line);
    if (result == 0 && line->direction == SDP_SENDONLY) {
        read_sources(media, line);
        result = read_rids(reader, media, index, line);
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

static int read_line(struct reader *reader, size_t index)
{
    const GstSDPMedia *media = gst_sdp_message_get_media(reader->message, (guint)index);
    struct sdp_offer_line *line = &reader->offer->lines[index];
    const char *name = gst_sdp_media_get_media(media);
    const char *proto = gst_sdp_media_get_proto(media);
    const char *format =
        gst_sdp_media_formats_len(media) > 0 ? gst_sdp_media_get_format(media, 0) : "";
    if (!is_plain(name, sizeof(line->media)) || !is_plain(proto, sizeof(line->proto)) ||
        !is_plain(format, sizeof(line->format))) {
        return fail_line(reader, index, "The m= line is incomplete.");
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

static int read_lines(struct reader *reader)
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
    struct reader *reader = g_new0(struct reader, 1);
    *reader = (struct reader){.message = message, .offer = offer, .problem = ret_problem};
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
