/* Where an invitee is on the way in: what follows from link, seat and what was told. */
#include "gateway/visits/seat_step.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LINK 1000 /* when it was made */

struct row {
    const char *what;
    enum seat_state state;
    bool connected;
    int tries; /* wrong dates; -1: no link was made */
    struct {
        enum seat_step step;
        int64_t at_ms;
        unsigned problems;
    } reached[4];
    struct seat_stand expected;
};

static const struct row rows[] = {
    {"nobody made a link", SEAT_INVITED, false, -1, {{0}}, {SEAT_STEP_LINK_NOT_OPENED, 0, 0}},
    {"it was sent", SEAT_INVITED, false, 0, {{0}}, {SEAT_STEP_LINK_NOT_OPENED, LINK, 0}},
    {"opened",
     SEAT_INVITED,
     false,
     0,
     {{SEAT_STEP_LINK_OPENED, 2000, 0}},
     {SEAT_STEP_LINK_OPENED, 2000, 0}},
    {"a new link begins anew",
     SEAT_INVITED,
     false,
     0,
     {{SEAT_STEP_LINK_OPENED, 900, 0}, {SEAT_STEP_BIRTH_DATE_ASKED, 950, 0}},
     {SEAT_STEP_LINK_NOT_OPENED, LINK, 0}},
    {"at the date of birth",
     SEAT_INVITED,
     false,
     0,
     {{SEAT_STEP_LINK_OPENED, 2000, 0}, {SEAT_STEP_BIRTH_DATE_ASKED, 2100, 0}},
     {SEAT_STEP_BIRTH_DATE_ASKED, 2100, 0}},
    {"opened again after it was asked",
     SEAT_INVITED,
     false,
     0,
     {{SEAT_STEP_LINK_OPENED, 2200, 0}, {SEAT_STEP_BIRTH_DATE_ASKED, 2100, 0}},
     {SEAT_STEP_LINK_OPENED, 2200, 0}},
    {"a wrong one",
     SEAT_INVITED,
     false,
     2,
     {{SEAT_STEP_BIRTH_DATE_ASKED, 2100, 0}, {SEAT_STEP_BIRTH_DATE_WRONG, 2200, 0}},
     {SEAT_STEP_BIRTH_DATE_WRONG, 2200, 0}},
    {"too many",
     SEAT_INVITED,
     false,
     5,
     {{SEAT_STEP_BIRTH_DATE_WRONG, 2200, 0}, {SEAT_STEP_LOCKED, 2300, 0}},
     {SEAT_STEP_LOCKED, 2300, 0}},
    {"unlocked again",
     SEAT_INVITED,
     false,
     0,
     {{SEAT_STEP_BIRTH_DATE_ASKED, 2100, 0}, {SEAT_STEP_LOCKED, 2300, 0}},
     {SEAT_STEP_BIRTH_DATE_ASKED, 2100, 0}},
    {"arrived",
     SEAT_ARRIVED,
     false,
     0,
     {{SEAT_STEP_ARRIVED, 3000, 0}},
     {SEAT_STEP_ARRIVED, 3000, 0}},
    {"two at once: the one farther on",
     SEAT_ARRIVED,
     false,
     0,
     {{SEAT_STEP_ARRIVED, 3000, 0}, {SEAT_STEP_PERMISSION_ASKED, 3000, 0}},
     {SEAT_STEP_PERMISSION_ASKED, 3000, 0}},
    {"denied the camera",
     SEAT_ARRIVED,
     false,
     0,
     {{SEAT_STEP_ARRIVED, 3000, 0},
      {SEAT_STEP_PERMISSION_ASKED, 3100, 0},
      {SEAT_STEP_PERMISSION_DENIED, 3200, SEAT_PROBLEM_CAMERA}},
     {SEAT_STEP_PERMISSION_DENIED, 3200, SEAT_PROBLEM_CAMERA}},
    {"tries again",
     SEAT_ARRIVED,
     false,
     0,
     {{SEAT_STEP_PERMISSION_ASKED, 3300, 0},
      {SEAT_STEP_PERMISSION_DENIED, 3200, SEAT_PROBLEM_CAMERA}},
     {SEAT_STEP_PERMISSION_ASKED, 3300, 0}},
    {"checked yesterday, a new link today",
     SEAT_ARRIVED,
     false,
     0,
     {{SEAT_STEP_CHECKED, 500, 0}},
     {SEAT_STEP_CHECKED, 500, 0}},
    {"waits", SEAT_WAITING, true, 0, {{SEAT_STEP_CHECKED, 3300, 0}}, {SEAT_STEP_WAITING, 4000, 0}},
    {"was lost while waiting", SEAT_WAITING, false, 0, {{0}}, {SEAT_STEP_LOST, 6000, 0}},
    {"inside",
     SEAT_IN_VISIT,
     true,
     0,
     {{SEAT_STEP_IN_VISIT, 5500, 0}},
     {SEAT_STEP_IN_VISIT, 5500, 0}},
    {"a device broke inside",
     SEAT_IN_VISIT,
     true,
     0,
     {{SEAT_STEP_PERMISSION_DENIED, 5900, SEAT_PROBLEM_MICROPHONE}},
     {SEAT_STEP_IN_VISIT, 5000, 0}},
    {"was lost inside", SEAT_IN_VISIT, false, 0, {{0}}, {SEAT_STEP_LOST, 6000, 0}},
    {"left", SEAT_LEFT, false, 0, {{0}}, {SEAT_STEP_LEFT, 6000, 0}},
    {"not now", SEAT_DENIED, true, 0, {{SEAT_STEP_DENIED, 4500, 0}}, {SEAT_STEP_DENIED, 4500, 0}},
};

