/* What licences and the patient's place mean for a visit. */
#include "gateway/visits/visit_licence.h"

#include "gateway/base/allocate.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

static const struct licence_rules rules = {
    .rules =
        {
            {"US-MT", LICENCE_ACTION_BLOCK, LICENCE_ACTION_WARN, true, 0},
            {"US-ID", LICENCE_ACTION_WARN, LICENCE_ACTION_WARN, false, 0},
        },
    .count = 2,
    .place_unknown = LICENCE_ACTION_BLOCK,
};

static void license(struct clinic *clinic, const char *staff_key, const char *where,
                    enum licence_status status)
{
    struct licence licence = {.number = "INVENTED-1", .status = status};
    strcpy(licence.state, where);
    assert_int_equal(
        visit_licence_replace(clinic->service, &clinic->bedsidectl, staff_key, &licence, 1, NULL),
        0);
}

static int say_where(struct clinic *clinic, const char *where)
{
    AUTO(visit_picture) picture = NULL;
    const struct visit_place place = {.subdivision = where};
    return visit_licence_state_place(clinic->service, &clinic->actors[PATIENT], &place, &picture);
}

/* The patient waits, the reviewing physician is inside. */
static struct clinic *patient_at_the_door(const char *where)
{
    struct clinic *clinic = clinic_create_with_rules(&rules);
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_join(clinic, PATIENT);
    if (where) {
        assert_int_equal(say_where(clinic, where), 0);
    }
    clinic_enter(clinic, PATIENT);
    return clinic;
}

static int admit(struct clinic *clinic, bool knows)
{
    AUTO(visit_picture) picture = NULL;
    return visit_conduct_admit(clinic->service, &clinic->actors[REVIEWER],
                               clinic->participants[PATIENT], knows, &picture);
}

static struct licence_verdict verdict_of(struct clinic *clinic, enum clinic_person person)
{
    AUTO(visit_snapshot) snapshot = NULL;
    assert_int_equal(visit_conduct_snapshot(clinic->service, &clinic->actors[REVIEWER],
                                            clinic->visit_id, &snapshot),
                     0);
    return snapshot->picture->licences[person];
}

static void a_licence_where_the_patient_is_opens_the_door(void **state)
{
    (void)state;
    AUTO(clinic) clinic = patient_at_the_door(NULL);
    license(clinic, CLINIC_REVIEWER_KEY, "US-MT", LICENCE_ACTIVE);
    assert_int_equal(admit(clinic, false), REFUSAL_NO_LICENCE); /* nobody knows where they are */
    assert_int_equal(verdict_of(clinic, REVIEWER).reason, LICENCE_REASON_PLACE_UNKNOWN);
    assert_int_equal(say_where(clinic, "US-MT"), 0);
    assert_int_equal(verdict_of(clinic, REVIEWER).outcome, LICENCE_GOOD);
    assert_int_equal(admit(clinic, false), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_CONSULTATION_BEGAN), 0);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void a_missing_one_keeps_it_shut(void **state)
{
    (void)state;
    AUTO(clinic) clinic = patient_at_the_door("US-MT");
    assert_int_equal(admit(clinic, false), REFUSAL_NO_LICENCE);
    assert_int_equal(admit(clinic, true), REFUSAL_NO_LICENCE);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_WAITING);
}

static void a_warning_has_to_be_known(void **state)
{
    (void)state;
    AUTO(clinic) clinic = patient_at_the_door("US-ID");
    assert_int_equal(admit(clinic, false), REFUSAL_LICENCE_WARNING);
    assert_int_equal(admit(clinic, true), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_LICENCE_WARNED), 1);
}

static void a_licensed_colleague_makes_it_a_consultation_while_there(void **state)
{
    (void)state;
    AUTO(clinic) clinic = patient_at_the_door("US-MT");
    license(clinic, "beck", "US-MT", LICENCE_ACTIVE);
    assert_int_equal(admit(clinic, false), REFUSAL_NO_LICENCE);
    clinic_be_in_visit(clinic, TREATING);
    assert_int_equal(verdict_of(clinic, REVIEWER).outcome, LICENCE_CONSULTATION);
    assert_int_equal(admit(clinic, false), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_CONSULTATION_BEGAN), 1);
    clinic_presence(clinic, TREATING, false);
    assert_int_equal(clinic_count_events(clinic, EVENT_CONSULTATION_ENDED), 1);
    assert_int_equal(verdict_of(clinic, REVIEWER).outcome, LICENCE_BLOCKED);
    assert_int_equal(clinic_seat_state(clinic, PATIENT), SEAT_IN_VISIT); /* nobody is thrown out */
    clinic_presence(clinic, TREATING, true);
    assert_int_equal(clinic_count_events(clinic, EVENT_CONSULTATION_BEGAN), 2);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &picture),
        0);
    assert_int_equal(clinic_count_events(clinic, EVENT_CONSULTATION_ENDED), 2);
}

