/* The way of a case through the hands of coordinators, physicians and visits. */
#include "gateway/visits/case_work.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

#define MS_PER_DAY 86400000LL
#define REVIEWING PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define TREATS PARTICIPANT_ROLE_BIT(ROLE_TREATING_PHYSICIAN)
#define COORDINATES PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)
#define ALL_OPEN ((1u << CASE_CLOSED) - 1)
#define ALL ((1u << CASE_STEP_COUNT) - 1)

/* A case without opinion and without visits. */
static void import_request(struct clinic *clinic, const char *reference, const char *programme,
                           char case_id[UUID_TEXT_SIZE])
{
    AUTO(clinical_case) made = clinic_make_case(reference);
    made->opinion = opinion_destroy(made->opinion);
    snprintf(made->programme, sizeof(made->programme), "%s", programme);
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, made), 0);
    memcpy(case_id, made->id, UUID_TEXT_SIZE);
}

static struct case_flow read_flow(struct clinic *clinic, const char *case_id)
{
    AUTO(case_progress) progress = NULL;
    assert_int_equal(case_work_read(clinic->service, &clinic->bedsidectl, case_id, &progress), 0);
    return progress->row.flow;
}

static void assert_step(struct clinic *clinic, const char *case_id, enum case_step step)
{
    assert_string_equal(case_step_name(read_flow(clinic, case_id).step), case_step_name(step));
}

static int move(struct clinic *clinic, const struct visit_actor *actor, const char *case_id,
                enum case_move what, enum case_step from, const char *reason)
{
    const struct case_move_request request = {what, from, reason};
    struct case_row row;
    return case_work_move(clinic->service, actor, case_id, &request, &row);
}

static int schedule(struct clinic *clinic, const char *case_id, int64_t at_ms,
                    char visit_id[UUID_TEXT_SIZE])
{
    const struct visit_schedule_request request = {.case_id = case_id,
                                                   .shape = VISIT_EXPERT_LED,
                                                   .scheduled_at_ms = at_ms,
                                                   .minutes = 30,
                                                   .time_zone = "America/Chicago"};
    AUTO(visit_picture) picture = NULL;
    const int result =
        visit_records_schedule(clinic->service, &clinic->bedsidectl, &request, &picture);
    if (result == 0) {
        memcpy(visit_id, picture->visit.id, UUID_TEXT_SIZE);
    }
    return result;
}

static void end_visit(struct clinic *clinic, const char *visit_id)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_end(clinic->service, &clinic->bedsidectl, visit_id, &picture),
                     0);
}

