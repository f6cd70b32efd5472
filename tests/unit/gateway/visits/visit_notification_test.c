/* Who is written to about a visit, when, and what becomes of it. */
#include "gateway/visits/visit_notification.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MINUTE_MS 60000LL
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

static const struct notification_rules both_ways = {
    .by_mail = true, .by_text = true, .reminder_minutes = {1440, 60}, .reminder_count = 2};

/* ---- rules ---- */

static void reminders_follow_the_visit(void **state)
{
    (void)state;
    const struct visit visit = {.scheduled_at_ms = 10 * DAY_MS, .scheduled_minutes = 45};
    static const struct {
        int64_t now_ms;
        size_t count;
        int64_t first_ms;
    } cases[] = {
        {DAY_MS, 2, 9 * DAY_MS},
        {9 * DAY_MS - 31 * MINUTE_MS, 2, 9 * DAY_MS},
        {9 * DAY_MS - 29 * MINUTE_MS, 1, 10 * DAY_MS - HOUR_MS}, /* too close to the invitation */
        {10 * DAY_MS - 80 * MINUTE_MS, 0, 0},
        {11 * DAY_MS, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t due_ms[NOTIFICATION_REMINDERS_MAX];
        const size_t count =
            notification_plan_reminders(&both_ways, &visit, cases[i].now_ms, due_ms);
        assert_int_equal(count, cases[i].count);
        if (count > 0) {
            assert_int_equal(due_ms[0], cases[i].first_ms);
        }
    }
}

static void reminders_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int result;
        size_t count;
    } cases[] = {
        {"", 0, 0},
        {"60", 0, 1},
        {"1440;60", 0, 2},
        {"20160;1440;60;5", 0, 4},
        {"60;1440", -EINVAL, 0},
        {"60;", -EINVAL, 0},
        {";60", -EINVAL, 0},
        {"60;60", -EINVAL, 0},
        {"-5", -EINVAL, 0},
        {" 5", -EINVAL, 0},
        {"5 4", -EINVAL, 0},
        {"0", -EINVAL, 0},
        {"20161", -EINVAL, 0},
        {"5;4;3;2;1", -EINVAL, 0},
        {"99999999999999999999", -EINVAL, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct notification_rules rules = {0};
        if (notification_reminders_read(cases[i].text, &rules) != cases[i].result ||
            rules.reminder_count != cases[i].count) {
            fail_msg("case %s", cases[i].text);
        }
    }
}

