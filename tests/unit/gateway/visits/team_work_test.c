/* Teams, their experts' hours, and visits booked into free slots. */
#include "gateway/visits/team_work.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "gateway/visits/case_work.h"
#include "gateway/visits/visit_help.h"
#include "gateway/visits/visit_task.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS 3600000LL
#define DAY_MS (24 * HOUR_MS)
#define MINUTE_MS 60000LL
#define REVIEWING PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define COORDINATES PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)
/* CLINIC_START_MS is Monday, 2026-09-21, 14:13:20 UTC. The Tuesday after it: */
#define TUESDAY_MS 1790035200000LL

static void add_expert(struct team *team, const char *staff_key, const char *subspecialties,
                       const char *languages, const char *zone)
{
    struct expert expert = {.id = ""};
    snprintf(expert.staff_key, sizeof(expert.staff_key), "%s", staff_key);
    snprintf(expert.display_name, sizeof(expert.display_name), "Dr. %s", staff_key);
    snprintf(expert.subspecialties, sizeof(expert.subspecialties), "%s", subspecialties);
    snprintf(expert.languages, sizeof(expert.languages), "%s", languages);
    snprintf(expert.time_zone, sizeof(expert.time_zone), "%s", zone);
    assert_int_equal(team_add_expert(team, &expert), 0);
}

static struct team *make_team(const char *programme, const char *key, const char *subspecialty)
{
    struct team *team = team_create();
    snprintf(team->programme, sizeof(team->programme), "%s", programme);
    snprintf(team->key, sizeof(team->key), "%s", key);
    snprintf(team->name, sizeof(team->name), "Team %s", key);
    snprintf(team->subspecialty, sizeof(team->subspecialty), "%s", subspecialty);
    return team;
}

/* A clinic with a team of two: Rao, whom the case knows, and Lund, whom it does not. Both have
 * Tuesday 12:00 to 15:00 UTC. */
struct practice {
    struct clinic *clinic;
    struct team *team;
    const char *rao;
    const char *lund;
    char case_id[UUID_TEXT_SIZE]; /* without a visit */
};

static void give_hours(struct practice *practice, const char *expert_id)
{
    const struct expert_hours hours = {
        .time_zone = "UTC", .windows = {{2, 720, 900}}, .window_count = 1};
    assert_int_equal(team_work_write_hours(practice->clinic->service, &practice->clinic->bedsidectl,
                                           expert_id, &hours),
                     0);
}

static void practice_open(struct practice *practice)
{
    bool is_new = false;
    practice->clinic = clinic_create(":memory:");
    practice->team = make_team("second-opinion", "myeloma", "myeloma");
    add_expert(practice->team, CLINIC_REVIEWER_KEY, "myeloma", "en es", "UTC");
    add_expert(practice->team, "lund", "myeloma lymphoma", "en sv", "UTC");
    assert_int_equal(team_work_keep(practice->clinic->service, &practice->clinic->bedsidectl,
                                    practice->team, NULL, &is_new),
                     0);
    assert_true(is_new);
    practice->rao = practice->team->experts[0].id;
    practice->lund = practice->team->experts[1].id;
    give_hours(practice, practice->rao);
    give_hours(practice, practice->lund);
    AUTO(clinical_case) made = clinic_make_case("SO-2");
    assert_int_equal(
        visit_records_import_case(practice->clinic->service, &practice->clinic->bedsidectl, made),
        0);
    memcpy(practice->case_id, made->id, sizeof(practice->case_id));
}

static void practice_close(struct practice *practice)
{
    team_destroy(practice->team);
    clinic_destroy(practice->clinic);
}

static int book(struct practice *practice, const struct visit_actor *actor, const char *case_id,
                const char *expert_id, int64_t at_ms, uint32_t minutes)
{
    const struct booking_request request = {.expert_id = expert_id,
                                            .starts_at_ms = at_ms,
                                            .minutes = minutes,
                                            .shape = VISIT_EXPERT_LED};
    AUTO(visit_picture) picture = NULL;
    return team_work_book(practice->clinic->service, actor, case_id, &request, &picture);
}