static void visits_move_the_case(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char visit_id[UUID_TEXT_SIZE];
    /* Imported with an opinion, then scheduled. */
    assert_step(clinic, clinic->case_id, CASE_VISIT_SCHEDULED);
    assert_int_equal(read_flow(clinic, clinic->case_id).due_at_ms,
                     CLINIC_START_MS + 30 * 60000); /* with the visit */
    clinic_be_in_visit(clinic, REVIEWER);
    assert_step(clinic, clinic->case_id, CASE_VISIT_SCHEDULED);
    /* One of two: the other still stands. */
    assert_int_equal(schedule(clinic, clinic->case_id, clinic->now_ms + MS_PER_DAY, visit_id), 0);
    end_visit(clinic, clinic->visit_id);
    assert_step(clinic, clinic->case_id, CASE_VISIT_SCHEDULED);
    /* The other ends without having been opened. */
    end_visit(clinic, visit_id);
    assert_step(clinic, clinic->case_id, CASE_OPINION_WRITTEN);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void a_visit_that_was_held_debriefs(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char visit_id[UUID_TEXT_SIZE];
    clinic_be_in_visit(clinic, REVIEWER);
    end_visit(clinic, clinic->visit_id);
    assert_step(clinic, clinic->case_id, CASE_DEBRIEFED);
    /* And once more. */
    assert_int_equal(schedule(clinic, clinic->case_id, clinic->now_ms, visit_id), 0);
    assert_step(clinic, clinic->case_id, CASE_VISIT_SCHEDULED);
    /* Nothing is closed while a visit stands, and nothing scheduled in what is closed. */
    assert_int_equal(move(clinic, &clinic->bedsidectl, clinic->case_id, CASE_MOVE_CLOSE,
                          CASE_VISIT_SCHEDULED, "The patient has moved away."),
                     REFUSAL_WRONG_STATE);
    end_visit(clinic, visit_id);
    assert_int_equal(move(clinic, &clinic->bedsidectl, clinic->case_id, CASE_MOVE_CLOSE,
                          CASE_OPINION_WRITTEN, "The patient has moved away."),
                     0);
    assert_int_equal(schedule(clinic, clinic->case_id, clinic->now_ms, visit_id),
                     REFUSAL_WRONG_STATE);
    assert_int_equal(move(clinic, &clinic->bedsidectl, clinic->case_id, CASE_MOVE_SEND_BACK,
                          CASE_CLOSED, "The patient is back."),
                     0);
    assert_step(clinic, clinic->case_id, CASE_OPINION_WRITTEN);
}

static void a_case_goes_its_way_by_hand(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char case_id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    import_request(clinic, "SO-2", "second-opinion", case_id);
    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "");
    assert_step(clinic, case_id, CASE_REQUESTED);
    assert_int_equal(read_flow(clinic, case_id).due_at_ms, CLINIC_START_MS + 2 * MS_PER_DAY);

    clinic_pass_ms(clinic, 1000);
    assert_int_equal(move(clinic, &nora, case_id, CASE_MOVE_ADVANCE, CASE_REQUESTED, NULL), 0);
    /* Twice by two people: once. */
    assert_int_equal(move(clinic, &nora, case_id, CASE_MOVE_ADVANCE, CASE_REQUESTED, NULL),
                     REFUSAL_WRONG_STATE);
    assert_step(clinic, case_id, CASE_RECORDS_COLLECTED);
    assert_int_equal(read_flow(clinic, case_id).since_ms, CLINIC_START_MS + 1000);
    assert_int_equal(
        move(clinic, &nora, case_id, CASE_MOVE_SEND_BACK, CASE_RECORDS_COLLECTED, NULL),
        REFUSAL_INVALID);
    assert_int_equal(move(clinic, &nora, case_id, CASE_MOVE_SEND_BACK, CASE_RECORDS_COLLECTED, " "),
                     REFUSAL_INVALID);
    assert_int_equal(move(clinic, &nora, case_id, CASE_MOVE_SEND_BACK, CASE_RECORDS_COLLECTED,
                          "The slides are missing."),
                     0);
    assert_step(clinic, case_id, CASE_REQUESTED);
    assert_int_equal(
        move(clinic, &nora, case_id, CASE_MOVE_SEND_BACK, CASE_REQUESTED, "Further back?"),
        REFUSAL_WRONG_STATE);
    assert_int_equal(move(clinic, &nora, case_id, CASE_MOVE_VISIT_HELD, CASE_REQUESTED, NULL),
                     REFUSAL_INVALID);

    /* A visit is booked while the opinion is still being written. */
    assert_int_equal(move(clinic, &nora, case_id, CASE_MOVE_ADVANCE, CASE_REQUESTED, NULL), 0);
    assert_int_equal(move(clinic, &nora, case_id, CASE_MOVE_ADVANCE, CASE_RECORDS_COLLECTED, NULL),
                     0);
    assert_int_equal(schedule(clinic, case_id, clinic->now_ms + 9 * MS_PER_DAY, visit_id), 0);
    assert_step(clinic, case_id, CASE_IN_REVIEW);
    assert_int_equal(move(clinic, &nora, case_id, CASE_MOVE_ADVANCE, CASE_IN_REVIEW, NULL), 0);
    assert_step(clinic, case_id, CASE_VISIT_SCHEDULED);

    /* All of it is on the case's timeline. */
    static const char *const expected[] = {
        "requested",
        "requested records_collected advance",
        "records_collected requested send_back",
        "requested records_collected advance",
        "records_collected in_review advance",
        "in_review opinion_written advance",
        "opinion_written visit_scheduled visit_scheduled",
    };
    AUTO(case_progress) progress = NULL;
    assert_int_equal(case_work_read(clinic->service, &nora, case_id, &progress), 0);
    assert_int_equal(progress->events->count, ARRAY_LENGTH(expected));
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        assert_string_equal(progress->events->events[i].detail, expected[i]);
    }
    assert_string_equal(progress->events->events[2].reason, "The slides are missing.");
    assert_string_equal(progress->events->events[2].actor_role, "coordinator");
    assert_string_equal(progress->events->events[2].actor_id, nora.account_id);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void who_may_move_and_change(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char case_id[UUID_TEXT_SIZE];
    import_request(clinic, "SO-2", "second-opinion", case_id);
    const struct {
        const char *name;
        struct visit_actor actor;
        int move;
        int change;
    } rows[] = {
        {"a coordinator of the programme",
         clinic_sign_in(clinic, "n1", COORDINATES, "second-opinion"), 0, 0},
        {"of another", clinic_sign_in(clinic, "n2", COORDINATES, "tumor-board"), REFUSAL_NOT_FOUND,
         REFUSAL_NOT_FOUND},
        {"its reviewing physician", clinic_sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING, ""),
         REFUSAL_NOT_PERMITTED, REFUSAL_NOT_PERMITTED},
        {"a strange physician", clinic_sign_in(clinic, "stranger", REVIEWING, ""),
         REFUSAL_NOT_FOUND, REFUSAL_NOT_FOUND},
        {"the operator", clinic->bedsidectl, 0, 0},
        {"the gateway", visit_actor_gateway(), REFUSAL_NOT_PERMITTED, REFUSAL_NOT_PERMITTED},
    };
    const struct case_change change = {.subspecialty = "myeloma"};
    struct case_row row;
    enum case_step step = CASE_REQUESTED;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const int moved = move(clinic, &rows[i].actor, case_id, CASE_MOVE_ADVANCE, step, NULL);
        const int changed =
            case_work_change(clinic->service, &rows[i].actor, case_id, &change, &row);
        if (moved != rows[i].move || changed != rows[i].change) {
            fail_msg("%s: %d %d", rows[i].name, moved, changed);
        }
        step += moved == 0;
    }
    assert_int_equal(move(clinic, &clinic->bedsidectl, "nothing", CASE_MOVE_ADVANCE, step, NULL),
                     REFUSAL_NOT_FOUND);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void a_case_is_given_to_a_coordinator(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "second-opinion");
    const struct visit_actor omar = clinic_sign_in(clinic, "omar", COORDINATES, "");
    const struct visit_actor elsewhere = clinic_sign_in(clinic, "else", COORDINATES, "tumor-board");
    const struct visit_actor rao = clinic_sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING, "");
    const struct {
        const char *owner;
        int expected;
        const char *becomes;
    } rows[] = {
        {"me", 0, nora.account_id},
        {omar.account_id, 0, omar.account_id},
        {elsewhere.account_id, REFUSAL_NOT_FOUND, omar.account_id},
        {rao.account_id, REFUSAL_NOT_FOUND, omar.account_id},
        {"nobody-known", REFUSAL_NOT_FOUND, omar.account_id},
        {"", 0, ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct case_change change = {.owner_id = rows[i].owner};
        struct case_row row;
        assert_int_equal(case_work_change(clinic->service, &nora, clinic->case_id, &change, &row),
                         rows[i].expected);
        assert_string_equal(read_flow(clinic, clinic->case_id).owner_id, rows[i].becomes);
    }
    AUTO_FREE struct staff_account *accounts = NULL;
    size_t count = 0;
    assert_int_equal(
        case_work_list_coordinators(clinic->service, &omar, "second-opinion", &accounts, &count),
        0);
    assert_int_equal(count, 2);
    assert_int_equal(case_work_list_coordinators(clinic->service, &rao, "", &accounts, &count),
                     REFUSAL_NOT_PERMITTED);
}