static void what_has_no_sense_any_more_is_dropped(void **state)
{
    (void)state;
    static const struct {
        enum notification_kind kind;
        enum visit_state visit;
        enum seat_state seat;
        int64_t now_ms;
        bool wanted;
        bool connected;
    } cases[] = {
        {NOTIFICATION_INVITATION, VISIT_SCHEDULED, SEAT_INVITED, 0, true, false},
        {NOTIFICATION_REMINDER, VISIT_SCHEDULED, SEAT_ARRIVED, 0, true, false},
        {NOTIFICATION_REMINDER, VISIT_SCHEDULED, SEAT_WAITING, 0, false, true},
        {NOTIFICATION_REMINDER, VISIT_SCHEDULED, SEAT_WAITING, 0, true, false},
        {NOTIFICATION_REMINDER, VISIT_SCHEDULED, SEAT_LEFT, 0, true, false},
        {NOTIFICATION_REMINDER, VISIT_OPEN, SEAT_LEFT, 0, false, false},
        {NOTIFICATION_MOVED, VISIT_SCHEDULED, SEAT_WAITING, 0, true, true},
        {NOTIFICATION_MOVED, VISIT_SCHEDULED, SEAT_INVITED, 3 * HOUR_MS, false, false},
        {NOTIFICATION_LATE, VISIT_OPEN, SEAT_INVITED, 3 * HOUR_MS, true, false},
        {NOTIFICATION_LATE, VISIT_OPEN, SEAT_WAITING, 0, false, true},
        {NOTIFICATION_LATE, VISIT_OPEN, SEAT_WAITING, 0, true, false},
        {NOTIFICATION_LATE, VISIT_OPEN, SEAT_DENIED, 0, false, false},
        {NOTIFICATION_LATE, VISIT_ENDED, SEAT_INVITED, 0, false, false},
        {NOTIFICATION_REMINDER, VISIT_OPEN, SEAT_IN_VISIT, 0, false, true},
        {NOTIFICATION_REMINDER, VISIT_OPEN, SEAT_INVITED, HOUR_MS + 44 * MINUTE_MS, true, false},
        {NOTIFICATION_REMINDER, VISIT_OPEN, SEAT_INVITED, HOUR_MS + 45 * MINUTE_MS, false, false},
        {NOTIFICATION_INVITATION, VISIT_ENDED, SEAT_INVITED, 0, false, false},
        {NOTIFICATION_CANCELLED, VISIT_ENDED, SEAT_INVITED, 0, true, false},
        {NOTIFICATION_CANCELLED, VISIT_ENDED, SEAT_INVITED, 3 * HOUR_MS, false, false},
        {NOTIFICATION_LINK, VISIT_OPEN, SEAT_LEFT, 3 * HOUR_MS, true, false},
        {NOTIFICATION_LINK, VISIT_ENDED, SEAT_LEFT, 0, false, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct visit visit = {
            .state = cases[i].visit, .scheduled_at_ms = HOUR_MS, .scheduled_minutes = 45};
        const struct participant seat = {.state = cases[i].seat, .connected = cases[i].connected};
        const struct notification notification = {.kind = cases[i].kind};
        if (notification_is_wanted(&notification, &visit, &seat, cases[i].now_ms) !=
            cases[i].wanted) {
            fail_msg("case %zu", i);
        }
    }
}

static void the_way_follows_address_and_site(void **state)
{
    (void)state;
    static const struct {
        enum notification_channel asked;
        bool mail, text;
        const char *email, *phone;
        enum notification_channel chosen;
        enum notification_kind kind;
    } cases[] = {
        {NOTIFICATION_ANY, true, true, "a@b.example", "+1 406", NOTIFICATION_MAIL,
         NOTIFICATION_LINK},
        {NOTIFICATION_ANY, true, true, "", "+1 406", NOTIFICATION_TEXT, NOTIFICATION_LINK},
        {NOTIFICATION_ANY, false, true, "a@b.example", "+1 406", NOTIFICATION_TEXT,
         NOTIFICATION_LINK},
        {NOTIFICATION_ANY, true, false, "", "+1 406", NOTIFICATION_ANY, NOTIFICATION_LINK},
        {NOTIFICATION_TEXT, true, true, "a@b.example", "+1 406", NOTIFICATION_TEXT,
         NOTIFICATION_LINK},
        {NOTIFICATION_TEXT, true, true, "a@b.example", "", NOTIFICATION_ANY, NOTIFICATION_LINK},
        {NOTIFICATION_MAIL, true, true, "", "+1 406", NOTIFICATION_ANY, NOTIFICATION_LINK},
        /* What is urgent goes where it is read first. */
        {NOTIFICATION_ANY, true, true, "a@b.example", "+1 406", NOTIFICATION_TEXT,
         NOTIFICATION_LATE},
        {NOTIFICATION_ANY, true, true, "a@b.example", "", NOTIFICATION_MAIL, NOTIFICATION_LATE},
        {NOTIFICATION_ANY, true, false, "a@b.example", "+1 406", NOTIFICATION_MAIL,
         NOTIFICATION_LATE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct notification_rules rules = {.by_mail = cases[i].mail,
                                                 .by_text = cases[i].text};
        const struct notification notification = {.channel = cases[i].asked, .kind = cases[i].kind};
        struct person person = {0};
        strcpy(person.email, cases[i].email);
        strcpy(person.phone, cases[i].phone);
        assert_int_equal(notification_choose_channel(&notification, &rules, &person),
                         cases[i].chosen);
    }
}

static void addresses(void **state)
{
    (void)state;
    static const char *const good[] = {"a@b", "ruth.alder+visit@mail.example",
                                       "o'neil@x-y.example"};
    static const char *const bad[] = {"",
                                      "a",
                                      "@b",
                                      "a@",
                                      "a b@c.example",
                                      "a@b@c",
                                      ".a@b",
                                      "a.@b",
                                      "a..b@c",
                                      "a@b..c",
                                      "a@-b",
                                      "a@b.",
                                      "a@b\r\nBcc: c@d",
                                      "<a@b.c>",
                                      "a@b.c,d@e.f",
                                      "\"a\"@b.c",
                                      "r\xc3\xbc@b.c"};
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        assert_true(email_is_well_formed(good[i]));
    }
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        if (email_is_well_formed(bad[i])) {
            fail_msg("taken: %s", bad[i]);
        }
    }
}