static int list_slots(struct practice *practice, struct slot_request request,
                      struct slot_list **ret_list)
{
    request.team_id = practice->team->id;
    if (request.range.until_ms == 0) {
        request.range = (struct time_interval){TUESDAY_MS, TUESDAY_MS + DAY_MS};
    }
    request.minutes = request.minutes > 0 ? request.minutes : 60;
    return team_work_list_slots(practice->clinic->service, &practice->clinic->bedsidectl, &request,
                                ret_list);
}

static size_t count_slots(struct practice *practice, struct slot_request request)
{
    AUTO(slot_list) list = NULL;
    assert_int_equal(list_slots(practice, request, &list), 0);
    return list->count;
}

static void a_team_is_known_again_by_its_key(void **state)
{
    (void)state;
    struct practice practice;
    bool is_new = true;
    practice_open(&practice);
    AUTO(team) again = make_team("second-opinion", "myeloma", "myeloma");
    add_expert(again, "lund", "myeloma", "sv", "Europe/Stockholm");
    assert_int_equal(team_work_keep(practice.clinic->service, &practice.clinic->bedsidectl, again,
                                    NULL, &is_new),
                     0);
    assert_false(is_new);
    assert_string_equal(again->id, practice.team->id);
    assert_string_equal(again->experts[0].id, practice.lund);
    AUTO(team) read = NULL;
    assert_int_equal(
        team_work_read(practice.clinic->service, &practice.clinic->bedsidectl, again->id, &read),
        0);
    assert_int_equal(read->expert_count, 1);
    assert_int_equal(read->version, 2);
    assert_string_equal(read->experts[0].languages, "sv");
    /* Whose hours are meant by the new clock. */
    struct expert_hours hours;
    assert_int_equal(team_work_read_hours(practice.clinic->service, &practice.clinic->bedsidectl,
                                          practice.lund, &hours),
                     0);
    assert_string_equal(hours.time_zone, "Europe/Stockholm");
    assert_int_equal(hours.window_count, 1);
    practice_close(&practice);
}

static void a_team_is_changed_and_retired(void **state)
{
    (void)state;
    struct practice practice;
    bool is_new;
    practice_open(&practice);
    struct visit_service *service = practice.clinic->service;
    const struct visit_actor *operator_actor = &practice.clinic->bedsidectl;
    AUTO(team) other = make_team("second-opinion", "breast", "breast");
    assert_int_equal(team_work_keep(service, operator_actor, other, NULL, &is_new), 0);

    AUTO(team) changed = make_team("ignored", "plasma", "myeloma");
    add_expert(changed, "lund", "myeloma", "en", "UTC");
    assert_int_equal(team_work_change(service, operator_actor, practice.team->id, changed, NULL),
                     0);
    assert_string_equal(changed->programme, "second-opinion");
    strcpy(changed->key, "breast");
    assert_int_equal(team_work_change(service, operator_actor, practice.team->id, changed, NULL),
                     REFUSAL_CASE_EXISTS);
    strcpy(changed->key, "a b");
    assert_int_equal(team_work_change(service, operator_actor, practice.team->id, changed, NULL),
                     REFUSAL_INVALID);
    assert_int_equal(team_work_change(service, operator_actor, "unknown", changed, NULL),
                     REFUSAL_NOT_FOUND);
    strcpy(changed->key, "plasma");
    strcpy(changed->experts[0].time_zone, "Mars/Olympus");
    assert_int_equal(team_work_change(service, operator_actor, practice.team->id, changed, NULL),
                     REFUSAL_INVALID);

    assert_int_equal(team_work_retire(service, operator_actor, practice.team->id), 0);
    assert_int_equal(team_work_retire(service, operator_actor, practice.team->id),
                     REFUSAL_WRONG_STATE);
    assert_int_equal(count_slots(&practice, (struct slot_request){0}), 0);
    assert_int_equal(book(&practice, operator_actor, practice.case_id, practice.lund,
                          TUESDAY_MS + 12 * HOUR_MS, 30),
                     REFUSAL_NOT_FOUND);
    AUTO(team_list) list = NULL;
    const struct team_filter filter = {
        .programme = "", .after_programme = "", .after_key = "", .limit = 10};
    assert_int_equal(team_work_list(service, operator_actor, &filter, &list), 0);
    assert_int_equal(list->count, 1);
    assert_string_equal(list->teams[0].key, "breast");
    practice_close(&practice);
}