static void owners_follow_from_the_care_team(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(clinical_case) made = clinic_make_case("SO-3");
    struct person nurse = {.role = ROLE_COORDINATOR, .staff_key = "quill"};
    strcpy(nurse.display_name, "Nora Quill");
    assert_int_equal(clinical_case_add_person(made, &nurse), 0);
    /* Before she has ever signed in, nobody owns it; it is hers as soon as she has. */
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, made), 0);
    char first_id[UUID_TEXT_SIZE];
    memcpy(first_id, made->id, sizeof(first_id));
    assert_string_equal(read_flow(clinic, first_id).owner_id, "");
    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "");
    assert_string_equal(read_flow(clinic, first_id).owner_id, nora.account_id);
    assert_string_equal(read_flow(clinic, clinic->case_id).owner_id, "");
    strcpy(made->reference, "SO-4");
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, made), 0);
    assert_string_equal(read_flow(clinic, made->id).owner_id, nora.account_id);
}

static void changes_come_whole_or_not_at_all(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct case_flow before = read_flow(clinic, clinic->case_id);
    const int64_t due_ms = clinic->now_ms + 5;
    const int64_t wrong_ms = -5;
    const enum case_priority urgent = CASE_URGENT;
    struct case_row row;
    const struct case_change half = {
        .subspecialty = "myeloma", .priority = &urgent, .due_at_ms = &wrong_ms};
    assert_int_equal(
        case_work_change(clinic->service, &clinic->bedsidectl, clinic->case_id, &half, &row),
        REFUSAL_INVALID);
    const struct case_change no_team = {.due_at_ms = &due_ms, .team_id = "unknown"};
    assert_int_equal(
        case_work_change(clinic->service, &clinic->bedsidectl, clinic->case_id, &no_team, &row),
        REFUSAL_NOT_FOUND);
    struct case_flow after = read_flow(clinic, clinic->case_id);
    assert_int_equal(after.version, before.version);
    assert_string_equal(after.subspecialty, "");

    const struct case_change whole = {
        .subspecialty = "myeloma", .priority = &urgent, .due_at_ms = &due_ms};
    assert_int_equal(
        case_work_change(clinic->service, &clinic->bedsidectl, clinic->case_id, &whole, &row), 0);
    assert_int_equal(row.flow.due_at_ms, due_ms);
    assert_int_equal(row.flow.priority, CASE_URGENT);
    assert_true(row.flow.version > before.version);
    const struct case_change wrong_code = {.subspecialty = "two words"};
    assert_int_equal(
        case_work_change(clinic->service, &clinic->bedsidectl, clinic->case_id, &wrong_code, &row),
        REFUSAL_INVALID);
}

