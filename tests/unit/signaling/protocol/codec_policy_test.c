#include "signaling/protocol/codec_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void profiles_are_matched_by_family(void **state)
{
    (void)state;
    /* RFC 6184, table 5; the levels differ on purpose */
    static const struct {
        const char *profile;
        bool is_constrained_baseline;
    } cases[] = {
        {"42e01f", true},  {"42E034", true},  {"42c00b", true},  {"4d801f", true},
        {"58c01f", true},  {"42001f", false}, {"4d001f", false}, {"4d0032", false},
        {"640c34", false}, {"64001f", false}, {"42e01", false},  {"42e01ff", false},
        {"", false},       {"zzzzzz", false}, {"42 e0f", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(codec_policy_is_constrained_baseline(cases[i].profile),
                         cases[i].is_constrained_baseline);
    }
}

static void codecs_are_matched(void **state)
{
    (void)state;
    static const struct {
        enum media_kind kind;
        const char *rtpmap;
        const char *parameters;
        enum media_codec codec;
        const char *profile;
    } cases[] = {
        {MEDIA_KIND_AUDIO, "opus/48000/2", "minptime=10;useinbandfec=1", MEDIA_CODEC_OPUS, ""},
        {MEDIA_KIND_AUDIO, "OPUS/48000/2", "", MEDIA_CODEC_OPUS, ""},
        {MEDIA_KIND_AUDIO, "opus/48000", "", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_AUDIO, "PCMU/8000", "", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_AUDIO, "VP8/90000", "", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "opus/48000/2", "", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "VP8/90000", "max-fs=12288", MEDIA_CODEC_VP8, ""},
        {MEDIA_KIND_VIDEO, "VP9/90000", "profile-id=0", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "AV1/90000", "", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "rtx/90000", "apt=96", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "H264/90000", "packetization-mode=1;profile-level-id=42e01f",
         MEDIA_CODEC_H264, "42e01f"},
        {MEDIA_KIND_VIDEO, "H264/90000", "profile-level-id=42e034; packetization-mode=1 ;x=y",
         MEDIA_CODEC_H264, "42e034"},
        {MEDIA_KIND_VIDEO, "H264/90000", "packetization-mode=0;profile-level-id=42e01f",
         MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "H264/90000", "profile-level-id=42e01f", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "H264/90000", "packetization-mode=1", MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "H264/90000", "packetization-mode=1;profile-level-id=640c34",
         MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "H264/90000", "packetization-mode=1111;profile-level-id=42e01f",
         MEDIA_CODEC_NONE, ""},
        {MEDIA_KIND_VIDEO, "H264/90000", ";;;=;packetization-mode", MEDIA_CODEC_NONE, ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char profile[CODEC_PROFILE_SIZE];
        assert_int_equal(
            codec_policy_match(cases[i].kind, cases[i].rtpmap, cases[i].parameters, profile),
            cases[i].codec);
        assert_string_equal(profile, cases[i].profile);
    }
}

static struct endpoint_media receiver(size_t slots, bool h264)
{
    struct endpoint_media media = {.slot_count = slots};
    for (size_t i = 0; i < slots; i++) {
        strcpy(media.slots[i].video.mid, "1");
        media.slots[i].video.payloads[0].codec = MEDIA_CODEC_VP8;
        media.slots[i].video.payloads[1].codec = MEDIA_CODEC_H264;
        media.slots[i].video.payload_count = h264 ? 2 : 1;
    }
    return media;
}

static void h264_is_sent_only_when_everybody_decodes_it(void **state)
{
    (void)state;
    const struct endpoint_media both = receiver(2, true);
    const struct endpoint_media vp8_only = receiver(2, false);
    const struct endpoint_media no_slots = receiver(0, false);
    const struct {
        const struct endpoint_media *receivers[2];
        size_t count;
        bool vp8;
        bool h264;
        bool prefers;
        enum media_codec codec;
    } cases[] = {
        {{NULL}, 0, true, true, true, MEDIA_CODEC_H264},
        {{NULL}, 0, true, true, false, MEDIA_CODEC_VP8},
        {{NULL}, 0, true, false, false, MEDIA_CODEC_VP8},
        {{NULL}, 0, false, false, false, MEDIA_CODEC_NONE},
        {{&both}, 1, true, true, true, MEDIA_CODEC_H264},
        {{&vp8_only}, 1, true, true, true, MEDIA_CODEC_VP8},
        {{&both, &vp8_only}, 2, true, true, true, MEDIA_CODEC_VP8},
        {{&both, &no_slots}, 2, true, true, true, MEDIA_CODEC_H264},
        {{&vp8_only}, 1, false, true, true, MEDIA_CODEC_H264}, /* nothing else to send: who cannot
                                                                  decode gets none */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(codec_policy_choose_video(cases[i].vp8, cases[i].h264, cases[i].prefers,
                                                   cases[i].receivers, cases[i].count),
                         cases[i].codec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_are_matched_by_family),
        cmocka_unit_test(codecs_are_matched),
        cmocka_unit_test(h264_is_sent_only_when_everybody_decodes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