static void who_may_write_teams_and_hours(void **state)
{
    (void)state;
    struct practice practice;
    practice_open(&practice);
    const struct expert_hours hours = {.time_zone = "UTC"};
    const struct {
        const char *name;
        struct visit_actor actor;
        int team;
        int hours_of_rao;
        int hours_of_lund;
    } rows[] = {
        {"the operator", practice.clinic->bedsidectl, 0, 0, 0},
        {"its coordinator", clinic_sign_in(practice.clinic, "n1", COORDINATES, "second-opinion"), 0,
         0, 0},
        {"a coordinator of all", clinic_sign_in(practice.clinic, "n2", COORDINATES, ""), 0, 0, 0},
        {"of another programme", clinic_sign_in(practice.clinic, "n3", COORDINATES, "tumor-board"),
         REFUSAL_NOT_PERMITTED, REFUSAL_NOT_FOUND, REFUSAL_NOT_FOUND},
        {"an expert", clinic_sign_in(practice.clinic, CLINIC_REVIEWER_KEY, REVIEWING, ""),
         REFUSAL_NOT_PERMITTED, 0, REFUSAL_NOT_PERMITTED},
        {"a stranger", clinic_sign_in(practice.clinic, "stranger", REVIEWING, ""),
         REFUSAL_NOT_PERMITTED, REFUSAL_NOT_PERMITTED, REFUSAL_NOT_PERMITTED},
        {"a treating physician",
         clinic_sign_in(practice.clinic, "feld", PARTICIPANT_ROLE_BIT(ROLE_TREATING_PHYSICIAN), ""),
         REFUSAL_NOT_PERMITTED, REFUSAL_NOT_PERMITTED, REFUSAL_NOT_PERMITTED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct visit_service *service = practice.clinic->service;
        bool is_new;
        const int team = team_work_keep(service, &rows[i].actor, practice.team, NULL, &is_new);
        const int rao = team_work_write_hours(service, &rows[i].actor, practice.rao, &hours);
        const int lund = team_work_write_hours(service, &rows[i].actor, practice.lund, &hours);
        struct expert_hours seen;
        /* Whoever is of none of its programme's teams sees none of their time. */
        const int reading = team_work_read_hours(service, &rows[i].actor, practice.rao, &seen);
        assert_int_equal(reading, rao == REFUSAL_NOT_FOUND ? REFUSAL_NOT_FOUND : 0);
        if (team != rows[i].team || rao != rows[i].hours_of_rao || lund != rows[i].hours_of_lund) {
            fail_msg("%s: %d %d %d", rows[i].name, team, rao, lund);
        }
    }
    assert_int_equal(team_work_write_hours(practice.clinic->service, &practice.clinic->bedsidectl,
                                           "unknown", &hours),
                     REFUSAL_NOT_FOUND);
    assert_true(clinic_verify_audit(practice.clinic).intact);
    practice_close(&practice);
}

static void slots_are_asked_for(void **state)
{
    (void)state;
    struct practice practice;
    practice_open(&practice);
    static const struct {
        struct slot_request request;
        size_t count;
    } rows[] = {
        {{.minutes = 60}, 6}, /* three for each of two */
        {{.minutes = 45}, 8},
        {{.minutes = 181}, 0},
        {{.languages = "es-MX"}, 3},
        {{.languages = "de"}, 0},
        {{.subspecialty = "lymphoma"}, 3},
        {{.subspecialty = "breast"}, 0},
        {{.range = {TUESDAY_MS, TUESDAY_MS + 14 * HOUR_MS}}, 4},
        /* What is past is left out: it is Monday, 14:13. */
        {{.range = {TUESDAY_MS - 20 * DAY_MS, TUESDAY_MS}}, 0},
        {{.range = {TUESDAY_MS - 20 * DAY_MS, TUESDAY_MS + 8 * DAY_MS}}, 12},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const size_t count = count_slots(&practice, rows[i].request);
        if (count != rows[i].count) {
            fail_msg("row %zu: %zu", i, count);
        }
    }
    AUTO(slot_list) list = NULL;
    assert_int_equal(
        list_slots(&practice, (struct slot_request){.expert_id = practice.lund}, &list), 0);
    assert_int_equal(list->count, 3);
    assert_string_equal(list->slots[0].expert_id, practice.lund);
    assert_int_equal(list->slots[0].time.from_ms, TUESDAY_MS + 12 * HOUR_MS);
    AUTO(slot_list) none = NULL;
    assert_int_equal(list_slots(&practice, (struct slot_request){.expert_id = "x"}, &none),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(list_slots(&practice, (struct slot_request){.minutes = 481}, &none),
                     REFUSAL_INVALID);
    assert_int_equal(
        list_slots(&practice,
                   (struct slot_request){.range = {TUESDAY_MS, TUESDAY_MS + 100 * DAY_MS}}, &none),
        REFUSAL_INVALID);
    practice_close(&practice);
}

static void a_booking_takes_the_time(void **state)
{
    (void)state;
    struct practice practice;
    practice_open(&practice);
    struct clinic *clinic = practice.clinic;
    const int64_t noon_ms = TUESDAY_MS + 12 * HOUR_MS;
    const struct {
        const char *name;
        const char *case_id;
        const char *expert_id;
        int64_t at_ms;
        uint32_t minutes;
        int expected;
    } rows[] = {
        {"into a free slot", practice.case_id, practice.lund, noon_ms, 60, 0},
        {"the same again", practice.case_id, practice.lund, noon_ms, 60, REFUSAL_SLOT_TAKEN},
        {"the same, of another case", clinic->case_id, practice.lund, noon_ms, 60,
         REFUSAL_SLOT_TAKEN},
        {"over its end", clinic->case_id, practice.lund, noon_ms + 45 * MINUTE_MS, 30,
         REFUSAL_SLOT_TAKEN},
        {"within it", clinic->case_id, practice.lund, noon_ms + 15 * MINUTE_MS, 15,
         REFUSAL_SLOT_TAKEN},
        {"the patient is elsewhere then", practice.case_id, practice.rao, noon_ms + 30 * MINUTE_MS,
         60, REFUSAL_SLOT_TAKEN},
        {"right behind it", practice.case_id, practice.rao, noon_ms + 60 * MINUTE_MS, 60, 0},
        {"out of hours", clinic->case_id, practice.rao, noon_ms - MINUTE_MS, 30,
         REFUSAL_SLOT_TAKEN},
        {"over the end of hours", clinic->case_id, practice.rao, noon_ms + 150 * MINUTE_MS, 31,
         REFUSAL_SLOT_TAKEN},
        {"until the end of hours", clinic->case_id, practice.rao, noon_ms + 150 * MINUTE_MS, 30, 0},
        {"in the past", clinic->case_id, practice.rao, noon_ms - 7 * DAY_MS, 30, REFUSAL_INVALID},
        {"for no time", clinic->case_id, practice.rao, noon_ms, 0, REFUSAL_INVALID},
        {"for too long", clinic->case_id, practice.rao, noon_ms, 481, REFUSAL_INVALID},
        {"years ahead", clinic->case_id, practice.rao, noon_ms + 1000 * DAY_MS, 30,
         REFUSAL_INVALID},
        {"nobody", clinic->case_id, "unknown", noon_ms, 30, REFUSAL_NOT_FOUND},
        {"no case", "unknown", practice.rao, noon_ms, 30, REFUSAL_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const int result = book(&practice, &clinic->bedsidectl, rows[i].case_id, rows[i].expert_id,
                                rows[i].at_ms, rows[i].minutes);
        if (result != rows[i].expected) {
            fail_msg("%s: %d", rows[i].name, result);
        }
    }
    assert_int_equal(count_slots(&practice, (struct slot_request){.minutes = 30}), 7);
    assert_true(clinic_verify_audit(clinic).intact);
    practice_close(&practice);
}

static void the_expert_becomes_one_of_the_case(void **state)
{
    (void)state;
    struct practice practice;
    practice_open(&practice);
    struct clinic *clinic = practice.clinic;
    /* Refused: nobody was added. */
    assert_int_equal(
        book(&practice, &clinic->bedsidectl, practice.case_id, practice.lund, TUESDAY_MS, 30),
        REFUSAL_SLOT_TAKEN);
    AUTO(clinical_case) before = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &clinic->bedsidectl, practice.case_id, &before),
        0);
    assert_int_equal(before->person_count, CLINIC_PEOPLE);

    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "second-opinion");
    for (int i = 0; i < 2; i++) {
        const struct booking_request request = {.expert_id = practice.lund,
                                                .starts_at_ms =
                                                    TUESDAY_MS + 12 * HOUR_MS + i * HOUR_MS,
                                                .minutes = 30,
                                                .shape = VISIT_EXPERT_LED,
                                                .title = "Talking about your second opinion"};
        AUTO(visit_picture) picture = NULL;
        assert_int_equal(
            team_work_book(clinic->service, &nora, practice.case_id, &request, &picture), 0);
        assert_int_equal(picture->participant_count, CLINIC_PEOPLE); /* Lund, not Rao */
        assert_string_equal(picture->visit.title, "Talking about your second opinion");
        assert_string_equal(picture->visit.time_zone, "America/New_York"); /* the patient's */
    }
    AUTO(clinical_case) after = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &clinic->bedsidectl, practice.case_id, &after), 0);
    assert_int_equal(after->person_count, CLINIC_PEOPLE + 1); /* once */
    assert_string_equal(after->people[CLINIC_PEOPLE].staff_key, "lund");
    assert_int_equal(after->people[CLINIC_PEOPLE].role, ROLE_REVIEWING_PHYSICIAN);

    AUTO(case_progress) progress = NULL;
    assert_int_equal(case_work_read(clinic->service, &nora, practice.case_id, &progress), 0);
    assert_int_equal(progress->row.flow.step, CASE_VISIT_SCHEDULED);
    assert_int_equal(progress->row.visit_at_ms, TUESDAY_MS + 12 * HOUR_MS);
    const struct case_event *last = &progress->events->events[progress->events->count - 1];
    assert_int_equal(last->kind, CASE_EVENT_BOOKED);
    assert_string_equal(last->detail, practice.lund);
    practice_close(&practice);
}

