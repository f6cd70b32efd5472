/* What people and the record learn of bad links, over a real server and a real store; the media
 * workers say what the test lets them say. */
#include "gateway/base/clock.h"
#include "signaling/protocol/packed_text.h"
#include "signaling/session/connection_score.h"
#include "tests/fakes/fake_worker_pool.h"
#include "tests/integration/visit_people.h"
#include "tests/unit/signaling/schema_checker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

static struct signaling_rig rig;
static unsigned visits_made;
static json_t *schema;

static int start(void **state)
{
    (void)state;
    schema = schema_checker_load();
    signaling_rig_start(&rig);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    signaling_rig_stop(&rig);
    json_decref(schema);
    return 0;
}

/* ---- two physicians, and the patient whom one of them let in ---- */

struct meeting {
    struct appointment visit;
    struct visit_client *rao;
    struct visit_client *ruth;
    char session[64]; /* Ruth's */
    int rao_endpoint;
    int ruth_endpoint;
};

static void ask_ok(struct visit_client *client, json_t *message)
{
    assert_true(is_ok(client, message));
}

static void offer(struct visit_client *client, const char *name, unsigned unique)
{
    json_t *answer = visit_client_request(client, offer_message(name, unique));
    assert_string_equal(text_in(answer, "type"), "answer");
    json_decref(answer);
    ask_ok(client, json_pack("{s:s}", "type", "ready"));
}

static struct meeting meet(const char *offer_name)
{
    struct meeting meeting = {0};
    char number[32];
    snprintf(number, sizeof(number), "LINK-%u", ++visits_made);
    appointment_make(&rig, number, &meeting.visit);
    meeting.rao = appointment_enter(&meeting.visit, RAO);
    json_t *joined;
    meeting.ruth = appointment_join(&meeting.visit, RUTH, &joined);
    snprintf(meeting.session, sizeof(meeting.session), "%s", text_in(joined, "session"));
    json_decref(joined);
    ask_ok(meeting.rao, json_pack("{s:s, s:s}", "type", "admit", "participant",
                                  meeting.visit.participants[RUTH]));
    json_decref(visit_client_wait(meeting.ruth, "admitted"));
    offer(meeting.ruth, offer_name, RUTH);
    meeting.rao_endpoint = fake_worker_pool_endpoint_of(meeting.visit.participants[RAO]);
    meeting.ruth_endpoint = fake_worker_pool_endpoint_of(meeting.visit.participants[RUTH]);
    char line[64];
    snprintf(line, sizeof(line), "bind e%d slot=0 source=e%d", meeting.rao_endpoint,
             meeting.ruth_endpoint);
    assert_true(fake_worker_pool_wait(line));
    snprintf(line, sizeof(line), "bind e%d slot=0 source=e%d", meeting.ruth_endpoint,
             meeting.rao_endpoint);
    assert_true(fake_worker_pool_wait(line));
    return meeting;
}

static void part(struct meeting *meeting)
{
    meeting->rao = visit_client_destroy(meeting->rao);
    meeting->ruth = visit_client_destroy(meeting->ruth);
}

static json_t *wait_valid(struct visit_client *client, const char *type)
{
    json_t *event = visit_client_wait(client, type);
    schema_checker_assert(schema, "event", event);
    return event;
}

static void expect(struct visit_client *client, const char *type, const char *name,
                   const char *value, const char *step)
{
    json_t *event = wait_valid(client, type);
    assert_string_equal(text_in(event, name), value);
    assert_string_equal(text_in(event, "step"), step);
    json_decref(event);
}

static json_t *view(int slot, bool video, int width, int height)
{
    return json_pack("{s:s, s:[{s:i, s:b, s:i, s:i}]}", "type", "slots", "slots", "slot", slot,
                     "video", video, "width", width, "height", height);
}

static json_t *figures(int concealed_ms)
{
    return json_pack("{s:s, s:i, s:s, s:s, s:[{s:i, s:i, s:i, s:i, s:i}]}", "type", "figures",
                     "interval_ms", 5000, "path", "turn_tls", "limited_by", "none", "slots", "slot",
                     0, "heard_ms", 5000, "concealed_ms", concealed_ms, "frames", 100, "buffer_ms",
                     80);
}

