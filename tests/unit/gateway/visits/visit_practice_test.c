/* Staff practise: everything works as in a visit, and nothing of it stays anywhere. */
#include "gateway/visits/visit_practice.h"

#include "gateway/visits/case_work.h"
#include "gateway/visits/practice_scene.h"
#include "gateway/visits/visit_board.h"
#include "gateway/visits/visit_delay.h"
#include "gateway/visits/visit_doors.h"
#include "gateway/visits/visit_emergency.h"
#include "gateway/visits/visit_invite.h"
#include "gateway/visits/visit_licence.h"
#include "gateway/visits/visit_quality.h"
#include "gateway/visits/visit_screening.h"

#include "tests/unit/gateway/store/scratch_folder.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define TABLES_MAX 96
#define PHYSICIAN PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define COORDINATOR PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)

/* In this order: who practises, the patient, the family, the colleague. */
enum { OWN, RIVERS, FAMILY, COLLEAGUE, SEATS };

/* Wherever anybody is, no physician may see them. */
static const struct licence_rules no_licence_is_enough = {
    .rules = {{"*", LICENCE_ACTION_BLOCK, LICENCE_ACTION_BLOCK, false, 0}},
    .count = 1,
    .place_unknown = LICENCE_ACTION_BLOCK,
};
static const struct screening_rules everything_alerts = {
    .rules = {{"distress", 1, FOLLOW_CRISIS}},
    .count = 1,
    .crisis = {{"en", "Call or text at any hour.", "988"}},
    .crisis_count = 1,
};
static const struct notification_rules everybody_is_written_to = {
    .by_mail = true, .by_text = true, .reminder_minutes = {60}, .reminder_count = 1};
static const struct visit_service_config strict_site = {
    .licence_rules = &no_licence_is_enough,
    .screening_rules = &everything_alerts,
    .notification_rules = &everybody_is_written_to,
};

/* ---- what the database has ---- */

struct tables {
    char names[TABLES_MAX][64];
    long rows[TABLES_MAX];
    size_t count;
};

static long count_rows(sqlite3 *database, const char *table)
{
    char sql[128];
    sqlite3_stmt *statement = NULL;
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM \"%s\"", table);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const long rows = (long)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return rows;
}

static struct tables read_tables(const char *path)
{
    struct tables tables = {.count = 0};
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database,
                                        "SELECT name FROM sqlite_master WHERE type = 'table' AND "
                                        "name NOT LIKE 'sqlite_%' ORDER BY name",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        assert_true(tables.count < TABLES_MAX);
        snprintf(tables.names[tables.count++], 64, "%s", sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    for (size_t i = 0; i < tables.count; i++) {
        tables.rows[i] = count_rows(database, tables.names[i]);
    }
    sqlite3_close(database);
    assert_true(tables.count > 40);
    return tables;
}

static long rows_of(const struct tables *tables, const char *name)
{
    for (size_t i = 0; i < tables->count; i++) {
        if (strcmp(tables->names[i], name) == 0) {
            return tables->rows[i];
        }
    }
    fail_msg("there is no table %s", name);
    return 0;
}

/* ---- people ---- */

static struct practice *begin(struct clinic *clinic, const struct visit_actor *account)
{
    const struct practice_request request = {.language = "en", .time_zone = "America/Denver"};
    struct practice *practice = NULL;
    assert_int_equal(visit_practice_begin(clinic->service, account, &request, &practice), 0);
    assert_int_equal(practice->count, SEATS);
    assert_int_equal(practice->links->count, SEATS);
    return practice;
}

static int try_begin(struct clinic *clinic, const struct visit_actor *account)
{
    AUTO(practice) practice = NULL;
    const struct practice_request request = {.language = NULL};
    return visit_practice_begin(clinic->service, account, &request, &practice);
}

static int arrive(struct clinic *clinic, const char *secret, const char *birth_date,
                  struct visit_actor *ret_actor)
{
    struct join_result joined;
    const struct join_request request = {.link_secret = secret, .birth_date = birth_date};
    const int result = visit_arrival_join(clinic->service, &request, &joined);
    visit_picture_destroy(joined.picture);
    *ret_actor = joined.actor;
    return result;
}

static enum seat_state enter(struct clinic *clinic, const struct visit_actor *who)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_enter(clinic->service, who, &picture), 0);
    return visit_picture_find(picture, who->participant_id)->state;
}