static void who_helped_once_is_not_booked(void **state)
{
    (void)state;
    struct practice practice;
    practice_open(&practice);
    struct clinic *clinic = practice.clinic;
    clinic_join(clinic, PATIENT);
    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "second-opinion");
    struct visit_help_offered offered;
    AUTO(visit_picture) helped = NULL;
    assert_int_equal(visit_help_offer(clinic->service, &nora, clinic->visit_id,
                                      clinic->participants[PATIENT], &offered, &helped),
                     0);
    assert_int_equal(helped->participant_count, CLINIC_PEOPLE + 1);
    const struct booking_request request = {.expert_id = practice.lund,
                                            .starts_at_ms = TUESDAY_MS + 12 * HOUR_MS,
                                            .minutes = 30,
                                            .shape = VISIT_EXPERT_LED};
    AUTO(visit_picture) booked = NULL;
    assert_int_equal(team_work_book(clinic->service, &nora, clinic->case_id, &request, &booked), 0);
    assert_int_equal(booked->participant_count, CLINIC_PEOPLE); /* Lund, not Rao, nor Nora */
    practice_close(&practice);
}

static void who_may_book(void **state)
{
    (void)state;
    struct practice practice;
    practice_open(&practice);
    const int64_t noon_ms = TUESDAY_MS + 12 * HOUR_MS;
    const struct {
        struct visit_actor actor;
        int expected;
    } rows[] = {
        {clinic_sign_in(practice.clinic, "n3", COORDINATES, "tumor-board"), REFUSAL_NOT_FOUND},
        {clinic_sign_in(practice.clinic, CLINIC_REVIEWER_KEY, REVIEWING, ""),
         REFUSAL_NOT_PERMITTED},
        {clinic_sign_in(practice.clinic, "stranger", REVIEWING, ""), REFUSAL_NOT_FOUND},
        {visit_actor_gateway(), REFUSAL_NOT_PERMITTED},
        {clinic_sign_in(practice.clinic, "n1", COORDINATES, "second-opinion"), 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(
            book(&practice, &rows[i].actor, practice.case_id, practice.rao, noon_ms, 30),
            rows[i].expected);
    }
    practice_close(&practice);
}

static void an_ended_visit_gives_its_time_back(void **state)
{
    (void)state;
    struct practice practice;
    practice_open(&practice);
    struct clinic *clinic = practice.clinic;
    const struct booking_request request = {.expert_id = practice.rao,
                                            .starts_at_ms = TUESDAY_MS + 12 * HOUR_MS,
                                            .minutes = 180,
                                            .shape = VISIT_EXPERT_LED};
    const struct slot_request asked = {.expert_id = practice.rao};
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(count_slots(&practice, asked), 3);
    assert_int_equal(
        team_work_book(clinic->service, &clinic->bedsidectl, practice.case_id, &request, &picture),
        0);
    assert_int_equal(count_slots(&practice, asked), 0);
    AUTO(visit_picture) ended = NULL;
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->bedsidectl, picture->visit.id, &ended), 0);
    assert_int_equal(count_slots(&practice, asked), 3);
    /* A visit that was not booked but scheduled takes the time, too. */
    const struct visit_schedule_request schedule = {.case_id = clinic->case_id,
                                                    .shape = VISIT_EXPERT_LED,
                                                    .scheduled_at_ms =
                                                        TUESDAY_MS + 13 * HOUR_MS + 30 * MINUTE_MS,
                                                    .minutes = 20,
                                                    .time_zone = "UTC"};
    AUTO(visit_picture) scheduled = NULL;
    assert_int_equal(
        visit_records_schedule(clinic->service, &clinic->bedsidectl, &schedule, &scheduled), 0);
    assert_int_equal(count_slots(&practice, asked), 2);
    practice_close(&practice);
}