static json_t *repair(int slot, const char *media)
{
    return json_pack("{s:s, s:i, s:s}", "type", "repair", "slot", slot, "media", media);
}

/* The visit as the case page has it; owned by `ret_case`. */
static const json_t *read_visit(const struct meeting *meeting, json_t **ret_case)
{
    AUTO(browser) operator_browser = browser_create_operator(&rig);
    struct answer answer = {0};
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/cases/%s", meeting->visit.case_id);
    browser_ask(operator_browser, &(struct request){.path = path}, &answer);
    assert_int_equal(answer.status, 200);
    *ret_case = json_incref(answer.json);
    answer_clear(&answer);
    return json_array_get(json_object_get(*ret_case, "visits"), 0);
}

/* ---- pictures ---- */

static void sizes_and_priorities_reach_the_worker(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    char line[64];
    snprintf(line, sizeof(line), "priority e%d patient", meeting.ruth_endpoint);
    assert_true(fake_worker_pool_find(line) >= 0);
    snprintf(line, sizeof(line), "priority e%d ordinary", meeting.rao_endpoint);
    assert_true(fake_worker_pool_find(line) >= 0);

    fake_worker_pool_forget();
    ask_ok(meeting.rao, view(0, true, 640, 360));
    snprintf(line, sizeof(line), "view e%d slot=0 640x360", meeting.rao_endpoint);
    assert_true(fake_worker_pool_find(line) >= 0);
    fake_worker_pool_forget();
    ask_ok(meeting.rao, view(0, true, 640, 360)); /* nothing new */
    ask_ok(meeting.rao, view(0, false, 640, 360));
    snprintf(line, sizeof(line), "bind e%d slot=0 source=e%d video=0", meeting.rao_endpoint,
             meeting.ruth_endpoint);
    assert_int_equal(fake_worker_pool_find(line), 0);
    part(&meeting);
}

static void each_step_is_said_to_both(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    const char *ruth = meeting.visit.participants[RUTH];
    const char *rao = meeting.visit.participants[RAO];
    static const struct {
        enum picture_step step;
        const char *name;
    } steps[] = {{PICTURE_SMALL, "small"},
                 {PICTURE_STILL, "still"},
                 {PICTURE_SOUND_ONLY, "sound_only"},
                 {PICTURE_SOUND_LOST, "sound_lost"},
                 {PICTURE_HIDDEN, "full"},
                 {PICTURE_STILL, "still"},
                 {PICTURE_FULL, "full"}};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        /* What is said of somebody who is not in the slot is of the past. */
        fake_worker_pool_show_picture(meeting.ruth_endpoint, 1, meeting.rao_endpoint,
                                      PICTURE_SOUND_LOST);
        fake_worker_pool_show_picture(meeting.ruth_endpoint, 99, meeting.rao_endpoint,
                                      PICTURE_SOUND_LOST);
        fake_worker_pool_show_picture(meeting.ruth_endpoint, 0, meeting.rao_endpoint,
                                      steps[i].step);
        fake_worker_pool_show_picture(meeting.ruth_endpoint, 0, meeting.rao_endpoint,
                                      steps[i].step);
        expect(meeting.ruth, "picture", "participant", rao, steps[i].name);
        expect(meeting.rao, "seen", "by", ruth, steps[i].name);
    }
    assert_false(visit_client_has(meeting.ruth, "picture"));
    part(&meeting);
}

static void steps_are_said_again_after_a_resume(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    fake_worker_pool_show_picture(meeting.ruth_endpoint, 0, meeting.rao_endpoint, PICTURE_STILL);
    fake_worker_pool_show_picture(meeting.rao_endpoint, 0, meeting.ruth_endpoint, PICTURE_SMALL);
    expect(meeting.ruth, "seen", "by", meeting.visit.participants[RAO], "small");
    AUTO(visit_client) again = appointment_connect(&meeting.visit);
    json_decref(visit_client_request(again, json_pack("{s:s, s:s, s:s}", "type", "join", "token",
                                                      meeting.visit.tokens[RUTH], "resume",
                                                      meeting.session)));
    expect(again, "picture", "participant", meeting.visit.participants[RAO], "still");
    expect(again, "seen", "by", meeting.visit.participants[RAO], "small");
    part(&meeting);
}

