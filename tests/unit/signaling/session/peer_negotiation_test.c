#include "signaling/session/peer_negotiation.h"

#include <errno.h>
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const addresses[] = {"203.0.113.10", "2001:db8::10"};
static const char fingerprint[] = "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:"
                                  "55:66:77:88:99:AA:BB:CC:DD:EE:FF";

static struct peer_negotiation *create(unsigned slots_max)
{
    const struct peer_negotiation_config config = {.fingerprint = fingerprint,
                                                   .addresses = addresses,
                                                   .address_count = 2,
                                                   .slots_max = slots_max};
    return peer_negotiation_create(&config);
}

static char *load(const char *name)
{
    char *text;
    g_autofree char *path = g_strdup_printf("%s/offers/%s.sdp", TEST_VECTORS, name);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static int offer_text(struct peer_negotiation *negotiation, const char *text, bool active,
                      struct peer_negotiation_outcome *ret_outcome)
{
    const struct peer_negotiation_request request = {
        .sdp = text, .sdp_size = strlen(text), .active = active, .port = 7000};
    struct sdp_problem problem;
    return peer_negotiation_offer(negotiation, &request, ret_outcome, &problem);
}

static struct peer_negotiation_outcome offer(struct peer_negotiation *negotiation, const char *name,
                                             bool active)
{
    g_autofree char *text = load(name);
    struct peer_negotiation_outcome outcome = {0};
    assert_int_equal(offer_text(negotiation, text, active, &outcome), 0);
    return outcome;
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (const char *at = text; (at = strstr(at, part)); at++) {
        found++;
    }
    return found;
}

/* The security of the waiting room: nothing is taken of who waits, and nothing is said of who is in
 * the visit. */
static void who_waits_sends_nothing_and_has_empty_slots(void **state)
{
    (void)state;
    static const struct {
        const char *offer;
        size_t slots;
    } cases[] = {{"chromium_waiting", 0},
                 {"chromium_admitted", 3},
                 {"firefox_admitted", 3},
                 {"safari_like", 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        AUTO(peer_negotiation) negotiation = create(8);
        struct peer_negotiation_outcome outcome = offer(negotiation, cases[i].offer, false);
        assert_true(outcome.is_new);
        assert_int_equal(count(outcome.answer, "a=recvonly"), 0);
        assert_int_equal(count(outcome.answer, "a=inactive"), 2);
        assert_int_equal(count(outcome.answer, "a=sendonly"), 2 * cases[i].slots);
        assert_int_equal(outcome.media.publication_count, 0);
        assert_int_equal(outcome.media.slot_count, cases[i].slots);
        assert_int_equal(peer_negotiation_has_media(negotiation), cases[i].slots > 0);
        assert_non_null(strstr(outcome.answer, "a=setup:passive"));
        assert_non_null(strstr(outcome.answer, "a=ice-lite"));
        g_free(outcome.answer);
    }
}

/* A browser never gets back a layer that an answer refused: who waits keeps all of them. */
static void who_waits_keeps_the_layers_of_the_camera(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_outcome outcome = offer(negotiation, "chromium_simulcast", false);
    assert_int_equal(outcome.media.publication_count, 0);
    assert_non_null(strstr(outcome.answer, "a=rid:q recv"));
    assert_non_null(strstr(outcome.answer, "a=simulcast:recv q;h;f"));
    g_free(outcome.answer);
}

/* Layers of any number and name are answered as they were offered, for whatever codec is sent. */
static void layers_are_answered_as_offered(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const char *simulcast; /* instead of the file's; NULL: as it is */
        const char *answer;    /* NULL: no layers */
        size_t rids;
    } cases[] = {
        {"chromium_simulcast", NULL, "a=simulcast:recv q;h;f\r\n", 3},
        {"firefox_simulcast", NULL, "a=simulcast:recv q;h;f\r\n", 3},
        {"chromium_simulcast", "a=simulcast:send q;f", "a=simulcast:recv q;f\r\n", 2},
        {"chromium_simulcast", "a=simulcast:send f", "a=simulcast:recv f\r\n", 1},
        {"chromium_simulcast", "a=simulcast:send 1;2;3;4", "a=simulcast:recv 1;2;3\r\n", 3},
        {"chromium_simulcast", "a=x-none", NULL, 0},
    };
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        g_autofree char *whole = load(cases[c].file);
        g_auto(GStrv) parts = g_strsplit(whole, "a=simulcast:send q;h;f", 2);
        g_autofree char *text =
            g_strjoinv(cases[c].simulcast ? cases[c].simulcast : "a=simulcast:send q;h;f", parts);
        AUTO(peer_negotiation) negotiation = create(8);
        struct peer_negotiation_outcome outcome = {0};
        struct sdp_problem problem;
        const struct peer_negotiation_request request = {
            .sdp = text, .sdp_size = strlen(text), .active = true, .port = 7000};
        assert_int_equal(peer_negotiation_offer(negotiation, &request, &outcome, &problem), 0);
        const struct endpoint_publication *camera = &outcome.media.publications[1];
        assert_int_equal(camera->kind, MEDIA_KIND_VIDEO);
        assert_int_equal(camera->rid_count, cases[c].rids);
        assert_int_equal(count(outcome.answer, " recv\r\n"), cases[c].rids);
        assert_true(cases[c].answer ? strstr(outcome.answer, cases[c].answer) != NULL
                                    : strstr(outcome.answer, "simulcast") == NULL);
        g_free(outcome.answer);
    }
}