/* ---- the list ---- */

static size_t count_cases(struct clinic *clinic, const struct visit_actor *actor,
                          struct case_filter filter)
{
    AUTO(case_row_list) list = NULL;
    filter.limit = filter.limit > 0 ? filter.limit : 100;
    assert_int_equal(case_work_list(clinic->service, actor, &filter, &list), 0);
    return list->count;
}

static void everybody_lists_what_they_reach(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char case_id[UUID_TEXT_SIZE];
    import_request(clinic, "SO-2", "second-opinion", case_id);
    import_request(clinic, "TB-1", "tumor-board", case_id);
    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "second-opinion");
    const struct visit_actor all = clinic_sign_in(clinic, "omar", COORDINATES, "");
    const struct visit_actor rao = clinic_sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING, "");
    const struct visit_actor treating_rao = clinic_sign_in(clinic, CLINIC_REVIEWER_KEY, TREATS, "");
    const struct visit_actor stranger = clinic_sign_in(clinic, "stranger", REVIEWING, "");
    const struct visit_actor both =
        clinic_sign_in(clinic, "beck", TREATS | COORDINATES, "tumor-board");
    const struct case_filter open = {.steps = ALL_OPEN};
    assert_int_equal(count_cases(clinic, &clinic->bedsidectl, open), 3);
    assert_int_equal(count_cases(clinic, &all, open), 3);
    assert_int_equal(count_cases(clinic, &nora, open), 2);
    assert_int_equal(count_cases(clinic, &rao, open), 3); /* all three name her */
    assert_int_equal(count_cases(clinic, &treating_rao, open), 3);
    assert_int_equal(count_cases(clinic, &stranger, open), 0);
    assert_int_equal(count_cases(clinic, &both, open), 3);
    assert_int_equal(
        count_cases(clinic, &nora, (struct case_filter){.steps = ALL, .programme = "tumor-board"}),
        0);

    /* Neither from a seat nor by a link to one case. */
    AUTO(case_row_list) list = NULL;
    clinic_be_in_visit(clinic, REVIEWER);
    assert_int_equal(case_work_list(clinic->service, &clinic->actors[REVIEWER], &open, &list),
                     REFUSAL_NOT_PERMITTED);
    struct staff_session session;
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_staff_secret(clinic, TREATING), &session),
                     0);
    assert_int_equal(case_work_list(clinic->service, &session.actor, &open, &list),
                     REFUSAL_NOT_PERMITTED);
    struct case_due_days due;
    assert_int_equal(
        case_work_read_due_days(clinic->service, &session.actor, "second-opinion", &due),
        REFUSAL_NOT_PERMITTED);
}