/* Whoever stops their camera knows it, and so do the others: nobody is told of a bad link. */
static void a_camera_that_was_stopped_is_no_bad_link(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    const char *ruth = meeting.visit.participants[RUTH];
    ask_ok(meeting.ruth, json_pack("{s:s, s:b, s:b}", "type", "mute", "audio", 0, "video", 1));
    fake_worker_pool_show_picture(meeting.rao_endpoint, 0, meeting.ruth_endpoint, PICTURE_STILL);
    fake_worker_pool_show_picture(meeting.rao_endpoint, 0, meeting.ruth_endpoint,
                                  PICTURE_SOUND_ONLY);
    fake_worker_pool_show_picture(meeting.rao_endpoint, 0, meeting.ruth_endpoint,
                                  PICTURE_SOUND_LOST);
    json_t *first = visit_client_wait(meeting.rao, "picture");
    assert_string_equal(text_in(first, "participant"), ruth);
    assert_string_equal(text_in(first, "step"), "sound_lost");
    json_decref(first);
    fake_worker_pool_show_picture(meeting.rao_endpoint, 0, meeting.ruth_endpoint,
                                  PICTURE_SOUND_ONLY);
    expect(meeting.rao, "picture", "participant", ruth, "full");
    /* Started again, and nothing comes: that is said after all. */
    ask_ok(meeting.ruth, json_pack("{s:s, s:b, s:b}", "type", "mute", "audio", 0, "video", 0));
    expect(meeting.rao, "picture", "participant", ruth, "sound_only");
    part(&meeting);
}

static bool is_full(const json_t *event)
{
    return strcmp(text_in(event, "step"), "full") == 0;
}

static void who_goes_takes_their_steps_with_them(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    fake_worker_pool_show_picture(meeting.rao_endpoint, 0, meeting.ruth_endpoint, PICTURE_STILL);
    json_decref(visit_client_wait(meeting.rao, "picture"));
    ask_ok(meeting.ruth, json_pack("{s:s}", "type", "leave"));
    json_decref(visit_client_wait_for(meeting.rao, "picture", is_full));
    part(&meeting);
}

static void the_camera_learns_what_is_needed(void **state)
{
    (void)state;
    static const struct worker_layer_limit limits[] = {{60000, 8, 2}, {230000, 0, 1}, {0, 0, 1}};
    struct meeting meeting = meet("chromium_simulcast");
    fake_worker_pool_want_layers(meeting.ruth_endpoint, "1", 0x3, limits);
    json_t *camera = wait_valid(meeting.ruth, "camera");
    const json_t *layers = json_object_get(camera, "layers");
    static const struct {
        const char *rid;
        bool active;
    } expected[] = {{"q", true}, {"h", true}, {"f", false}};
    assert_int_equal(json_array_size(layers), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *layer = json_array_get(layers, i);
        assert_string_equal(text_in(layer, "rid"), expected[i].rid);
        assert_int_equal(json_is_true(json_object_get(layer, "active")), expected[i].active);
        assert_int_equal(json_integer_value(json_object_get(layer, "max_bitrate")),
                         limits[i].max_bps);
        assert_int_equal(json_integer_value(json_object_get(layer, "max_framerate")),
                         limits[i].max_fps);
        assert_int_equal(json_integer_value(json_object_get(layer, "scale")), limits[i].scale_down);
    }
    json_decref(camera);
    /* A camera without layers. */
    fake_worker_pool_want_layers(meeting.rao_endpoint, "1", 0x1, NULL);
    camera = wait_valid(meeting.rao, "camera");
    assert_int_equal(json_array_size(json_object_get(camera, "layers")), 1);
    assert_string_equal(text_in(json_array_get(json_object_get(camera, "layers"), 0), "rid"), "");
    json_decref(camera);
    part(&meeting);
}

/* ---- what is made small for them ---- */

static json_t *packed_offer(const char *sdp)
{
    return json_pack("{s:s, s:s, s:b}", "type", "offer", "sdp", sdp, "packed", true);
}