/* ---- use cases ---- */

/* Takes what is due and settles it; returns how many there were. */
static size_t deliver(struct clinic *clinic, enum notification_outcome outcome, const char *code)
{
    size_t count = 0;
    for (;;) {
        AUTO(notification_job) job = NULL;
        assert_int_equal(visit_notification_take(clinic->service, &job), 0);
        if (!job) {
            return count;
        }
        assert_int_equal(
            visit_notification_settle(clinic->service, job->notification.id, outcome, code), 0);
        count++;
    }
}

static struct notification_list list_of(struct clinic *clinic)
{
    struct notification_list list;
    assert_int_equal(
        visit_notification_list(clinic->service, &clinic->bedsidectl, clinic->visit_id, &list), 0);
    return list;
}

static void everybody_is_invited_and_reminded(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    const size_t invited =
        clinic_count_letters(clinic, NOTIFICATION_INVITATION, NOTIFICATION_PENDING);
    assert_int_equal(invited, CLINIC_PEOPLE);
    AUTO(notification_job) job = NULL;
    assert_int_equal(visit_notification_take(clinic->service, &job), 0);
    assert_non_null(job);
    assert_string_equal(job->visit.id, clinic->visit_id);
    assert_true(job->secret[0] != 0);
    assert_true(job->host[0] != 0);
    /* Not handed out a second time, until its time is over. */
    assert_int_equal(deliver(clinic, NOTIFICATION_DELIVERED, NULL), invited - 1);
    clinic_pass_ms(clinic, 11 * MINUTE_MS);
    assert_int_equal(deliver(clinic, NOTIFICATION_DELIVERED, NULL), 1);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_INVITATION, NOTIFICATION_SENT),
                     invited);
    assert_int_equal(clinic_count_events(clinic, EVENT_NOTIFICATION_SENT), invited);
    assert_true(clinic_verify_audit(clinic).intact);
}

/* The link in a letter opens the same seat, beside the one that was there; wrong dates of birth
 * count together. */
static void letters_bring_links(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    char secret[RANDOM_TOKEN_SIZE] = "";
    for (size_t i = 0; i < CLINIC_PEOPLE; i++) {
        AUTO(notification_job) job = NULL;
        assert_int_equal(visit_notification_take(clinic->service, &job), 0);
        if (strcmp(job->seat.id, clinic->participants[PATIENT]) == 0) {
            memcpy(secret, job->secret, sizeof(secret));
        }
    }
    struct join_result result = {0};
    struct join_request request = {.link_secret = secret, .birth_date = "1950-01-01"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(visit_arrival_join(clinic->service, &request, &result),
                         REFUSAL_BIRTH_DATE_WRONG);
    }
    request.link_secret = clinic_join_secret(clinic, PATIENT);
    assert_int_equal(visit_arrival_join(clinic->service, &request, &result),
                     REFUSAL_BIRTH_DATE_WRONG);
    assert_int_equal(result.tries_left, 1);
    request.link_secret = secret;
    request.birth_date = CLINIC_PATIENT_BIRTH_DATE;
    assert_int_equal(visit_arrival_join(clinic->service, &request, &result), 0);
    visit_picture_destroy(result.picture);
    assert_string_equal(result.actor.participant_id, clinic->participants[PATIENT]);
}

static void what_cannot_be_delivered_is_tried_again_and_given_up(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    assert_int_equal(deliver(clinic, NOTIFICATION_DELAYED, "timed_out"), CLINIC_PEOPLE);
    assert_int_equal(deliver(clinic, NOTIFICATION_DELIVERED, NULL), 0);
    clinic_pass_ms(clinic, MINUTE_MS);
    assert_int_equal(deliver(clinic, NOTIFICATION_REFUSED, "mailbox_unknown"), CLINIC_PEOPLE);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_INVITATION, NOTIFICATION_FAILED),
                     CLINIC_PEOPLE);
    assert_int_equal(clinic_count_events(clinic, EVENT_NOTIFICATION_FAILED), CLINIC_PEOPLE);
    const struct notification_list list = list_of(clinic);
    assert_string_equal(list.notifications[0].detail, "mailbox_unknown");
    assert_int_equal(list.notifications[0].attempts, 2);
}

