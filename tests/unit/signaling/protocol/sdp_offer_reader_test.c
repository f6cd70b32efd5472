/* Real offers are read; each rule of sdp_offer.h is broken once. */
#include "signaling/protocol/sdp_offer.h"

#include <errno.h>
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char *load(const char *name)
{
    char *text;
    g_autofree char *path = g_strdup_printf("%s/offers/%s.sdp", TEST_VECTORS, name);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static int read_offer(const char *text, struct sdp_offer *ret_offer,
                      struct sdp_problem *ret_problem)
{
    return sdp_offer_read(text, strlen(text), ret_offer, ret_problem);
}

static void real_offers_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t lines;
        size_t video_payloads;
        size_t rids;
    } cases[] = {
        {"chromium_waiting", 2, 2, 0},     {"chromium_admitted", 8, 2, 0},
        {"chromium_more_slots", 10, 2, 0}, {"chromium_ice_restart", 10, 2, 0},
        {"chromium_simulcast", 5, 2, 3},   {"firefox_waiting", 2, 1, 0},
        {"firefox_admitted", 8, 1, 0},     {"firefox_more_slots", 10, 1, 0},
        {"firefox_ice_restart", 10, 1, 0}, {"firefox_simulcast", 5, 1, 3},
        {"safari_like", 4, 2, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = load(cases[i].name);
        g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
        struct sdp_problem problem = {0};
        if (read_offer(text, offer, &problem) != 0) {
            fail_msg("%s: %s: %s", cases[i].name, problem.where, problem.message);
        }
        assert_int_equal(offer->line_count, cases[i].lines);
        assert_int_equal(offer->lines[1].payload_count, cases[i].video_payloads);
        assert_int_equal(offer->lines[1].rid_count, cases[i].rids);
        assert_true(offer->ice.ufrag[0] && offer->ice.pwd[0] && offer->session[0]);
        assert_true(offer->extensions.mid && offer->extensions.transport_cc &&
                    offer->extensions.audio_level);
        const struct sdp_payload *video = &offer->lines[1].payloads[0];
        assert_true(video->payload.nack && video->payload.pli && video->payload.fir &&
                    video->payload.transport_cc);
        assert_int_not_equal(video->payload.rtx_payload_type, MEDIA_PAYLOAD_TYPE_NONE);
        assert_int_equal(offer->lines[0].payloads[0].payload.codec, MEDIA_CODEC_OPUS);
        assert_int_equal(offer->lines[0].direction, SDP_SENDONLY);
    }
}

static void what_is_sent_is_named(void **state)
{
    (void)state;
    g_autofree char *text = load("safari_like");
    g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
    struct sdp_problem problem;
    assert_int_equal(read_offer(text, offer, &problem), 0);
    assert_int_equal(offer->lines[0].source_count, 1);
    assert_int_equal(offer->lines[0].sources[0].ssrc, 1001);
    assert_int_equal(offer->lines[1].source_count, 1);
    assert_int_equal(offer->lines[1].sources[0].ssrc, 2001);
    assert_int_equal(offer->lines[1].sources[0].rtx_ssrc, 2002);
    assert_int_equal(offer->lines[1].payloads[0].payload.codec,
                     MEDIA_CODEC_H264); /* 42e034, not 640c34 */
    assert_string_equal(offer->lines[1].payloads[0].profile, "42e034");
    assert_int_equal(offer->lines[1].payloads[1].payload.codec, MEDIA_CODEC_VP8);
    assert_int_equal(offer->lines[2].source_count, 0);
}

static void a_data_channel_is_no_media(void **state)
{
    (void)state;
    g_autofree char *text = load("chromium_simulcast");
    g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
    struct sdp_problem problem;
    assert_int_equal(read_offer(text, offer, &problem), 0);
    const struct sdp_offer_line *last = &offer->lines[4];
    assert_false(last->is_media);
    assert_string_equal(last->media, "application");
    assert_string_equal(last->proto, "UDP/DTLS/SCTP");
    assert_string_equal(last->format, "webrtc-datachannel");
}