/* The offer of a camera that has H.264 alone, as a tablet's hardware may. */
static void layers_are_taken_of_h264_too(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    g_autofree char *whole = load("chromium_simulcast");
    g_auto(GStrv) parts = g_strsplit(whole, "a=rtpmap:96 VP8/90000", -1);
    g_autofree char *text = g_strjoinv("a=rtpmap:96 NONE/90000", parts);
    struct peer_negotiation_outcome outcome = {0};
    struct sdp_problem problem;
    const struct peer_negotiation_request request = {
        .sdp = text, .sdp_size = strlen(text), .active = true, .port = 7000};
    assert_int_equal(peer_negotiation_offer(negotiation, &request, &outcome, &problem), 0);
    const struct endpoint_publication *camera = &outcome.media.publications[1];
    assert_int_equal(camera->payloads[0].codec, MEDIA_CODEC_H264);
    assert_int_equal(camera->rid_count, 3);
    assert_string_equal(camera->rids[0], "q");
    assert_non_null(strstr(outcome.answer, "a=simulcast:recv q;h;f\r\n"));
    g_free(outcome.answer);
}

static void who_waits_learns_nothing_of_who_is_there(void **state)
{
    (void)state;
    AUTO(peer_negotiation) somebody = create(8);
    AUTO(peer_negotiation) waiting = create(8);
    struct peer_negotiation_outcome theirs = offer(somebody, "safari_like", true);
    const struct endpoint_media *there[] = {&theirs.media};
    g_autofree char *text = load("chromium_admitted");
    struct sdp_problem problem;
    struct peer_negotiation_outcome before = {0};
    struct peer_negotiation_outcome among = {0};
    const struct peer_negotiation_request alone = {
        .sdp = text, .sdp_size = strlen(text), .port = 7000};
    struct peer_negotiation_request with_them = alone;
    with_them.receivers = there;
    with_them.receiver_count = 1;
    assert_int_equal(peer_negotiation_offer(waiting, &alone, &before, &problem), 0);
    assert_int_equal(peer_negotiation_offer(waiting, &with_them, &among, &problem), 0);
    /* Line by line the same but for the version in o=. */
    assert_string_equal(strstr(before.answer, "\r\ns="), strstr(among.answer, "\r\ns="));
    g_free(theirs.answer);
    g_free(before.answer);
    g_free(among.answer);
}

static void being_let_in_fills_the_same_slots(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_outcome waiting = offer(negotiation, "chromium_admitted", false);
    struct peer_negotiation_outcome admitted = offer(negotiation, "chromium_admitted", true);
    assert_false(admitted.is_new);
    assert_false(admitted.ice_restart);
    assert_int_equal(admitted.media.publication_count, 2);
    assert_memory_equal(waiting.media.slots, admitted.media.slots, sizeof(waiting.media.slots));
    g_free(waiting.answer);
    g_free(admitted.answer);
}