static void an_offer_may_be_packed_and_so_is_its_answer(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_simulcast");
    json_t *plain = offer_message("chromium_simulcast", 7);
    char *packed = packed_text_pack(text_in(plain, "sdp"));
    json_t *answer = visit_client_request(meeting.ruth, packed_offer(packed));
    schema_checker_assert(schema, "reply", answer);
    assert_true(json_is_true(json_object_get(answer, "packed")));
    char *sdp = NULL;
    size_t size;
    assert_int_equal(packed_text_unpack(text_in(answer, "sdp"), 61440, &sdp, &size), 0);
    assert_memory_equal(sdp, "v=0\r\n", 5);
    assert_true(strlen(text_in(answer, "sdp")) * 2 < size);
    json_decref(answer);
    g_free(sdp);
    g_free(packed);
    /* As text it is answered as text; what is not packed is no offer. */
    answer = visit_client_request(meeting.ruth, plain);
    assert_null(json_object_get(answer, "packed"));
    assert_memory_equal(text_in(answer, "sdp"), "v=0\r\n", 5);
    json_decref(answer);
    answer = visit_client_request(meeting.ruth, packed_offer("v=0"));
    assert_string_equal(text_in(answer, "code"), "bad_offer");
    json_decref(answer);
    part(&meeting);
}

static void assert_frames(json_t *microphone, int max_bitrate, int frame_ms)
{
    assert_int_equal(json_integer_value(json_object_get(microphone, "max_bitrate")), max_bitrate);
    assert_int_equal(json_integer_value(json_object_get(microphone, "frame_ms")), frame_ms);
    json_decref(microphone);
}

static void the_microphone_learns_how_thin_the_links_are(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_simulcast");
    fake_worker_pool_want_sound(meeting.ruth_endpoint, 20000, 40);
    assert_frames(wait_valid(meeting.ruth, "microphone"), 20000, 40);
    fake_worker_pool_want_sound(meeting.ruth_endpoint, 0, 20);
    assert_frames(wait_valid(meeting.ruth, "microphone"), 0, 20);
    assert_false(visit_client_has(meeting.rao, "microphone"));
    part(&meeting);
}

/* ---- silence, away, devices ---- */

static bool is_lost(const json_t *event)
{
    return strcmp(text_in(event, "level"), "lost") == 0;
}

static bool is_good(const json_t *event)
{
    return strcmp(text_in(event, "level"), "good") == 0;
}

static void silence_is_said_to_the_person_and_then_to_all(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    fake_worker_pool_fall_silent(meeting.ruth_endpoint, true);
    json_t *event = wait_valid(meeting.ruth, "silence");
    assert_true(json_is_true(json_object_get(event, "silent")));
    json_decref(event);
    event = visit_client_wait_for(meeting.rao, "quality", is_lost);
    schema_checker_assert(schema, "event", event);
    assert_string_equal(text_in(event, "participant"), meeting.visit.participants[RUTH]);
    assert_string_equal(text_in(event, "reason"), "silent");
    assert_int_equal(json_integer_value(json_object_get(event, "score")), 1);
    json_decref(event);
    /* Reports of what was before do not make it good again; packets do. */
    const struct worker_endpoint_report report = {
        .connected = true, .in_room = true, .audio_flowing = true};
    for (int i = 0; i < 3; i++) {
        fake_worker_pool_report(meeting.ruth_endpoint, &report);
    }
    fake_worker_pool_fall_silent(meeting.ruth_endpoint, false);
    event = wait_valid(meeting.ruth, "silence");
    assert_true(json_is_false(json_object_get(event, "silent")));
    json_decref(event);
    json_decref(visit_client_wait_for(meeting.rao, "quality", is_good));
    part(&meeting);
}

/* Another network before 3 s are over: nobody but the person hears of it. */
static void a_short_silence_is_no_news(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    fake_worker_pool_fall_silent(meeting.ruth_endpoint, true);
    json_decref(visit_client_wait(meeting.ruth, "silence"));
    fake_worker_pool_fall_silent(meeting.ruth_endpoint, false);
    json_decref(visit_client_wait(meeting.ruth, "silence"));
    assert_false(visit_client_has(meeting.rao, "quality"));
    part(&meeting);
}