static void admit(struct clinic *clinic, const struct visit_actor *keeper,
                  const struct visit_actor *whom)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_conduct_admit(clinic->service, keeper, whom->participant_id, false, &picture), 0);
}

/* Everybody comes in by their link, as into any visit. */
static void all_come_in(struct clinic *clinic, const struct practice *practice,
                        struct visit_actor seats[SEATS])
{
    const struct minted_link *links = practice->links->links;
    for (size_t i = 0; i < SEATS; i++) {
        const bool asked = i == RIVERS || i == FAMILY;
        assert_int_equal(arrive(clinic, links[i].secret, NULL, &seats[i]),
                         asked ? (int)REFUSAL_BIRTH_DATE_NEEDED : 0);
        if (asked) {
            assert_int_equal(arrive(clinic, links[i].secret, PRACTICE_BIRTH_DATE, &seats[i]), 0);
        }
    }
    assert_int_equal(enter(clinic, &seats[OWN]), SEAT_IN_VISIT);
    assert_int_equal(enter(clinic, &seats[COLLEAGUE]), SEAT_IN_VISIT);
    assert_int_equal(enter(clinic, &seats[RIVERS]), SEAT_WAITING);
    admit(clinic, &seats[OWN], &seats[RIVERS]); /* no licence is looked at */
    assert_int_equal(enter(clinic, &seats[FAMILY]), SEAT_WAITING);
    admit(clinic, &seats[RIVERS], &seats[FAMILY]);
}

static void answer_badly(struct clinic *clinic, const struct visit_actor *patient)
{
    AUTO(questionnaire) asked = questionnaire_create();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    AUTO(visit_picture) picture = NULL;
    struct screening_outcome outcome;
    struct questionnaire_item *item = questionnaire_add_item(asked);
    strcpy(asked->url, "urn:example:one");
    strcpy(asked->version, "1");
    strcpy(asked->languages[0], "en");
    asked->language_count = 1;
    asked->title.in[0] = questionnaire_keep(asked, "Title");
    asked->audience = PARTICIPANT_ROLE_BIT(ROLE_PATIENT);
    strcpy(item->link_id, "distress");
    strcpy(item->score, "distress");
    item->type = ITEM_SCALE;
    item->words.in[0] = questionnaire_keep(asked, "Words");
    item->maximum = 10;
    questionnaire_set_document(asked, "{}", 2);
    questionnaire_answers_set_number(answers, 0, 9);
    assert_int_equal(
        visit_screening_answer(clinic->service, patient, asked, answers, true, &outcome, &picture),
        0);
    assert_int_equal(outcome.follow, FOLLOW_CRISIS); /* the page says whom to call all the same */
}

static void step(struct clinic *clinic, const struct visit_actor *who, enum emergency_step step)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_emergency_step(clinic->service, who, step, &picture), 0);
}

static void huddle(struct clinic *clinic, const struct visit_actor *who, bool begins)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_doors_huddle(clinic->service, who, begins, &picture), 0);
}