/* Replaces every `from` by `to` in a real offer. */
static char *changed(const char *from, const char *to)
{
    g_autofree char *text = load("safari_like");
    assert_non_null(strstr(text, from));
    g_auto(GStrv) parts = g_strsplit(text, from, -1);
    return g_strjoinv(to, parts);
}

/* Replaces the first alone. */
static char *changed_once(const char *from, const char *to)
{
    g_autofree char *text = load("safari_like");
    g_auto(GStrv) parts = g_strsplit(text, from, 2);
    assert_int_equal(g_strv_length(parts), 2);
    return g_strconcat(parts[0], to, parts[1], NULL);
}

static void sound_may_repeat_itself(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const char *to;
        uint8_t red;
    } rows[] = {
        {"as offered", "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n", 63},
        {"three of them", "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111/111\r\n", 63},
        {"of no length", "a=rtpmap:63 RED/48000/2\r\na=fmtp:63 111\r\n", 63},
        {"of nothing known", "a=rtpmap:63 red/48000/2\r\n", 0},
        {"of something else", "a=rtpmap:63 red/48000/2\r\na=fmtp:63 9/9\r\n", 0},
        {"of something else, too", "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/9\r\n", 0},
        {"of a number that is no type", "a=rtpmap:63 red/48000/2\r\na=fmtp:63 1111/1111\r\n", 0},
        {"of nothing in between", "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111//111\r\n", 0},
        {"at another rate", "a=rtpmap:63 red/8000\r\na=fmtp:63 111/111\r\n", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = changed_once(rows[0].to, rows[i].to);
        g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
        struct sdp_problem problem;
        assert_int_equal(read_offer(text, offer, &problem), 0);
        assert_int_equal(offer->lines[0].payload_count, 1);
        const struct media_payload *opus = &offer->lines[0].payloads[0].payload;
        if (opus->red_payload_type != rows[i].red || opus->payload_type != 111) {
            fail_msg("%s: %u repeats %u", rows[i].what, opus->red_payload_type, opus->payload_type);
        }
    }
}

/* Without RTX it would be a second message under one nonce. */
static void sound_is_not_asked_for_again(void **state)
{
    (void)state;
    g_autofree char *text =
        changed_once("a=rtpmap:111 opus/48000/2\r\n",
                     "a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 nack\r\na=rtcp-fb:* nack\r\n");
    g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
    struct sdp_problem problem;
    assert_int_equal(read_offer(text, offer, &problem), 0);
    assert_false(offer->lines[0].payloads[0].payload.nack);
    assert_true(offer->lines[1].payloads[0].payload.nack);
}