static const char *find_participant;

static bool shows_away(const json_t *event)
{
    size_t index;
    json_t *person;
    json_array_foreach(json_object_get(event, "participants"), index, person)
    {
        if (strcmp(text_in(person, "id"), find_participant) == 0) {
            return strcmp(text_in(person, "state"), "away") == 0;
        }
    }
    return false;
}

static bool shows_here(const json_t *event)
{
    return !shows_away(event);
}

static void away_keeps_the_seat(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    find_participant = meeting.visit.participants[RUTH];
    fake_worker_pool_forget();
    ask_ok(meeting.ruth,
           json_pack("{s:s, s:b, s:s}", "type", "away", "away", true, "reason", "call"));
    json_t *roster = visit_client_wait_for(meeting.rao, "roster", shows_away);
    schema_checker_assert(schema, "event", roster);
    char *text = json_dumps(roster, JSON_COMPACT);
    assert_non_null(strstr(text, "\"away\":\"call\""));
    free(text);
    json_decref(roster);
    visit_client_forget(meeting.rao);
    ask_ok(meeting.ruth, json_pack("{s:s, s:b}", "type", "away", "away", false));
    json_decref(visit_client_wait_for(meeting.rao, "roster", shows_here));
    char *journal = fake_worker_pool_journal();
    assert_string_equal(journal, ""); /* media is as it was */
    free(journal);
    part(&meeting);
}

static void a_microphone_that_sends_nothing_is_asked_for(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    const struct worker_endpoint_report silent = {
        .connected = true, .in_room = true, .video_flowing = true};
    ask_ok(meeting.ruth,
           json_pack("{s:s, s:b, s:b}", "type", "mute", "audio", true, "video", false));
    for (int i = 0; i < 4; i++) {
        fake_worker_pool_report(meeting.ruth_endpoint, &silent);
    }
    ask_ok(meeting.ruth,
           json_pack("{s:s, s:b, s:b}", "type", "mute", "audio", false, "video", false));
    for (int i = 0; i < 3; i++) {
        fake_worker_pool_report(meeting.ruth_endpoint, &silent);
    }
    json_t *event = wait_valid(meeting.ruth, "repair");
    assert_string_equal(text_in(event, "media"), "sound");
    json_decref(event);
    assert_false(visit_client_has(meeting.ruth, "repair"));
    part(&meeting);
}

static void name_binding(char line[64], int receiver, int source, bool video)
{
    snprintf(line, 64, "bind e%d slot=0 source=e%d video=%d", receiver, source, video);
}

static void a_slot_is_set_up_anew_when_asked_for(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    char off[64];
    char on[64];
    fake_worker_pool_forget();
    ask_ok(meeting.rao, repair(0, "picture"));
    ask_ok(meeting.rao, repair(0, "picture")); /* at once again: no more than once in 10 s */
    ask_ok(meeting.rao, repair(1, "picture")); /* nobody is in it */
    ask_ok(meeting.ruth, repair(0, "sound"));
    name_binding(off, meeting.rao_endpoint, meeting.ruth_endpoint, false);
    name_binding(on, meeting.rao_endpoint, meeting.ruth_endpoint, true);
    assert_int_equal(fake_worker_pool_find(off), 0); /* the picture alone, the sound goes on */
    assert_int_equal(fake_worker_pool_find(on), 1);
    snprintf(off, sizeof(off), "bind e%d slot=0 source=e0", meeting.ruth_endpoint);
    name_binding(on, meeting.ruth_endpoint, meeting.rao_endpoint, true);
    assert_int_equal(fake_worker_pool_find(off), 2);
    assert_int_equal(fake_worker_pool_find(on), 3);
    json_t *reply = visit_client_request(meeting.rao, repair(9, "sound"));
    assert_true(is_error(reply, "not_found"));
    json_decref(reply);
    part(&meeting);
}

/* ---- words and the record ---- */