/* What one does in a visit, from the first answer to running late. */
static void do_everything(struct clinic *clinic, const struct visit_actor seats[SEATS])
{
    const struct visit_actor *own = &seats[OWN];
    AUTO(visit_picture) sent_out = NULL;
    AUTO(visit_picture) invited_picture = NULL;
    AUTO(visit_picture) late = NULL;
    AUTO(visit_picture) seen = NULL;
    struct chat_message message = {0};
    struct visit_invited invited;
    const struct visit_invitation invitation = {.name = "Luz", .role = ROLE_INTERPRETER};
    const struct quality_minute minute = {.from_ms = 1, .until_ms = 2};
    const struct missed_words_mark mark = {.seconds = 4, .at_ms = CLINIC_START_MS};
    answer_badly(clinic, &seats[RIVERS]);
    assert_int_equal(visit_conduct_chat(clinic->service, own, "Can you hear me?", &message), 0);
    free(message.body);
    assert_int_equal(visit_doors_send_out(clinic->service, &seats[RIVERS],
                                          seats[FAMILY].participant_id, &sent_out),
                     0);
    huddle(clinic, own, true);
    huddle(clinic, own, false);
    step(clinic, own, EMERGENCY_BEGIN);
    step(clinic, own, EMERGENCY_TELL);
    assert_int_equal(visit_delay_say(clinic->service, own, 10, 0, &late), 0);
    assert_int_equal(visit_invite(clinic->service, own, &invitation, &invited, &invited_picture),
                     0);
    assert_int_equal(visit_quality_keep(clinic->service, own->visit_id, &minute, 1), 0);
    assert_int_equal(visit_quality_mark_missed_words(clinic->service, own->visit_id, &mark), 0);
    assert_int_equal(visit_conduct_presence(clinic->service, &seats[FAMILY], false, &seen), 0);
    assert_int_equal(late->licences[OWN].outcome, LICENCE_NOT_CHECKED);
    assert_true(late->has_opinion);
}

static void nothing_is_recorded(struct clinic *clinic, const struct visit_actor seats[SEATS])
{
    AUTO(visit_picture) picture = NULL;
    const struct consent_request request = {.purpose = CONSENT_RECORDING,
                                            .answer = CONSENT_GIVEN,
                                            .method = CONSENT_BY_BUTTON,
                                            .text_version = CLINIC_CONSENT_VERSION};
    assert_int_equal(
        visit_recording_command(clinic->service, &seats[OWN], RECORDING_COMMAND_START, &picture),
        REFUSAL_NOT_IN_PRACTICE);
    assert_int_equal(
        visit_recording_answer_consent(clinic->service, &seats[RIVERS], &request, &picture),
        REFUSAL_NOT_IN_PRACTICE);
}

static int tidy(struct clinic *clinic, size_t *ret_ended)
{
    struct practice_round round;
    const int result = visit_practice_tidy(clinic->service, &round);
    *ret_ended = round.count;
    practice_round_clear(&round);
    return result;
}

static void assert_tidy_ends(struct clinic *clinic, size_t expected)
{
    size_t ended = 0;
    assert_int_equal(tidy(clinic, &ended), 0);
    assert_int_equal(ended, expected);
}

/* ---- the tests ---- */

static void everything_works_and_nothing_stays(void **state)
{
    (void)state;
    /* Rows that nobody ever deletes, and what others would be told by. */
    static const char *const without_a_row[] = {
        "alert",        "case_event", "case_flow", "consent",        "consent_text", "licence",
        "notification", "outbox",     "recording", "quality_minute", "staff_link",   "visit_event"};
    SCRATCH_FOLDER folder = scratch_folder_open();
    char path[512];
    snprintf(path, sizeof(path), "%s", scratch_folder_file(&folder, "practice.sqlite"));
    AUTO(clinic) clinic = clinic_create_of_site(path, &strict_site);
    const struct visit_actor rao = clinic_sign_in(clinic, "rao", PHYSICIAN, "");
    const struct tables before = read_tables(path);
    struct visit_actor seats[SEATS];
    AUTO(practice) practice = begin(clinic, &rao);
    all_come_in(clinic, practice, seats);
    do_everything(clinic, seats);
    nothing_is_recorded(clinic, seats);
    const struct tables during = read_tables(path);
    for (size_t i = 0; i < ARRAY_LENGTH(without_a_row); i++) {
        if (rows_of(&during, without_a_row[i]) != rows_of(&before, without_a_row[i])) {
            fail_msg("practice wrote into %s", without_a_row[i]);
        }
    }
    assert_int_equal(rows_of(&during, "audit_entry"), rows_of(&before, "audit_entry") + 1);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_practice_end(clinic->service, &rao, &picture), 0);
    assert_int_equal(picture->visit.state, VISIT_ENDED);
    struct join_link_look look;
    assert_int_equal(
        visit_arrival_look(clinic->service, practice->links->links[RIVERS].secret, &look),
        REFUSAL_VISIT_ENDED);
    assert_tidy_ends(clinic, 0);
    assert_int_equal(rows_of(&during, "visit"), rows_of(&before, "visit") + 1);
    clinic_pass_ms(clinic, PRACTICE_KEPT_MS);
    assert_tidy_ends(clinic, 0);
    assert_int_equal(
        visit_arrival_look(clinic->service, practice->links->links[RIVERS].secret, &look),
        REFUSAL_LINK_UNKNOWN);
    const struct tables after = read_tables(path);
    for (size_t i = 0; i < after.count; i++) {
        /* A site's own document is kept once whoever answers it; one entry says who practised. */
        const bool is_questionnaire = strcmp(after.names[i], "questionnaire") == 0;
        const bool is_trail = strcmp(after.names[i], "audit_entry") == 0;
        if (!is_questionnaire && after.rows[i] != before.rows[i] + is_trail) {
            fail_msg("%ld rows stay in %s", after.rows[i] - before.rows[i], after.names[i]);
        }
    }
    assert_true(clinic_verify_audit(clinic).intact);
}

