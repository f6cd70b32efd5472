#include "signaling/protocol/codec_policy.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

/* Finds "name=value" in "a=1;b=2" (RFC 8866, 6.15; blanks around ';' are seen in the wild). */
static bool find_parameter(const char *parameters, const char *name, char *ret_value, size_t size)
{
    const size_t name_size = strlen(name);
    for (const char *cursor = parameters; *cursor;) {
        cursor += strspn(cursor, "; ");
        const size_t length = strcspn(cursor, ";");
        if (length > name_size && cursor[name_size] == '=' &&
            g_ascii_strncasecmp(cursor, name, name_size) == 0) {
            size_t value_size = length - name_size - 1;
            while (value_size > 0 && cursor[name_size + value_size] == ' ') {
                value_size--;
            }
            if (value_size >= size) {
                return false;
            }
            memcpy(ret_value, cursor + name_size + 1, value_size);
            ret_value[value_size] = 0;
            return true;
        }
        cursor += length;
    }
    return false;
}

bool codec_policy_is_constrained_baseline(const char *profile_level_id)
{
    if (strlen(profile_level_id) != 6 || strspn(profile_level_id, "0123456789abcdefABCDEF") != 6) {
        return false;
    }
    const unsigned long bits = strtoul(profile_level_id, NULL, 16);
    const unsigned idc = (unsigned)(bits >> 16);
    const unsigned iop = (unsigned)(bits >> 8) & 0xff;
    /* RFC 6184, table 5; x is either: 42 x1xx0000, 4D 1xxx0000, 58 11xx0000 */
    return (idc == 0x42 && (iop & 0x4f) == 0x40) || (idc == 0x4d && (iop & 0x8f) == 0x80) ||
           (idc == 0x58 && (iop & 0xcf) == 0xc0);
}

static bool matches_h264(const char *parameters, char ret_profile[CODEC_PROFILE_SIZE])
{
    char mode[4] = "0";
    char profile[CODEC_PROFILE_SIZE] = "420010"; /* RFC 6184, 8.1: what its absence means */
    (void)find_parameter(parameters, "packetization-mode", mode, sizeof(mode));
    (void)find_parameter(parameters, "profile-level-id", profile, sizeof(profile));
    if (strcmp(mode, "1") != 0 || !codec_policy_is_constrained_baseline(profile)) {
        return false;
    }
    memcpy(ret_profile, profile, CODEC_PROFILE_SIZE);
    return true;
}

enum media_codec codec_policy_match(enum media_kind kind, const char *rtpmap,
                                    const char *parameters, char ret_profile[CODEC_PROFILE_SIZE])
{
    ret_profile[0] = 0;
    if (kind == MEDIA_KIND_AUDIO) {
        return g_ascii_strcasecmp(rtpmap, "opus/48000/2") == 0 ? MEDIA_CODEC_OPUS
                                                               : MEDIA_CODEC_NONE;
    }
    if (g_ascii_strcasecmp(rtpmap, "VP8/90000") == 0) {
        return MEDIA_CODEC_VP8;
    }
    if (g_ascii_strcasecmp(rtpmap, "H264/90000") == 0 && matches_h264(parameters, ret_profile)) {
        return MEDIA_CODEC_H264;
    }
    return MEDIA_CODEC_NONE;
}

bool codec_policy_is_red(const char *rtpmap)
{
    return g_ascii_strcasecmp(rtpmap, CODEC_POLICY_RED) == 0;
}

const char *codec_policy_rtpmap(enum media_codec codec)
{
    switch (codec) {
    case MEDIA_CODEC_OPUS:
        return "opus/48000/2";
    case MEDIA_CODEC_VP8:
        return "VP8/90000";
    case MEDIA_CODEC_H264:
        return "H264/90000";
    case MEDIA_CODEC_NONE:
        break;
    }
    return "";
}

void codec_policy_answer_parameters(enum media_codec codec, const char *profile, char *ret_text,
                                    size_t size)
{
    ret_text[0] = 0;
    if (codec == MEDIA_CODEC_OPUS) {
        snprintf(ret_text, size, "minptime=10;useinbandfec=1");
    } else if (codec == MEDIA_CODEC_H264) {
        snprintf(ret_text, size,
                 "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=%s", profile);
    }
}

static const struct {
    const char *uri;
    size_t offset;
} extensions[] = {
    {"urn:ietf:params:rtp-hdrext:sdes:mid", offsetof(struct media_extension_ids, mid)},
    {"urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", offsetof(struct media_extension_ids, rid)},
    {"urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
     offsetof(struct media_extension_ids, repaired_rid)},
    {"urn:ietf:params:rtp-hdrext:ssrc-audio-level",
     offsetof(struct media_extension_ids, audio_level)},
    {"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
     offsetof(struct media_extension_ids, transport_cc)},
    {"http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
     offsetof(struct media_extension_ids, playout_delay)},
};

uint8_t *codec_policy_extension_slot(struct media_extension_ids *ids, const char *uri)
{
    for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
        if (strcmp(extensions[i].uri, uri) == 0) {
            return (uint8_t *)ids + extensions[i].offset;
        }
    }
    return NULL;
}

const char *codec_policy_extension_uri(size_t index)
{
    return index < G_N_ELEMENTS(extensions) ? extensions[index].uri : NULL;
}

uint8_t codec_policy_extension_id(const struct media_extension_ids *ids, size_t index)
{
    return index < G_N_ELEMENTS(extensions) ? *((const uint8_t *)ids + extensions[index].offset)
                                            : 0;
}

static bool line_has(const struct endpoint_slot_line *line, enum media_codec codec)
{
    for (size_t i = 0; i < line->payload_count; i++) {
        if (line->payloads[i].codec == codec) {
            return true;
        }
    }
    return false;
}

static bool all_can_decode(const struct endpoint_media *const *receivers, size_t receiver_count,
                           enum media_codec codec)
{
    for (size_t r = 0; r < receiver_count; r++) {
        for (size_t s = 0; s < receivers[r]->slot_count; s++) {
            const struct endpoint_slot_line *line = &receivers[r]->slots[s].video;
            if (line->mid[0] && !line_has(line, codec)) {
                return false;
            }
        }
    }
    return true;
}

enum media_codec codec_policy_choose_video(bool offers_vp8, bool offers_h264, bool prefers_h264,
                                           const struct endpoint_media *const *receivers,
                                           size_t receiver_count)
{
    if (offers_h264 && (prefers_h264 || !offers_vp8) &&
        all_can_decode(receivers, receiver_count, MEDIA_CODEC_H264)) {
        return MEDIA_CODEC_H264;
    }
    return offers_vp8 ? MEDIA_CODEC_VP8 : offers_h264 ? MEDIA_CODEC_H264 : MEDIA_CODEC_NONE;
}