static void the_list_is_filtered(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char first[UUID_TEXT_SIZE];
    char second[UUID_TEXT_SIZE];
    const struct visit_actor *operator_actor = &clinic->bedsidectl;
    import_request(clinic, "SO-2", "second-opinion", first);
    import_request(clinic, "SO-3", "second-opinion", second);
    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "");
    const struct case_change mine = {.owner_id = "me"};
    struct case_row row;
    assert_int_equal(case_work_change(clinic->service, &nora, first, &mine, &row), 0);
    assert_int_equal(move(clinic, &nora, second, CASE_MOVE_CLOSE, CASE_REQUESTED, "A duplicate."),
                     0);
    const struct {
        struct case_filter filter;
        size_t count;
    } rows[] = {
        {{.steps = ALL}, 3},
        {{.steps = ALL_OPEN}, 2},
        {{.steps = 1u << CASE_CLOSED}, 1},
        {{.steps = 1u << CASE_REQUESTED | 1u << CASE_VISIT_SCHEDULED}, 2},
        {{.steps = 1u << CASE_IN_REVIEW}, 0},
        {{.steps = ALL, .owner_id = "me"}, 1},
        {{.steps = ALL, .owner_id = ""}, 2},
        {{.steps = ALL, .owner_id = nora.account_id}, 1},
        {{.steps = ALL, .team_id = ""}, 3},
        {{.steps = ALL, .team_id = "unknown"}, 0},
        {{.steps = ALL, .programme = "second-opinion"}, 3},
        {{.steps = ALL, .due_before_ms = CLINIC_START_MS + MS_PER_DAY}, 1}, /* with its visit */
        {{.steps = ALL, .due_before_ms = CLINIC_START_MS + 3 * MS_PER_DAY}, 2},
        {{.steps = ALL, .due_before_ms = 1}, 0},
        {{.steps = 0}, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const size_t count = count_cases(clinic, &nora, rows[i].filter);
        if (count != rows[i].count) {
            fail_msg("row %zu: %zu", i, count);
        }
    }
    /* The operator has no account. */
    assert_int_equal(
        count_cases(clinic, operator_actor, (struct case_filter){.steps = ALL, .owner_id = "me"}),
        0);
}

static void pages_leave_nothing_out(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    char ids[12][UUID_TEXT_SIZE];
    for (size_t i = 0; i < ARRAY_LENGTH(ids); i++) {
        char reference[16];
        /* Three due at the same time each, the last three never. */
        const int64_t due_ms = i < 9 ? clinic->now_ms + (int64_t)(3 - i / 3) * MS_PER_DAY : 0;
        const struct case_change change = {.due_at_ms = &due_ms};
        struct case_row row;
        snprintf(reference, sizeof(reference), "P-%zu", i);
        import_request(clinic, reference, "paged", ids[i]);
        assert_int_equal(
            case_work_change(clinic->service, &clinic->bedsidectl, ids[i], &change, &row), 0);
    }
    static const size_t order[] = {6, 7, 8, 3, 4, 5, 0, 1, 2, 9, 10, 11};
    for (size_t limit = 1; limit <= 13; limit++) {
        struct case_filter filter = {.steps = ALL, .programme = "paged", .limit = limit};
        char after_id[UUID_TEXT_SIZE] = "";
        size_t seen = 0;
        for (;;) {
            AUTO(case_row_list) page = NULL;
            assert_int_equal(case_work_list(clinic->service, &clinic->bedsidectl, &filter, &page),
                             0);
            for (size_t i = 0; i < page->count; i++) {
                assert_string_equal(page->rows[i].flow.case_id, ids[order[seen++]]);
            }
            if (page->count < limit) {
                break;
            }
            const struct case_flow *last = &page->rows[page->count - 1].flow;
            filter.after_due_ms = last->due_at_ms > 0 ? last->due_at_ms : INT64_MAX;
            memcpy(after_id, last->case_id, sizeof(after_id));
            filter.after_id = after_id;
        }
        assert_int_equal(seen, ARRAY_LENGTH(order));
    }
}