static void a_case_finds_its_team(void **state)
{
    (void)state;
    struct practice practice;
    bool is_new;
    practice_open(&practice);
    struct clinic *clinic = practice.clinic;
    AUTO(team) elsewhere = make_team("tumor-board", "myeloma", "myeloma");
    add_expert(elsewhere, "roth", "myeloma", "es", "UTC");
    assert_int_equal(team_work_keep(clinic->service, &clinic->bedsidectl, elsewhere, NULL, &is_new),
                     0);
    const struct {
        struct case_change change;
        int expected;
        const char *team_id;
    } rows[] = {
        {{.team_id = "auto"}, REFUSAL_NOT_FOUND, ""}, /* nothing is asked for */
        {{.subspecialty = "lymphoma", .team_id = "auto"}, 0, practice.team->id},
        {{.team_id = elsewhere->id}, REFUSAL_NOT_FOUND, practice.team->id},
        {{.subspecialty = "breast", .team_id = "auto"}, REFUSAL_NOT_FOUND, practice.team->id},
        {{.team_id = ""}, 0, ""},
        {{.team_id = practice.team->id}, 0, practice.team->id},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct case_row row;
        assert_int_equal(case_work_change(clinic->service, &clinic->bedsidectl, practice.case_id,
                                          &rows[i].change, &row),
                         rows[i].expected);
        AUTO(case_progress) progress = NULL;
        assert_int_equal(
            case_work_read(clinic->service, &clinic->bedsidectl, practice.case_id, &progress), 0);
        assert_string_equal(progress->row.flow.team_id, rows[i].team_id);
        assert_string_equal(progress->row.team_name, rows[i].team_id[0] ? "Team myeloma" : "");
    }
    AUTO(team) read = NULL;
    assert_int_equal(team_work_read(clinic->service, &clinic->bedsidectl, practice.team->id, &read),
                     0);
    assert_int_equal(read->open_cases, 1);
    practice_close(&practice);
}