/* The object of `list` whose text `key` is `value`, or NULL. */
static const json_t *find_with(const json_t *list, const char *key, const char *value)
{
    size_t index;
    json_t *entry;
    json_array_foreach(list, index, entry)
    {
        if (strcmp(text_in(entry, key), value) == 0) {
            return entry;
        }
    }
    return NULL;
}

static void missed_words_are_said_to_who_spoke(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    const int64_t now_ms = clock_wall_ms();
    fake_worker_pool_miss_words(meeting.ruth_endpoint, meeting.rao_endpoint, now_ms - 7000, 6000,
                                6500);
    const struct worker_endpoint_report flows = {
        .connected = true, .in_room = true, .audio_flowing = true};
    fake_worker_pool_report(meeting.rao_endpoint, &flows);
    /* Nobody else's words, and not one's own. */
    fake_worker_pool_miss_words(meeting.ruth_endpoint, meeting.ruth_endpoint, now_ms - 7000, 6000,
                                6500);
    json_t *event = wait_valid(meeting.rao, "missed_words"); /* after 6 s without figures */
    assert_string_equal(text_in(event, "participant"), meeting.visit.participants[RUTH]);
    assert_int_equal(json_integer_value(json_object_get(event, "seconds")), 6);
    assert_int_equal(json_integer_value(json_object_get(event, "at")), now_ms - 7000);
    json_decref(event);
    assert_false(visit_client_has(meeting.ruth, "missed_words"));

    json_t *whole = NULL;
    const json_t *visit = read_visit(&meeting, &whole);
    const json_t *mark = find_with(json_object_get(visit, "timeline"), "kind", "missed_words");
    assert_non_null(mark);
    assert_int_equal(json_integer_value(json_object_get(mark, "seconds")), 6);
    assert_int_equal(json_integer_value(json_object_get(mark, "at")), now_ms - 7000);
    assert_string_not_equal(text_in(mark, "who"), text_in(mark, "of"));
    json_decref(whole);
    part(&meeting);
}

static void how_it_went_is_in_the_record(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    struct worker_endpoint_report report = {.connected = true,
                                            .in_room = true,
                                            .audio_flowing = true,
                                            .video_flowing = true,
                                            .rtt_us = 40000,
                                            .estimate_down_bps = 150000};
    fake_worker_pool_show_picture(meeting.ruth_endpoint, 0, meeting.rao_endpoint, PICTURE_STILL);
    json_decref(visit_client_wait(meeting.ruth, "picture"));
    ask_ok(meeting.ruth, figures(50));
    for (int i = 0; i < CONNECTION_SCORE_SECONDS; i++) {
        report.packets_received += 100;
        fake_worker_pool_report(meeting.ruth_endpoint, &report);
    }
    json_t *event = wait_valid(meeting.rao, "quality");
    assert_string_equal(text_in(event, "participant"), meeting.visit.participants[RUTH]);
    assert_string_equal(text_in(event, "level"), "good");
    assert_string_equal(text_in(event, "reason"), "rate");
    assert_int_equal(json_integer_value(json_object_get(event, "score")), 3);
    json_decref(event);
    ask_ok(meeting.ruth, json_pack("{s:s}", "type", "leave"));
    json_decref(visit_client_wait(meeting.ruth, "bye"));

    json_t *whole = NULL;
    const json_t *visit = read_visit(&meeting, &whole);
    const json_t *people = json_object_get(visit, "quality");
    assert_int_equal(json_array_size(people), 1);
    const json_t *ruth = json_array_get(people, 0);
    assert_string_equal(text_in(ruth, "participant"), meeting.visit.participants[RUTH]);
    const json_t *minute = json_array_get(json_object_get(ruth, "minutes"), 0);
    assert_true(json_number_value(json_object_get(minute, "score")) == 3.0);
    assert_string_equal(text_in(minute, "reason"), "rate");
    assert_string_equal(text_in(minute, "path"), "turn_tls");
    assert_int_equal(json_integer_value(json_object_get(minute, "estimate_bps")), 150000);
    assert_int_equal(json_integer_value(json_object_get(minute, "concealed_permille")), 10);
    json_decref(whole);
    part(&meeting);
}

/* ---- coming back ---- */

/* The tablet goes from Wi-Fi to the telephone network: another address, the old socket hangs, and
 * packets must come from elsewhere too. */