static void rows_tell_of_the_next_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(case_progress) progress = NULL;
    assert_int_equal(
        case_work_read(clinic->service, &clinic->bedsidectl, clinic->case_id, &progress), 0);
    assert_string_equal(progress->row.visit_id, clinic->visit_id);
    assert_int_equal(progress->row.visit_at_ms, CLINIC_START_MS);
    assert_string_equal(progress->row.patient_name, "Maria Alder");
    assert_string_equal(progress->row.reference, "SO-1");
    AUTO(case_progress) none = NULL;
    assert_int_equal(case_work_read(clinic->service, &clinic->bedsidectl, "nothing", &none),
                     REFUSAL_NOT_FOUND);
}

/* ---- plans and due dates ---- */

static void plans_are_replaced_whole(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct hybrid_plan plan = {.items = {{"Blood test", PLAN_IN_PERSON, "Hamilton clinic", 5},
                                         {"Talk about it", PLAN_BY_VIDEO, "", 0}},
                               .count = 2};
    const struct visit_actor rao = clinic_sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING, "");
    assert_int_equal(case_work_write_plan(clinic->service, &rao, clinic->case_id, &plan), 0);
    plan.count = 1;
    assert_int_equal(case_work_write_plan(clinic->service, &rao, clinic->case_id, &plan), 0);
    plan.items[0].where[0] = 0;
    assert_int_equal(case_work_write_plan(clinic->service, &rao, clinic->case_id, &plan),
                     REFUSAL_INVALID);
    AUTO(case_progress) progress = NULL;
    assert_int_equal(case_work_read(clinic->service, &rao, clinic->case_id, &progress), 0);
    assert_int_equal(progress->plan.count, 1);
    assert_string_equal(progress->plan.items[0].where, "Hamilton clinic");
    assert_int_equal(progress->plan.items[0].at_ms, 5);
    const struct visit_actor stranger = clinic_sign_in(clinic, "stranger", REVIEWING, "");
    assert_int_equal(case_work_write_plan(clinic->service, &stranger, clinic->case_id, &plan),
                     REFUSAL_NOT_FOUND);
}

static void programmes_say_when_steps_are_due(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct visit_actor nora = clinic_sign_in(clinic, "quill", COORDINATES, "second-opinion");
    struct case_due_days due;
    char case_id[UUID_TEXT_SIZE];
    assert_int_equal(case_work_read_due_days(clinic->service, &nora, "second-opinion", &due), 0);
    assert_memory_equal(&due, &case_due_days_default, sizeof(due));
    due.days[CASE_REQUESTED] = 30;
    assert_int_equal(case_work_write_due_days(clinic->service, &nora, "second-opinion", &due), 0);
    assert_int_equal(case_work_write_due_days(clinic->service, &nora, "tumor-board", &due),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(case_work_write_due_days(clinic->service, &nora, "a b", &due),
                     REFUSAL_INVALID);
    due.days[CASE_IN_REVIEW] = CASE_DUE_DAYS_MAX + 1;
    assert_int_equal(case_work_write_due_days(clinic->service, &nora, "second-opinion", &due),
                     REFUSAL_INVALID);
    import_request(clinic, "SO-2", "second-opinion", case_id);
    assert_int_equal(read_flow(clinic, case_id).due_at_ms, clinic->now_ms + 30 * MS_PER_DAY);
    import_request(clinic, "TB-2", "tumor-board", case_id);
    assert_int_equal(read_flow(clinic, case_id).due_at_ms, clinic->now_ms + 2 * MS_PER_DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_move_the_case),
        cmocka_unit_test(a_visit_that_was_held_debriefs),
        cmocka_unit_test(a_case_goes_its_way_by_hand),
        cmocka_unit_test(who_may_move_and_change),
        cmocka_unit_test(a_case_is_given_to_a_coordinator),
        cmocka_unit_test(owners_follow_from_the_care_team),
        cmocka_unit_test(changes_come_whole_or_not_at_all),
        cmocka_unit_test(everybody_lists_what_they_reach),
        cmocka_unit_test(the_list_is_filtered),
        cmocka_unit_test(pages_leave_nothing_out),
        cmocka_unit_test(rows_tell_of_the_next_visit),
        cmocka_unit_test(plans_are_replaced_whole),
        cmocka_unit_test(programmes_say_when_steps_are_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