static void sound_repeats_itself_both_ways(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_outcome outcome = offer(negotiation, "chromium_admitted", true);
    assert_int_equal(count(outcome.answer, " UDP/TLS/RTP/SAVPF 63 111\r\n"), 1); /* the browser */
    assert_int_equal(count(outcome.answer, " UDP/TLS/RTP/SAVPF 111 63\r\n"), 3); /* the slots */
    assert_int_equal(count(outcome.answer, "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"), 4);
    assert_int_equal(count(outcome.answer, "a=fmtp:111 minptime=10;useinbandfec=1\r\n"), 4);
    assert_int_equal(count(outcome.answer, "a=rtcp-fb:111 transport-cc\r\n"), 4);
    assert_int_equal(count(outcome.answer, "a=rtcp-fb:111 nack"), 0);
    assert_int_equal(outcome.media.publications[0].payloads[0].red_payload_type, 63);
    assert_int_equal(outcome.media.slots[0].audio.payloads[0].red_payload_type, 63);
    g_free(outcome.answer);
}

static void admission_keeps_the_connection(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_outcome waiting = offer(negotiation, "chromium_waiting", false);
    struct peer_negotiation_outcome admitted = offer(negotiation, "chromium_admitted", true);
    assert_false(admitted.is_new);
    assert_false(admitted.ice_restart);
    assert_memory_equal(&waiting.transport, &admitted.transport, sizeof(waiting.transport));
    assert_int_equal(admitted.media.publication_count, 2);
    assert_int_equal(admitted.media.slot_count, 3);
    assert_int_equal(count(admitted.answer, "a=recvonly"), 2);
    assert_int_equal(count(admitted.answer, "a=sendonly"), 6);
    assert_int_equal(count(admitted.answer, "a=ssrc-group:FID"), 3);
    g_free(waiting.answer);
    g_free(admitted.answer);
}

static void slots_keep_their_numbers_for_good(void **state)
{
    (void)state;
    static const char *const browsers[] = {"chromium", "firefox"};
    for (size_t b = 0; b < G_N_ELEMENTS(browsers); b++) {
        AUTO(peer_negotiation) negotiation = create(8);
        struct peer_negotiation_outcome outcomes[3];
        static const char *const steps[] = {"admitted", "more_slots", "ice_restart"};
        for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
            g_autofree char *name = g_strdup_printf("%s_%s", browsers[b], steps[i]);
            outcomes[i] = offer(negotiation, name, true);
        }
        assert_int_equal(outcomes[1].media.slot_count, 4);
        assert_memory_equal(outcomes[0].media.slots, outcomes[1].media.slots,
                            3 * sizeof(struct endpoint_slot));
        assert_memory_equal(outcomes[1].media.slots, outcomes[2].media.slots,
                            4 * sizeof(struct endpoint_slot));
        assert_false(outcomes[1].ice_restart);
        assert_true(outcomes[2].ice_restart);
        assert_false(outcomes[2].is_new);
        assert_string_not_equal(outcomes[1].transport.local.ufrag,
                                outcomes[2].transport.local.ufrag);
        assert_string_not_equal(outcomes[1].transport.remote.ufrag,
                                outcomes[2].transport.remote.ufrag);
        for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
            g_free(outcomes[i].answer);
        }
    }
}

static void ssrcs_are_unique_and_made_anew(void **state)
{
    (void)state;
    AUTO(peer_negotiation) one = create(8);
    AUTO(peer_negotiation) other = create(8);
    struct peer_negotiation_outcome a = offer(one, "chromium_admitted", true);
    struct peer_negotiation_outcome b = offer(other, "chromium_admitted", true);
    GHashTable *seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (size_t i = 0; i < 3; i++) {
        const struct endpoint_slot *slot = &a.media.slots[i];
        const uint32_t ssrcs[] = {slot->audio.ssrc, slot->video.ssrc, slot->video.rtx_ssrc};
        for (size_t k = 0; k < 3; k++) {
            assert_int_not_equal(ssrcs[k], 0);
            assert_true(g_hash_table_add(seen, GUINT_TO_POINTER(ssrcs[k])));
        }
        assert_int_equal(slot->audio.rtx_ssrc, 0);
        assert_int_not_equal(slot->audio.ssrc, b.media.slots[i].audio.ssrc);
    }
    g_hash_table_destroy(seen);
    assert_string_not_equal(a.transport.local.ufrag, b.transport.local.ufrag);
    assert_int_equal(strlen(a.transport.local.ufrag), LOCAL_UFRAG_LENGTH);
    assert_int_equal(strlen(a.transport.local.pwd), LOCAL_PWD_LENGTH);
    g_free(a.answer);
    g_free(b.answer);
}