static void a_resume_survives_another_address(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    char line[32];
    fake_worker_pool_forget();
    const struct visit_client_address elsewhere = {
        .port = signaling_server_port(rig.server),
        .bind_address = "127.0.0.2",
        .origin = rig.origin,
        .path = "/visit",
        .protocol = "bedside.visit.v1",
    };
    AUTO(visit_client) again = visit_client_open(&elsewhere, NULL);
    assert_non_null(again);
    json_t *joined = visit_client_request(again, json_pack("{s:s, s:s, s:s}", "type", "join",
                                                           "token", meeting.visit.tokens[RUTH],
                                                           "resume", meeting.session));
    assert_true(json_is_true(json_object_get(joined, "resumed")));
    assert_string_equal(text_in(joined, "session"), meeting.session);
    json_decref(joined);
    offer(again, "chromium_ice_restart", RUTH);
    snprintf(line, sizeof(line), "restart e%d", meeting.ruth_endpoint);
    assert_true(fake_worker_pool_wait(line));
    assert_int_equal(fake_worker_pool_endpoint_of(meeting.visit.participants[RUTH]),
                     meeting.ruth_endpoint);
    snprintf(line, sizeof(line), "close e%d", meeting.ruth_endpoint);
    assert_int_equal(fake_worker_pool_find(line), -1);
    part(&meeting);
}

/* A reload is a new page that knows the seat token alone. */
static void a_reload_comes_back_into_the_same_seat(void **state)
{
    (void)state;
    struct meeting meeting = meet("chromium_admitted");
    AUTO(visit_client) feld = appointment_enter(&meeting.visit, FELD);
    fake_worker_pool_forget();
    visit_client_cut(meeting.ruth);
    json_t *joined = NULL;
    AUTO(visit_client) again = appointment_join(&meeting.visit, RUTH, &joined);
    assert_true(json_is_false(json_object_get(joined, "resumed")));
    assert_string_equal(text_in(json_object_get(joined, "you"), "id"),
                        meeting.visit.participants[RUTH]);
    assert_string_equal(text_in(json_object_get(joined, "you"), "state"), "in_visit");
    json_decref(joined);
    offer(again, "chromium_admitted", 7);
    const int endpoint = fake_worker_pool_endpoint_of(meeting.visit.participants[RUTH]);
    assert_int_not_equal(endpoint, meeting.ruth_endpoint);
    char line[64];
    snprintf(line, sizeof(line), "bind e%d slot=0 source=e%d", meeting.rao_endpoint, endpoint);
    assert_true(fake_worker_pool_wait(line)); /* in the slot where she was */
    json_t *slots = visit_client_wait(again, "slots");
    const json_t *list = json_object_get(slots, "slots");
    assert_non_null(find_with(list, "participant", meeting.visit.participants[RAO]));
    assert_non_null(find_with(list, "participant", meeting.visit.participants[FELD]));
    json_decref(slots);
    part(&meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_and_priorities_reach_the_worker),
        cmocka_unit_test(each_step_is_said_to_both),
        cmocka_unit_test(steps_are_said_again_after_a_resume),
        cmocka_unit_test(a_camera_that_was_stopped_is_no_bad_link),
        cmocka_unit_test(who_goes_takes_their_steps_with_them),
        cmocka_unit_test(the_camera_learns_what_is_needed),
        cmocka_unit_test(an_offer_may_be_packed_and_so_is_its_answer),
        cmocka_unit_test(the_microphone_learns_how_thin_the_links_are),
        cmocka_unit_test(silence_is_said_to_the_person_and_then_to_all),
        cmocka_unit_test(a_short_silence_is_no_news),
        cmocka_unit_test(away_keeps_the_seat),
        cmocka_unit_test(a_microphone_that_sends_nothing_is_asked_for),
        cmocka_unit_test(a_slot_is_set_up_anew_when_asked_for),
        cmocka_unit_test(missed_words_are_said_to_who_spoke),
        cmocka_unit_test(how_it_went_is_in_the_record),
        cmocka_unit_test(a_resume_survives_another_address),
        cmocka_unit_test(a_reload_comes_back_into_the_same_seat),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