static void count_visit(void *context, const struct board_visit *visit)
{
    (void)visit;
    (*(size_t *)context)++;
}

static void nobody_else_finds_it(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_of_site(":memory:", &strict_site);
    const struct visit_actor rao = clinic_sign_in(clinic, "rao", PHYSICIAN, "");
    const struct visit_actor quill = clinic_sign_in(clinic, "quill", COORDINATOR, "");
    char changed[CHANGED_VISITS_MAX][UUID_TEXT_SIZE];
    bool all = false;
    visit_board_take_changed(clinic->service, changed, &all);
    AUTO(practice) practice = begin(clinic, &rao);
    struct visit_actor seats[SEATS];
    all_come_in(clinic, practice, seats);
    const struct visit_actor *const others[] = {&rao, &quill, &clinic->bedsidectl};
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        AUTO(clinical_case) read = NULL;
        AUTO(visit_snapshot) snapshot = NULL;
        AUTO(visit_event_list) events = NULL;
        AUTO(visit_picture) picture = NULL;
        AUTO(minted_links) links = NULL;
        struct visit_service *service = clinic->service;
        const struct visit *visit = &practice->visit;
        assert_int_equal(visit_records_read_case(service, others[i], visit->case_id, &read),
                         REFUSAL_NOT_FOUND);
        assert_int_equal(visit_records_timeline(service, others[i], visit->id, &events),
                         REFUSAL_NOT_FOUND);
        assert_int_equal(visit_conduct_end(service, others[i], visit->id, &picture),
                         REFUSAL_NOT_FOUND);
        assert_int_not_equal(visit_records_mint_links(service, others[i], visit->id, &links), 0);
        assert_int_not_equal(visit_conduct_snapshot(service, others[i], visit->id, &snapshot), 0);
    }
    const struct board_request today = {.from_ms = CLINIC_START_MS - 3600000,
                                        .until_ms = CLINIC_START_MS + 3600000,
                                        .after_id = "",
                                        .limit = 50};
    struct board_reach reach;
    AUTO_FREE struct board_visit *board = malloc(sizeof(*board));
    AUTO(case_row_list) cases = NULL;
    const struct case_filter any = {.steps = (1u << CASE_STEP_COUNT) - 1, .limit = 50};
    size_t visits = 0;
    assert_int_equal(
        visit_board_list(clinic->service, &quill, &today, count_visit, &visits, &reach), 0);
    assert_int_equal(visits, 1); /* the clinic's own */
    assert_int_equal(visit_board_look(clinic->service, practice->visit.id, board),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(visit_board_take_changed(clinic->service, changed, &all), 0);
    assert_int_equal(case_work_list(clinic->service, &quill, &any, &cases), 0);
    assert_int_equal(cases->count, 1);
}