/* ---- two at once ---- */

struct booking_task {
    struct visit_task task; /* first */
    const char *case_id;
    const struct booking_request *request;
    int *result;
};

static int run_booking(struct visit_task *visit_task, struct visit_service *service)
{
    struct booking_task *task = CONTAINER_OF(visit_task, struct booking_task, task);
    const struct visit_actor operator_actor = visit_actor_operator(1000);
    AUTO(visit_picture) picture = NULL;
    *task->result =
        team_work_book(service, &operator_actor, task->case_id, task->request, &picture);
    return *task->result;
}

/* Several coordinators press at the same moment: their tasks may fall into one commit. */
static void one_of_many_gets_the_slot(void **state)
{
    (void)state;
    struct practice practice;
    practice_open(&practice);
    /* The thread's time is the real one: a slot far enough ahead of it. */
    const struct expert_hours hours = {.time_zone = "UTC",
                                       .windows = {{1, 0, 1440},
                                                   {2, 0, 1440},
                                                   {3, 0, 1440},
                                                   {4, 0, 1440},
                                                   {5, 0, 1440},
                                                   {6, 0, 1440},
                                                   {7, 0, 1440}},
                                       .window_count = 7};
    assert_int_equal(team_work_write_hours(practice.clinic->service, &practice.clinic->bedsidectl,
                                           practice.rao, &hours),
                     0);
    char case_ids[6][UUID_TEXT_SIZE];
    for (size_t i = 0; i < ARRAY_LENGTH(case_ids); i++) {
        char reference[16];
        snprintf(reference, sizeof(reference), "RACE-%zu", i);
        AUTO(clinical_case) made = clinic_make_case(reference);
        assert_int_equal(
            visit_records_import_case(practice.clinic->service, &practice.clinic->bedsidectl, made),
            0);
        memcpy(case_ids[i], made->id, sizeof(case_ids[i]));
    }
    char expert_id[UUID_TEXT_SIZE];
    memcpy(expert_id, practice.rao, sizeof(expert_id));
    struct booking_request request = {.expert_id = expert_id,
                                      .minutes = 30,
                                      .shape = VISIT_EXPERT_LED,
                                      .starts_at_ms = (clock_wall_ms() / DAY_MS + 2) * DAY_MS};
    const struct visit_service_thread_config config = {
        .service = {.consent_words = &clinic_consent_words}};
    AUTO(visit_service_thread) thread = NULL;
    assert_int_equal(visit_service_thread_create(&config, TAKE(practice.clinic->store), &thread),
                     0);
    int results[ARRAY_LENGTH(case_ids)];
    for (size_t i = 0; i < ARRAY_LENGTH(case_ids); i++) {
        struct booking_task *task = allocate_zeroed(1, sizeof(*task));
        task->task.run = run_booking;
        task->case_id = case_ids[i];
        task->request = &request;
        task->result = &results[i];
        visit_service_post(thread, &task->task);
    }
    thread = visit_service_thread_destroy(thread); /* runs what was posted */
    size_t booked = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(case_ids); i++) {
        booked += results[i] == 0;
        assert_true(results[i] == 0 || results[i] == REFUSAL_SLOT_TAKEN);
    }
    assert_int_equal(booked, 1);
    practice_close(&practice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_team_is_known_again_by_its_key),
        cmocka_unit_test(a_team_is_changed_and_retired),
        cmocka_unit_test(who_may_write_teams_and_hours),
        cmocka_unit_test(slots_are_asked_for),
        cmocka_unit_test(a_booking_takes_the_time),
        cmocka_unit_test(the_expert_becomes_one_of_the_case),
        cmocka_unit_test(who_helped_once_is_not_booked),
        cmocka_unit_test(who_may_book),
        cmocka_unit_test(an_ended_visit_gives_its_time_back),
        cmocka_unit_test(a_case_finds_its_team),
        cmocka_unit_test(one_of_many_gets_the_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