static void each_rule_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
        bool everywhere;
        const char *where;
    } cases[] = {
        {"v=0\r\n", "v=1\r\n", false, "line 1"},
        {"v=0\r\n", "", false, "line 1"},
        {"s=-\r\n", "garbage\r\n", false, "line 3"},
        {"s=-\r\n", "S=-\r\n", false, "line 3"},
        {"s=-\r\n", "s=\x01\r\n", false, "line 3"},
        {"a=group:BUNDLE 0 1 2 3", "a=group:BUNDLE 0 1 2", false, "m-line 3"},
        {"a=group:BUNDLE 0 1 2 3", "a=group:LS 0 1 2 3", false, "m-line 0"},
        {"a=group:BUNDLE 0 1 2 3", "a=group:BUNDLE 0 1\r\na=group:BUNDLE 2 3", false, "session"},
        {"a=extmap-allow-mixed", "a=ice-lite", false, "session"},
        {"a=rtcp-mux\r\n", "", false, "m-line 0"},
        {"a=mid:1", "a=mid:0", false, "m-line 1"},
        {"a=mid:1\r\n", "", false, "m-line 1"},
        {"a=mid:1", "a=mid:seventeen_letters", false, "m-line 1"},
        {"a=ice-ufrag:Q3bF\r\n", "", false, "m-line 0"},
        {"a=ice-ufrag:Q3bF", "a=ice-ufrag:Q3b", true, "m-line 0"},
        {"a=ice-ufrag:Q3bF", "a=ice-ufrag:Q3 bF", true, "m-line 0"},
        {"a=ice-ufrag:Q3bF", "a=ice-ufrag:Q3bG", false, "m-line 1"},
        {"a=ice-pwd:1Ry5mX7m1h0tq0rj5l0C8x0N", "a=ice-pwd:short", true, "m-line 0"},
        {"a=fingerprint:sha-256", "a=fingerprint:sha-1", true, "m-line 0"},
        {"a=fingerprint:sha-256", "a=fingerprint:md5", true, "m-line 0"},
        {"a=fingerprint:sha-256 00:", "a=fingerprint:sha-256 0G:", true, "m-line 0"},
        {"a=fingerprint:sha-256 00:", "a=fingerprint:sha-256 00-", true, "m-line 0"},
        {"a=fingerprint:sha-256 00:", "a=fingerprint:sha-256 ", true, "m-line 0"},
        {"a=fingerprint:sha-256 00:", "a=fingerprint:sha-256 01:", false, "m-line 1"},
        {"a=setup:actpass", "a=setup:passive", true, "m-line 0"},
        {"a=setup:actpass\r\n", "", true, "m-line 0"},
        {"a=sendonly", "a=sendrecv", true, "m-line 0"},
        {"a=sendonly\r\n", "", true, "m-line 0"},
        {"a=rtpmap:111 opus/48000/2", "a=rtpmap:111 speex/16000", true, "m-line 0"},
        {"m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 UDP/a=sendonly", false, "m-line 0"},
        {"m=audio 9 ", "m=au=dio 9 ", false, "m-line 0"},
        {"SAVPF 111 63 9", "SAVPF 111 111 9", false, "m-line 0"},
        {"SAVPF 111 63 9", "SAVPF 111 128 9", false, "m-line 0"},
        {"SAVPF 111 63 9", "SAVPF 111 x 9", false, "m-line 0"},
        {"a=extmap:4 ", "a=extmap:1 ", true, "m-line 0"},
        {"a=extmap:4 ", "a=extmap:0 ", true, "m-line 0"},
        {"a=extmap:4 ", "a=extmap:256 ", true, "m-line 0"},
        {"a=extmap:4 ", "a=extmap:four ", true, "m-line 0"},
        {"a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", "a=extmap:4", true, "m-line 0"},
        {"a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
         "a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:mid", false, "m-line 1"},
        {"o=- 4611733054762223410 2 IN IP4 127.0.0.1",
         "o=- 46117330547622234104611733054762223410 2 IN IP4 0.0.0.0", false, "session"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = cases[i].everywhere ? changed(cases[i].from, cases[i].to)
                                                    : changed_once(cases[i].from, cases[i].to);
        g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
        struct sdp_problem problem = {0};
        const int result = read_offer(text, offer, &problem);
        if (result != -EBADMSG || strcmp(problem.where, cases[i].where) != 0) {
            fail_msg("case %zu (%s): result %d at \"%s\": %s", i, cases[i].to, result,
                     problem.where, problem.message);
        }
        assert_true(problem.message[0] != 0);
        assert_int_equal(offer->line_count, 0); /* outputs are untouched */
    }
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
    struct sdp_problem problem;
    g_autofree char *text = load("safari_like");

    GString *long_one = g_string_new(text);
    while (long_one->len <= SDP_SIZE_MAX) {
        g_string_append(long_one,
                        "a=x-nothing-that-matters:0123456789012345678901234567890123456789\r\n");
    }
    assert_int_equal(read_offer(long_one->str, offer, &problem), -EBADMSG);
    g_string_free(long_one, TRUE);

    GString *many_lines = g_string_new(text);
    for (size_t i = 0; i < SDP_LINES_MAX; i++) {
        g_string_append(many_lines, "a=x\r\n");
    }
    assert_int_equal(read_offer(many_lines->str, offer, &problem), -EBADMSG);
    assert_string_equal(problem.where, "line 2001");
    g_string_free(many_lines, TRUE);

    GString *many_media = g_string_new("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
    for (size_t i = 0; i <= SDP_MEDIA_LINES_MAX; i++) {
        g_string_append_printf(many_media, "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:%zu\r\n", i);
    }
    assert_int_equal(read_offer(many_media->str, offer, &problem), -EBADMSG);
    assert_string_equal(problem.where, "session");
    g_string_free(many_media, TRUE);

    GString *many_types = g_string_new(NULL);
    for (unsigned i = 0; i <= SDP_PAYLOAD_TYPES_MAX; i++) {
        g_string_append_printf(many_types, " %u", i);
    }
    g_autofree char *types = changed_once(" 111 63 9 0 8 13 110", many_types->str);
    assert_int_equal(read_offer(types, offer, &problem), -EBADMSG);
    assert_string_equal(problem.where, "m-line 0");
    g_string_free(many_types, TRUE);

    GString *many_extensions = g_string_new("a=rtcp-mux\r\n");
    for (unsigned i = 0; i < SDP_EXTENSIONS_MAX; i++) {
        g_string_append_printf(many_extensions, "a=extmap:%u urn:x:%u\r\n", 20 + i, i);
    }
    g_autofree char *extensions = changed_once("a=rtcp-mux\r\n", many_extensions->str);
    assert_int_equal(read_offer(extensions, offer, &problem), -EBADMSG);
    g_string_free(many_extensions, TRUE);

    assert_int_equal(sdp_offer_read("", 0, offer, &problem), -EBADMSG);
    assert_int_equal(sdp_offer_read("v=0\0", 4, offer, &problem), -EBADMSG);
}

/* Candidates name addresses: none of them reaches anything. */
static void candidates_are_not_looked_at(void **state)
{
    (void)state;
    g_autofree char *text = changed("a=setup:actpass\r\n",
                                    "a=setup:actpass\r\n"
                                    "a=candidate:1 1 udp 2122260223 169.254.169.254 80 typ host\r\n"
                                    "a=candidate:2 1 udp 1 ::ffff:127.0.0.1 22 typ host\r\n"
                                    "a=candidate:garbage\r\n");
    g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
    struct sdp_problem problem;
    assert_int_equal(read_offer(text, offer, &problem), 0);
}

static void simulcast_is_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int result;
        size_t rids;
    } cases[] = {
        {"send q;h;f", 0, 3},        {"send q", 0, 1},
        {"send ~q;h", 0, 2},         {"send q,x;h", 0, 2},
        {"recv q;h;f", 0, 0},        {"send q;h;f recv a", 0, 3},
        {"send q;h;f;g", 0, 3},      {"send q;q", -EBADMSG, 0},
        {"send ;;", -EBADMSG, 0},    {"send q;overlong_name_of_a_layer", -EBADMSG, 0},
        {"send q;a:b", -EBADMSG, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *line = g_strdup_printf("a=rtcp-mux\r\na=simulcast:%s\r\n", cases[i].value);
        g_autofree char *text = changed("a=rtcp-mux\r\n", line);
        g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
        struct sdp_problem problem;
        assert_int_equal(read_offer(text, offer, &problem), cases[i].result);
        assert_int_equal(offer->lines[1].rid_count, cases[i].rids);
    }
}

/* Cut anywhere, an offer is read or refused, and nothing else happens. */
static void offers_that_end_early_do_no_harm(void **state)
{
    (void)state;
    g_autofree char *text = load("firefox_waiting");
    const size_t size = strlen(text);
    for (size_t cut = 0; cut < size; cut++) {
        g_autofree char *part =
            g_memdup2(text, cut + 1); /* exactly as large as it claims, for the sanitizer */
        g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
        struct sdp_problem problem;
        const int result = sdp_offer_read(part, cut, offer, &problem);
        assert_true(result == 0 || result == -EBADMSG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_offers_are_read),
        cmocka_unit_test(what_is_sent_is_named),
        cmocka_unit_test(a_data_channel_is_no_media),
        cmocka_unit_test(sound_may_repeat_itself),
        cmocka_unit_test(sound_is_not_asked_for_again),
        cmocka_unit_test(each_rule_is_kept),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(candidates_are_not_looked_at),
        cmocka_unit_test(simulcast_is_bounded),
        cmocka_unit_test(offers_that_end_early_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