static void where_people_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct row *row = &rows[i];
        const struct participant seat = {.state = row->state,
                                         .connected = row->connected,
                                         .waiting_since_ms = 4000,
                                         .admitted_at_ms = 5000,
                                         .last_seen_ms = 6000};
        const struct join_link link = {.created_at_ms = LINK,
                                       .failed_tries = (uint32_t)(row->tries < 0 ? 0 : row->tries)};
        struct seat_progress progress = {0};
        for (size_t k = 0; k < ARRAY_LENGTH(row->reached); k++) {
            progress.at_ms[row->reached[k].step] = row->reached[k].at_ms;
            progress.problems[row->reached[k].step] = row->reached[k].problems;
        }
        progress.at_ms[0] = 0;
        const struct seat_stand stand =
            seat_step_now(&seat, row->tries < 0 ? NULL : &link, &progress);
        if (stand.step != row->expected.step || stand.since_ms != row->expected.since_ms ||
            stand.problems != row->expected.problems) {
            fail_msg("%s: %s since %lld", row->what, seat_step_name(stand.step),
                     (long long)stand.since_ms);
        }
    }
}

/* Out of the visit for a while, as long as the connection holds. */
static void who_was_sent_away(void **state)
{
    (void)state;
    static const struct {
        enum seat_hold hold;
        bool connected;
        enum seat_step step;
        int64_t since_ms;
    } cases[] = {
        {SEAT_HOLD_PATIENT, true, SEAT_STEP_SENT_OUT, 4000},
        {SEAT_HOLD_TEAM, true, SEAT_STEP_SENT_BACK, 4000},
        {SEAT_HOLD_NONE, true, SEAT_STEP_WAITING, 4000},
        {SEAT_HOLD_TEAM, false, SEAT_STEP_LOST, 6000},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct participant seat = {.state = SEAT_WAITING,
                                         .connected = cases[i].connected,
                                         .hold = cases[i].hold,
                                         .waiting_since_ms = 4000,
                                         .last_seen_ms = 6000};
        const struct seat_progress progress = {.at_ms = {[SEAT_STEP_IN_VISIT] = 3500}};
        const struct seat_stand stand = seat_step_now(&seat, NULL, &progress);
        assert_int_equal(stand.step, cases[i].step);
        assert_int_equal(stand.since_ms, cases[i].since_ms);
    }
}

static void what_a_page_may_tell(void **state)
{
    (void)state;
    static const char *const by_link[] = {"link_opened", "birth_date_asked"};
    static const char *const by_seat[] = {"permission_asked", "permission_denied", "checked",
                                          "checked_with_problems"};
    unsigned told = 0;
    for (int step = 0; step < SEAT_STEP_COUNT; step++) {
        enum seat_step again;
        assert_int_equal(seat_step_from_name(seat_step_name((enum seat_step)step), &again), 0);
        assert_int_equal(again, step);
        told += seat_step_is_told_by_link((enum seat_step)step);
        told += seat_step_is_told_by_seat((enum seat_step)step);
    }
    assert_int_equal(told, ARRAY_LENGTH(by_link) + ARRAY_LENGTH(by_seat));
    for (size_t i = 0; i < ARRAY_LENGTH(by_link); i++) {
        enum seat_step step;
        assert_int_equal(seat_step_from_name(by_link[i], &step), 0);
        assert_true(seat_step_is_told_by_link(step));
        assert_true(seat_step_fits_problems(step, 0));
        assert_false(seat_step_fits_problems(step, SEAT_PROBLEM_CAMERA));
    }
    for (size_t i = 0; i < ARRAY_LENGTH(by_seat); i++) {
        enum seat_step step;
        assert_int_equal(seat_step_from_name(by_seat[i], &step), 0);
        assert_true(seat_step_is_told_by_seat(step));
        const bool has_problems = strchr(by_seat[i], '_') && step != SEAT_STEP_PERMISSION_ASKED;
        assert_int_equal(seat_step_fits_problems(step, SEAT_PROBLEM_NETWORK), has_problems);
        assert_int_equal(seat_step_fits_problems(step, 0), !has_problems);
    }
}

static void problems_have_names(void **state)
{
    (void)state;
    unsigned problems = 0;
    for (size_t i = 0; seat_problem_name(i); i++) {
        assert_int_equal(seat_problem_add(seat_problem_name(i), &problems), 0);
    }
    assert_int_equal(problems, SEAT_PROBLEMS_ALL);
    assert_true(seat_problem_add("printer", &problems) < 0);
    assert_false(seat_step_fits_problems(SEAT_STEP_PERMISSION_DENIED, SEAT_PROBLEMS_ALL + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_people_are),
        cmocka_unit_test(who_was_sent_away),
        cmocka_unit_test(what_a_page_may_tell),
        cmocka_unit_test(problems_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