static void another_peer_connection_starts_afresh(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_outcome first = offer(negotiation, "chromium_admitted", true);
    struct peer_negotiation_outcome second = offer(negotiation, "chromium_simulcast", true);
    assert_true(second.is_new);
    assert_int_equal(second.media.slot_count, 1);
    assert_int_not_equal(first.media.slots[0].audio.ssrc, second.media.slots[0].audio.ssrc);
    assert_int_equal(second.media.publications[1].rid_count, 3);
    assert_non_null(strstr(second.answer, "a=simulcast:recv q;h;f"));
    assert_non_null(strstr(second.answer, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel"));
    assert_null(strstr(second.answer, "a=group:BUNDLE 0 1 2 3 4"));
    g_free(first.answer);
    g_free(second.answer);
}

static void a_refused_offer_changes_nothing(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_outcome before = offer(negotiation, "chromium_admitted", true);
    g_autofree char *fewer = load("chromium_waiting");
    struct peer_negotiation_outcome ignored;
    assert_int_equal(offer_text(negotiation, fewer, true, &ignored), -EBADMSG);
    assert_int_equal(offer_text(negotiation, "v=0\r\n", true, &ignored), -EBADMSG);
    assert_memory_equal(peer_negotiation_media(negotiation), &before.media, sizeof(before.media));
    struct peer_negotiation_outcome after = offer(negotiation, "chromium_more_slots", true);
    assert_memory_equal(before.media.slots, after.media.slots, 3 * sizeof(struct endpoint_slot));
    g_free(before.answer);
    g_free(after.answer);
}

static char *replaced(const char *name, const char *from, const char *to)
{
    g_autofree char *text = load(name);
    g_auto(GStrv) parts = g_strsplit(text, from, 2);
    assert_int_equal(g_strv_length(parts), 2);
    return g_strconcat(parts[0], to, parts[1], NULL);
}

static void lines_keep_their_place_and_use(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *from;
        const char *to;
    } cases[] = {
        {"chromium_more_slots", "a=mid:1\r\n", "a=mid:x1\r\n"}, /* also leaves the BUNDLE group */
        {"chromium_more_slots", "a=sendonly", "a=recvonly"}, /* a microphone cannot become a slot */
        {"chromium_more_slots", "a=recvonly", "a=sendonly"}, /* nor a slot a second microphone */
        {"chromium_more_slots", "m=audio 9 ", "m=video 9 "},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        AUTO(peer_negotiation) negotiation = create(8);
        struct peer_negotiation_outcome outcome = offer(negotiation, "chromium_admitted", true);
        g_free(outcome.answer);
        g_autofree char *text = replaced(cases[i].name, cases[i].from, cases[i].to);
        assert_int_equal(offer_text(negotiation, text, true, &outcome), -EBADMSG);
    }
}

static void a_line_may_rest_and_return(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_outcome first = offer(negotiation, "chromium_admitted", true);
    g_autofree char *resting = replaced("chromium_more_slots", "a=recvonly", "a=inactive");
    struct peer_negotiation_outcome outcome;
    assert_int_equal(offer_text(negotiation, resting, true, &outcome), 0);
    assert_string_equal(outcome.media.slots[0].audio.mid, ""); /* slot 0 has a picture alone now */
    assert_int_equal(outcome.media.slots[0].video.ssrc, first.media.slots[0].video.ssrc);
    g_free(outcome.answer);
    struct peer_negotiation_outcome back = offer(negotiation, "chromium_more_slots", true);
    assert_memory_equal(back.media.slots, first.media.slots, 3 * sizeof(struct endpoint_slot));
    g_free(first.answer);
    g_free(back.answer);
}

static void slots_are_limited(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(2);
    g_autofree char *text = load("chromium_admitted");
    struct peer_negotiation_outcome outcome;
    assert_int_equal(offer_text(negotiation, text, true, &outcome), -EBADMSG);
}

static struct endpoint_media receiver_of(enum media_codec codec)
{
    struct endpoint_media media = {.slot_count = 1};
    strcpy(media.slots[0].video.mid, "1");
    media.slots[0].video.payload_count = 1;
    media.slots[0].video.payloads[0].codec = codec;
    return media;
}

static void the_room_decides_the_codec(void **state)
{
    (void)state;
    const struct endpoint_media vp8 = receiver_of(MEDIA_CODEC_VP8);
    const struct endpoint_media *receivers[] = {&vp8};
    g_autofree char *text = load("safari_like");
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_request request = {
        .sdp = text, .sdp_size = strlen(text), .active = true, .port = 7000};
    struct peer_negotiation_outcome outcome;
    struct sdp_problem problem;
    assert_int_equal(peer_negotiation_offer(negotiation, &request, &outcome, &problem), 0);
    assert_int_equal(outcome.media.publications[1].payload_count, 1);
    assert_int_equal(outcome.media.publications[1].payloads[0].codec, MEDIA_CODEC_H264);
    assert_non_null(strstr(outcome.answer, "profile-level-id=42e034"));
    g_free(outcome.answer);

    assert_false(peer_negotiation_wants_other_codec(negotiation, NULL, 0));
    assert_true(peer_negotiation_wants_other_codec(negotiation, receivers, 1));
    request.receivers = receivers;
    request.receiver_count = 1;
    assert_int_equal(peer_negotiation_offer(negotiation, &request, &outcome, &problem), 0);
    assert_int_equal(outcome.media.publications[1].payloads[0].codec, MEDIA_CODEC_VP8);
    assert_false(peer_negotiation_wants_other_codec(negotiation, receivers, 1));
    assert_true(peer_negotiation_wants_other_codec(negotiation, NULL, 0));
    /* What this browser can receive is both. */
    assert_int_equal(outcome.media.slots[0].video.payload_count, 2);
    g_free(outcome.answer);
}

static void the_answer_names_our_address_and_port(void **state)
{
    (void)state;
    AUTO(peer_negotiation) negotiation = create(8);
    struct peer_negotiation_outcome outcome = offer(negotiation, "firefox_admitted", true);
    assert_int_equal(count(outcome.answer, "a=candidate:"), 2); /* once, not on every line */
    assert_non_null(strstr(outcome.answer, " 203.0.113.10 7000 typ host"));
    assert_non_null(strstr(outcome.answer, " 2001:db8::10 7000 typ host"));
    assert_non_null(strstr(outcome.answer, fingerprint));
    assert_int_equal(count(outcome.answer, "a=msid:slot0 "),
                     2); /* sound and picture share a stream */
    g_free(outcome.answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_sends_nothing_and_has_empty_slots),
        cmocka_unit_test(who_waits_keeps_the_layers_of_the_camera),
        cmocka_unit_test(layers_are_answered_as_offered),
        cmocka_unit_test(layers_are_taken_of_h264_too),
        cmocka_unit_test(who_waits_learns_nothing_of_who_is_there),
        cmocka_unit_test(being_let_in_fills_the_same_slots),
        cmocka_unit_test(sound_repeats_itself_both_ways),
        cmocka_unit_test(admission_keeps_the_connection),
        cmocka_unit_test(slots_keep_their_numbers_for_good),
        cmocka_unit_test(ssrcs_are_unique_and_made_anew),
        cmocka_unit_test(another_peer_connection_starts_afresh),
        cmocka_unit_test(a_refused_offer_changes_nothing),
        cmocka_unit_test(lines_keep_their_place_and_use),
        cmocka_unit_test(a_line_may_rest_and_return),
        cmocka_unit_test(slots_are_limited),
        cmocka_unit_test(the_room_decides_the_codec),
        cmocka_unit_test(the_answer_names_our_address_and_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