static void an_account_has_one_and_begins_anew_when_it_is_over(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_of_site(":memory:", &strict_site);
    const struct visit_actor rao = clinic_sign_in(clinic, "rao", PHYSICIAN, "");
    const struct visit_actor quill = clinic_sign_in(clinic, "quill", COORDINATOR, "north");
    AUTO(practice) first = begin(clinic, &rao);
    AUTO(practice) of_quill = begin(clinic, &quill);
    AUTO(practice) seen = NULL;
    AUTO(practice) renewed = NULL;
    AUTO(visit_picture) picture = NULL;
    struct visit_actor patient;
    assert_int_equal(of_quill->people[OWN].person.role, ROLE_COORDINATOR);
    assert_int_equal(try_begin(clinic, &rao), REFUSAL_WRONG_STATE);
    assert_int_equal(visit_practice_look(clinic->service, &rao, &seen), 0);
    assert_string_equal(seen->visit.id, first->visit.id);
    assert_null(seen->links);
    assert_int_equal(visit_practice_renew(clinic->service, &rao, &renewed), 0);
    assert_int_not_equal(
        arrive(clinic, first->links->links[RIVERS].secret, PRACTICE_BIRTH_DATE, &patient), 0);
    assert_int_equal(
        arrive(clinic, renewed->links->links[RIVERS].secret, PRACTICE_BIRTH_DATE, &patient), 0);
    assert_int_equal(visit_practice_end(clinic->service, &rao, &picture), 0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_practice_end(clinic->service, &rao, &picture), REFUSAL_NOT_FOUND);
    seen = practice_destroy(seen);
    assert_int_equal(visit_practice_look(clinic->service, &rao, &seen), 0);
    assert_null(seen);
    assert_int_equal(try_begin(clinic, &rao), REFUSAL_TOO_SOON);
    clinic_pass_ms(clinic, PRACTICE_GAP_MS);
    AUTO(practice) second = begin(clinic, &rao);
    struct visit gone;
    assert_int_equal(clinic->store->ops->read_visit(clinic->store, first->visit.id, &gone),
                     -ENOENT); /* what was before does not wait for the clock */
    assert_int_equal(visit_practice_look(clinic->service, &quill, &seen), 0);
    assert_string_equal(seen->visit.id, of_quill->visit.id);
}

static void who_came_by_a_link_does_not_practise(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_of_site(":memory:", &strict_site);
    struct staff_session session;
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_staff_secret(clinic, REVIEWER), &session),
                     0);
    AUTO(practice) practice = NULL;
    assert_int_equal(try_begin(clinic, &session.actor), REFUSAL_NOT_PERMITTED);
    assert_int_equal(visit_practice_look(clinic->service, &session.actor, &practice),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(try_begin(clinic, &clinic->bedsidectl), REFUSAL_NOT_PERMITTED);
}