static void who_asks_gets_a_link(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    struct notification notification;
    const char *patient = clinic->participants[PATIENT];
    deliver(clinic, NOTIFICATION_DELIVERED, NULL);
    assert_int_equal(visit_notification_request(clinic->service, &clinic->bedsidectl,
                                                clinic->visit_id, patient, NOTIFICATION_MAIL,
                                                &notification),
                     REFUSAL_INVALID); /* nobody knows an address of hers */
    assert_int_equal(visit_notification_request(clinic->service, &clinic->bedsidectl,
                                                clinic->visit_id, patient, NOTIFICATION_ANY,
                                                &notification),
                     0);
    assert_int_equal(deliver(clinic, NOTIFICATION_DELIVERED, NULL), 1);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_LINK, NOTIFICATION_SENT), 1);
    assert_int_equal(visit_notification_request(clinic->service, &clinic->bedsidectl,
                                                clinic->visit_id, clinic->visit_id,
                                                NOTIFICATION_ANY, &notification),
                     REFUSAL_NOT_FOUND);
    clinic_join(clinic, PATIENT);
    assert_int_equal(visit_notification_request(clinic->service, &clinic->actors[PATIENT],
                                                clinic->visit_id, patient, NOTIFICATION_ANY,
                                                &notification),
                     REFUSAL_NOT_PERMITTED);
}

static void a_visit_that_does_not_take_place_is_cancelled(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    deliver(clinic, NOTIFICATION_DELIVERED, NULL);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->bedsidectl, clinic->visit_id, NULL), 0);
    AUTO(notification_job) job = NULL;
    assert_int_equal(visit_notification_take(clinic->service, &job), 0);
    assert_int_equal(job->notification.kind, NOTIFICATION_CANCELLED);
    assert_int_equal(job->notification.sequence, 1);
    assert_string_equal(job->secret, "");
}

/* A visit in three days: an invitation now, a reminder the day before and an hour before. */
static void reminders_come_in_their_time(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_notifications(&both_ways);
    const struct visit_schedule_request request = {.case_id = clinic->case_id,
                                                   .shape = VISIT_EXPERT_LED,
                                                   .scheduled_at_ms = clinic->now_ms + 3 * DAY_MS,
                                                   .minutes = 30,
                                                   .time_zone = "America/Chicago"};
    AUTO(visit_picture) picture = NULL;
    deliver(clinic, NOTIFICATION_DELIVERED, NULL);
    assert_int_equal(
        visit_records_schedule(clinic->service, &clinic->bedsidectl, &request, &picture), 0);
    strcpy(clinic->visit_id, picture->visit.id);
    assert_int_equal(deliver(clinic, NOTIFICATION_DELIVERED, NULL), CLINIC_PEOPLE);
    clinic_pass_ms(clinic, 2 * DAY_MS - 1);
    assert_int_equal(deliver(clinic, NOTIFICATION_DELIVERED, NULL), 0);
    clinic_pass_ms(clinic, 1);
    assert_int_equal(deliver(clinic, NOTIFICATION_DELIVERED, NULL), CLINIC_PEOPLE);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_REMINDER, NOTIFICATION_PENDING),
                     CLINIC_PEOPLE);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->bedsidectl, clinic->visit_id, NULL), 0);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_REMINDER, NOTIFICATION_DROPPED),
                     CLINIC_PEOPLE);
    assert_int_equal(clinic_count_letters(clinic, NOTIFICATION_CANCELLED, NOTIFICATION_PENDING),
                     CLINIC_PEOPLE);
}

static void without_a_way_nobody_is_written_to(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    assert_int_equal(list_of(clinic).count, 0);
    assert_int_equal(deliver(clinic, NOTIFICATION_DELIVERED, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reminders_follow_the_visit),
        cmocka_unit_test(reminders_are_read),
        cmocka_unit_test(what_has_no_sense_any_more_is_dropped),
        cmocka_unit_test(the_way_follows_address_and_site),
        cmocka_unit_test(addresses),
        cmocka_unit_test(everybody_is_invited_and_reminded),
        cmocka_unit_test(letters_bring_links),
        cmocka_unit_test(what_cannot_be_delivered_is_tried_again_and_given_up),
        cmocka_unit_test(who_asks_gets_a_link),
        cmocka_unit_test(a_visit_that_does_not_take_place_is_cancelled),
        cmocka_unit_test(reminders_come_in_their_time),
        cmocka_unit_test(without_a_way_nobody_is_written_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