static void a_physician_without_one_does_not_come_to_the_patient(void **state)
{
    (void)state;
    AUTO(clinic) clinic = patient_at_the_door("US-MT");
    license(clinic, CLINIC_REVIEWER_KEY, "US-MT", LICENCE_ACTIVE);
    assert_int_equal(admit(clinic, false), 0);
    clinic_join(clinic, TREATING);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_enter(clinic->service, &clinic->actors[TREATING], &picture),
                     REFUSAL_NO_LICENCE);
    assert_null(picture);
}

static void places_and_licences_are_checked(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    assert_int_equal(say_where(clinic, "Montana"), REFUSAL_INVALID);
    assert_int_equal(say_where(clinic, "US-MT"), 0);
    struct licence licence = {.state = "US-MT", .number = "1", .status = LICENCE_ACTIVE};
    assert_int_equal(
        visit_licence_replace(clinic->service, &clinic->bedsidectl, "", &licence, 1, NULL),
        REFUSAL_INVALID);
    assert_int_equal(
        visit_licence_replace(clinic->service, &clinic->actors[PATIENT], "rao", &licence, 1, NULL),
        REFUSAL_NOT_PERMITTED);
    license(clinic, "rao", "US-MT", LICENCE_ACTIVE);
    license(clinic, "rao", "US-ID", LICENCE_RESTRICTED);
    struct licence_list list;
    assert_int_equal(visit_licence_list(clinic->service, &clinic->bedsidectl, "rao", &list), 0);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.licences[0].state, "US-ID");
    assert_int_equal(list.licences[0].status, LICENCE_RESTRICTED);
}

/* By a coordinator, of whom the programme knows; whoever is at the door sees what follows. */
static void a_coordinator_writes_down_licences_of_the_programme(void **state)
{
    (void)state;
    static const unsigned coordinates = PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR);
    AUTO(clinic) clinic = patient_at_the_door("US-MT");
    const struct licence licence = {.state = "US-MT", .number = "7", .status = LICENCE_ACTIVE};
    const struct {
        struct visit_actor actor;
        const char *staff_key;
        int result;
        int reading;
    } rows[] = {
        {clinic_sign_in(clinic, "other", coordinates, "elsewhere"), "rao", REFUSAL_NOT_FOUND,
         REFUSAL_NOT_FOUND},
        {clinic_sign_in(clinic, "nora", coordinates, "second-opinion"), "stranger",
         REFUSAL_NOT_FOUND, REFUSAL_NOT_FOUND},
        {clinic_sign_in(clinic, "nora", coordinates, "second-opinion"), CLINIC_INTERPRETER_KEY,
         REFUSAL_NOT_FOUND, REFUSAL_NOT_FOUND},
        {clinic_sign_in(clinic, "doctor", PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN), ""),
         "rao", REFUSAL_NOT_PERMITTED, 0},
        {clinic_sign_in(clinic, "nora", coordinates, "second-opinion"), "rao", 0, 0},
        {clinic_sign_in(clinic, "all", coordinates, ""), "stranger", 0, 0},
    };
    assert_int_equal(verdict_of(clinic, REVIEWER).outcome, LICENCE_BLOCKED);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct licence_pictures pictures = {.count = 0};
        struct licence_list list;
        if (visit_licence_replace(clinic->service, &rows[i].actor, rows[i].staff_key, &licence, 1,
                                  &pictures) != rows[i].result ||
            visit_licence_list(clinic->service, &rows[i].actor, rows[i].staff_key, &list) !=
                rows[i].reading) {
            fail_msg("row %zu", i);
        }
        const bool is_rao = strcmp(rows[i].staff_key, "rao") == 0;
        assert_int_equal(pictures.count, rows[i].result == 0 && is_rao);
        if (pictures.count > 0) {
            assert_string_equal(pictures.pictures[0]->visit.id, clinic->visit_id);
            assert_int_equal(pictures.pictures[0]->licences[REVIEWER].outcome, LICENCE_GOOD);
        }
        licence_pictures_clear(&pictures);
    }
    assert_int_equal(admit(clinic, false), 0);
    assert_true(clinic_verify_audit(clinic).intact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_coordinator_writes_down_licences_of_the_programme),
        cmocka_unit_test(a_licence_where_the_patient_is_opens_the_door),
        cmocka_unit_test(a_missing_one_keeps_it_shut),
        cmocka_unit_test(a_warning_has_to_be_known),
        cmocka_unit_test(a_licensed_colleague_makes_it_a_consultation_while_there),
        cmocka_unit_test(a_physician_without_one_does_not_come_to_the_patient),
        cmocka_unit_test(places_and_licences_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