static void it_ends_when_everybody_has_gone_and_after_two_hours(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_of_site(":memory:", &strict_site);
    const struct visit_actor rao = clinic_sign_in(clinic, "rao", PHYSICIAN, "");
    const struct visit_actor beck = clinic_sign_in(clinic, "beck", PHYSICIAN, "");
    AUTO(practice) practice = begin(clinic, &rao);
    AUTO(practice) nobody_comes = begin(clinic, &beck);
    AUTO(visit_picture) left = NULL;
    struct visit_actor seats[SEATS];
    all_come_in(clinic, practice, seats);
    clinic_pass_ms(clinic, PRACTICE_ALONE_MS - 1);
    assert_tidy_ends(clinic, 0);
    clinic_pass_ms(clinic, 1);
    assert_tidy_ends(clinic, 1); /* that to which nobody came */
    clinic_pass_ms(clinic, PRACTICE_KEPT_MS);
    assert_tidy_ends(clinic, 0);
    struct visit visit;
    assert_int_equal(clinic->store->ops->read_visit(clinic->store, nobody_comes->visit.id, &visit),
                     -ENOENT);
    clinic_pass_ms(clinic, PRACTICE_LONGEST_MS - PRACTICE_ALONE_MS - PRACTICE_KEPT_MS - 1);
    assert_tidy_ends(clinic, 0);
    clinic_pass_ms(clinic, 1);
    assert_tidy_ends(clinic, 1);
    assert_int_equal(clinic->store->ops->read_visit(clinic->store, practice->visit.id, &visit), 0);
    assert_int_equal(visit.state, VISIT_ENDED);
    clinic_pass_ms(clinic, PRACTICE_KEPT_MS);
    assert_tidy_ends(clinic, 0);
    const struct visit_actor later = clinic_sign_in(clinic, "rao", PHYSICIAN, "");
    AUTO(practice) again = begin(clinic, &later);
    all_come_in(clinic, again, seats);
    clinic_pass_ms(clinic, 1000);
    for (size_t i = 0; i < SEATS; i++) {
        left = visit_picture_destroy(left);
        assert_int_equal(visit_conduct_leave(clinic->service, &seats[i], &left), 0);
    }
    clinic_pass_ms(clinic, PRACTICE_ALONE_MS - 1);
    assert_tidy_ends(clinic, 0);
    clinic_pass_ms(clinic, 1);
    assert_tidy_ends(clinic, 1);
}

/* Of the account: as in a visit, nobody is signed out meanwhile. */
static void who_practises_stays_signed_in(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_of_site(":memory:", &strict_site);
    const struct visit_actor rao = clinic_sign_in(clinic, "rao", PHYSICIAN, "");
    AUTO(practice) practice = begin(clinic, &rao);
    AUTO(practice) seen = NULL;
    AUTO(visit_picture) left = NULL;
    struct visit_actor own;
    assert_int_equal(arrive(clinic, practice->links->links[OWN].secret, NULL, &own), 0);
    assert_int_equal(enter(clinic, &own), SEAT_IN_VISIT);
    clinic_pass_ms(clinic, 3600000);
    assert_int_equal(visit_practice_look(clinic->service, &rao, &seen), 0);
    assert_non_null(seen);
    assert_int_equal(visit_conduct_leave(clinic->service, &own, &left), 0);
    seen = practice_destroy(seen);
    assert_int_equal(visit_practice_look(clinic->service, &rao, &seen), REFUSAL_SESSION_EXPIRED);
}

static void there_is_an_end_to_the_room_for_them(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_of_site(":memory:", &strict_site);
    for (int i = 0; i < PRACTICE_VISITS_MAX; i++) {
        char key[16];
        snprintf(key, sizeof(key), "key-%d", i);
        const struct visit_actor one = clinic_sign_in(clinic, key, PHYSICIAN, "");
        assert_int_equal(try_begin(clinic, &one), 0);
    }
    const struct visit_actor late = clinic_sign_in(clinic, "late", PHYSICIAN, "");
    assert_int_equal(try_begin(clinic, &late), REFUSAL_TOO_MANY);
    clinic_pass_ms(clinic, PRACTICE_ALONE_MS);
    assert_tidy_ends(clinic, PRACTICE_VISITS_MAX);
    clinic_pass_ms(clinic, PRACTICE_KEPT_MS);
    assert_tidy_ends(clinic, 0);
    const struct visit_actor at_last = clinic_sign_in(clinic, "late", PHYSICIAN, "");
    assert_int_equal(try_begin(clinic, &at_last), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_works_and_nothing_stays),
        cmocka_unit_test(nobody_else_finds_it),
        cmocka_unit_test(an_account_has_one_and_begins_anew_when_it_is_over),
        cmocka_unit_test(who_came_by_a_link_does_not_practise),
        cmocka_unit_test(it_ends_when_everybody_has_gone_and_after_two_hours),
        cmocka_unit_test(who_practises_stays_signed_in),
        cmocka_unit_test(there_is_an_end_to_the_room_for_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
