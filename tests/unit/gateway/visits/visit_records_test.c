#include "tests/unit/gateway/visits/clinic.h"

#include <errno.h>
#include <string.h>

static void an_imported_case_is_read_back_whole(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(clinical_case) expected = clinic_make_case("SO-1");
    AUTO(clinical_case) found = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &clinic->bedsidectl, clinic->case_id, &found), 0);
    assert_string_equal(found->reference, "SO-1");
    assert_string_equal(found->title, expected->title);
    assert_int_equal(found->person_count, CLINIC_PEOPLE);
    for (size_t i = 0; i < CLINIC_PEOPLE; i++) {
        struct person person = found->people[i];
        assert_int_equal(strlen(person.id), UUID_TEXT_SIZE - 1);
        memset(person.id, 0, sizeof(person.id));
        assert_memory_equal(&person, &expected->people[i], sizeof(person));
    }
    assert_int_equal(found->opinion->section_count, 2);
    assert_string_equal(found->opinion->sections[0].paragraphs[1], "They show the same.");
    assert_string_equal(found->opinion->outcomes[0].code, "plan-confirmed");
    assert_null(found->opinion->document.bytes);
    assert_string_equal(found->opinion->document.sha256, expected->opinion->document.sha256);
    AUTO(opinion) document = NULL;
    assert_int_equal(visit_records_read_opinion(clinic->service, &clinic->bedsidectl,
                                                clinic->case_id, true, &document),
                     0);
    assert_int_equal(document->document.size, expected->opinion->document.size);
    assert_memory_equal(document->document.bytes, expected->opinion->document.bytes,
                        document->document.size);
}

static void the_same_reference_is_refused(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(clinical_case) again = clinic_make_case("SO-1");
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, again),
                     REFUSAL_CASE_EXISTS);
    strcpy(again->programme, "another");
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, again), 0);
    clinic_join(clinic, REVIEWER);
    AUTO(clinical_case) third = clinic_make_case("SO-3");
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->actors[REVIEWER], third),
                     REFUSAL_NOT_PERMITTED);
}

static void a_case_that_makes_no_sense_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *problem;
        int kind;
    } cases[] = {
        {NULL, 0},
        {"programme", 1},
        {"reference", 2},
        {"title", 3},
        {"people", 4},
        {"people[].birth_date", 5},
        {"opinion.title", 6},
        {"people", 7},
        {"opinion.sections[].heading", 8},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO(clinical_case) made = clinic_make_case("SO-9");
        switch (cases[i].kind) {
        case 1:
            strcpy(made->programme, "a b");
            break;
        case 2:
            strcpy(made->reference, "../1");
            break;
        case 3:
            made->title[0] = 0;
            break;
        case 4:
            made->people[CAREGIVER].role = ROLE_PATIENT;
            break;
        case 5:
            strcpy(made->people[CAREGIVER].birth_date, "1985-02-30");
            break;
        case 6:
            made->opinion->title[0] = 0;
            break;
        case 7:
            made->people[PATIENT].role = ROLE_CAREGIVER;
            break;
        case 8:
            made->opinion->sections[1].heading[0] = '\a';
            break;
        default:
            break;
        }
        size_t index = 99;
        const char *problem = clinical_case_find_problem(made, &index);
        if (!cases[i].problem) {
            assert_null(problem);
        } else {
            assert_string_equal(problem, cases[i].problem);
            assert_int_equal(index, cases[i].kind == 5 ? CAREGIVER : 0);
        }
    }
}

static void opinions_keep_their_limits(void **state)
{
    (void)state;
    AUTO(opinion) opinion = opinion_create();
    struct opinion_section *section = NULL;
    for (size_t i = 0; i < OPINION_SECTIONS_MAX; i++) {
        section = opinion_add_section(opinion, "Heading");
        assert_non_null(section);
    }
    assert_null(opinion_add_section(opinion, "One too many"));
    for (size_t i = 0; i < OPINION_PARAGRAPHS_MAX; i++) {
        assert_int_equal(opinion_section_add_paragraph(section, "Text"), 0);
    }
    assert_true(opinion_section_add_paragraph(section, "One too many") < 0);
    assert_true(opinion_section_add_paragraph(&opinion->sections[0], "\a") < 0);
    assert_true(opinion_section_add_paragraph(&opinion->sections[0], "") < 0);
    static const struct {
        const char *type;
        const char *bytes;
        size_t size;
        int expected;
    } documents[] = {
        {"application/pdf", "%PDF-1.7", 8, 0},
        {"application/pdf", "<html>", 6, -EINVAL},
        {"application/pdf", "%PDF", 4, -EINVAL},
        {"application/pdf", "", 0, -EINVAL},
        {"pdf", "%PDF-1.7", 8, -EINVAL},
        {"text/html; charset=x", "x", 1, -EINVAL},
        {"application/pdf", "%PDF-", OPINION_DOCUMENT_SIZE_MAX + 1, -EMSGSIZE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(documents); i++) {
        assert_int_equal(
            opinion_set_document(opinion, documents[i].type, documents[i].bytes, documents[i].size),
            documents[i].expected);
    }
}

static int schedule(struct clinic *clinic, const struct visit_schedule_request *request)
{
    AUTO(visit_picture) picture = NULL;
    return visit_records_schedule(clinic->service, &clinic->bedsidectl, request, &picture);
}

static void schedules_that_make_no_sense(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(clinical_case) found = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &clinic->bedsidectl, clinic->case_id, &found), 0);
    const struct visit_schedule_request good = {
        .case_id = clinic->case_id,
        .shape = VISIT_PHYSICIANS_ONLY,
        .scheduled_at_ms = clinic->now_ms,
        .minutes = 30,
        .time_zone = "UTC",
    };
    assert_int_equal(schedule(clinic, &good), 0);
    struct visit_schedule_request bad = good;
    bad.minutes = 0;
    assert_int_equal(schedule(clinic, &bad), REFUSAL_INVALID);
    bad = good;
    bad.minutes = VISIT_MINUTES_MAX + 1;
    assert_int_equal(schedule(clinic, &bad), REFUSAL_INVALID);
    bad = good;
    bad.time_zone = "../etc";
    assert_int_equal(schedule(clinic, &bad), REFUSAL_INVALID);
    bad = good;
    bad.case_id = "nowhere";
    assert_int_equal(schedule(clinic, &bad), REFUSAL_NOT_FOUND);
    /* The patient has no seat among physicians. */
    bad = good;
    const char *with_patient[] = {found->people[REVIEWER].id, found->people[PATIENT].id};
    bad.person_ids = with_patient;
    bad.person_count = 2;
    assert_int_equal(schedule(clinic, &bad), REFUSAL_INVALID);
    /* Nobody could open the door. */
    bad.shape = VISIT_EXPERT_LED;
    const char *without_staff[] = {found->people[PATIENT].id};
    bad.person_ids = without_staff;
    bad.person_count = 1;
    assert_int_equal(schedule(clinic, &bad), REFUSAL_INVALID);
    const char *stranger[] = {"stranger"};
    bad.person_ids = stranger;
    assert_int_equal(schedule(clinic, &bad), REFUSAL_NOT_FOUND);
    AUTO(visit_list) list = NULL;
    assert_int_equal(
        visit_records_list_visits(clinic->service, &clinic->bedsidectl, clinic->case_id, &list), 0);
    assert_int_equal(list->count, 2);
}

static void the_opinion_is_open_in_the_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, PATIENT);
    clinic_enter(clinic, PATIENT);
    AUTO(opinion) opinion = NULL;
    assert_int_equal(visit_records_read_opinion(clinic->service, &clinic->actors[PATIENT], NULL,
                                                false, &opinion),
                     REFUSAL_NOT_IN_VISIT);
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_admit(clinic, PATIENT);
    assert_int_equal(visit_records_read_opinion(clinic->service, &clinic->actors[PATIENT], NULL,
                                                false, &opinion),
                     0);
    assert_string_equal(opinion->sections[1].heading, "What we advise");
    opinion = opinion_destroy(opinion);
    /* Whoever has left reads no more; whoever was sent away never does. */
    AUTO(visit_picture) picture = NULL;
    clinic_join(clinic, CAREGIVER);
    clinic_enter(clinic, CAREGIVER);
    assert_int_equal(visit_conduct_deny(clinic->service, &clinic->actors[PATIENT],
                                        clinic->participants[CAREGIVER], &picture),
                     0);
    picture = visit_picture_destroy(picture);
    assert_int_equal(visit_conduct_leave(clinic->service, &clinic->actors[PATIENT], &picture), 0);
    static const enum clinic_person outside[] = {PATIENT, CAREGIVER};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(visit_records_read_opinion(clinic->service, &clinic->actors[outside[i]],
                                                    NULL, true, &opinion),
                         REFUSAL_NOT_IN_VISIT);
    }
    /* A patient's seat opens no case page. */
    AUTO(clinical_case) found = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &clinic->actors[PATIENT], clinic->case_id, &found),
        REFUSAL_NOT_PERMITTED);
}

static void staff_reach_their_own_case_alone(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct staff_session session;
    assert_int_equal(visit_arrival_exchange_staff_link(
                         clinic->service, clinic_staff_secret(clinic, REVIEWER), &session),
                     0);
    AUTO(clinical_case) other = clinic_make_case("SO-2");
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, other), 0);
    AUTO(clinical_case) found = NULL;
    assert_int_equal(visit_records_read_case(clinic->service, &session.actor, other->id, &found),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(
        visit_records_read_case(clinic->service, &session.actor, clinic->case_id, &found), 0);
    struct audit_verdict verdict;
    assert_int_equal(visit_records_verify_audit(clinic->service, &session.actor, &verdict),
                     REFUSAL_NOT_PERMITTED);
    /* An actor that nobody made: no seat, no session. */
    const struct visit_actor invented = {.role = ROLE_REVIEWING_PHYSICIAN};
    found = clinical_case_destroy(found);
    assert_int_equal(visit_records_read_case(clinic->service, &invented, clinic->case_id, &found),
                     REFUSAL_NOT_PERMITTED);
}

static void visits_have_titles_labels_and_guests(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(clinical_case) found = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &clinic->bedsidectl, clinic->case_id, &found), 0);
    const char *const ids[] = {found->people[REVIEWER].id, found->people[CAREGIVER].id};
    const char *const labels[] = {NULL, "your daughter"};
    struct person guest = {.role = ROLE_INTERPRETER, .key = "interpreter-2"};
    strcpy(guest.display_name, "Eva Ruiz");
    struct visit_schedule_request request = {
        .case_id = clinic->case_id,
        .shape = VISIT_EXPERT_LED,
        .scheduled_at_ms = clinic->now_ms,
        .minutes = 20,
        .time_zone = "UTC",
        .title = "Your second opinion",
        .person_ids = ids,
        .person_labels = labels,
        .person_count = 2,
        .guests = &guest,
        .guest_count = 1,
    };
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_records_schedule(clinic->service, &clinic->bedsidectl, &request, &picture), 0);
    assert_string_equal(picture->visit.title, "Your second opinion");
    assert_int_equal(picture->participant_count, 3);
    /* In the order of the case: caregiver, reviewer, guest. */
    assert_string_equal(picture->participants[0].person.label, "your daughter");
    assert_string_equal(picture->participants[1].person.label, "Haematology");
    assert_string_equal(picture->participants[2].person.display_name, "Eva Ruiz");
    AUTO(clinical_case) after = NULL;
    assert_int_equal(
        visit_records_read_case(clinic->service, &clinic->bedsidectl, clinic->case_id, &after), 0);
    assert_int_equal(after->person_count, CLINIC_PEOPLE + 1);
    assert_string_equal(after->people[CLINIC_PEOPLE].key, "interpreter-2");
    assert_string_equal(after->people[CAREGIVER].label, "Daughter");

    /* There is one patient, and a guest is not another. */
    guest.role = ROLE_PATIENT;
    assert_int_equal(schedule(clinic, &request), REFUSAL_INVALID);
    guest.role = ROLE_TRAINEE;
    guest.display_name[0] = 0;
    assert_int_equal(schedule(clinic, &request), REFUSAL_INVALID);
    request.guest_count = 0;
    request.title = "bell\a";
    assert_int_equal(schedule(clinic, &request), REFUSAL_INVALID);
}

static void one_link_is_minted_without_touching_others(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(minted_links) links = NULL;
    assert_int_equal(visit_records_mint_link(clinic->service, &clinic->bedsidectl, clinic->visit_id,
                                             clinic->participants[PATIENT], &links),
                     0);
    assert_int_equal(links->count, 1);
    struct join_link_look look;
    assert_int_equal(visit_arrival_look(clinic->service, links->links[0].secret, &look), 0);
    assert_string_equal(look.person_name, "Maria Alder");
    assert_int_equal(
        visit_arrival_look(clinic->service, clinic_join_secret(clinic, PATIENT), &look),
        REFUSAL_LINK_UNKNOWN);
    assert_int_equal(
        visit_arrival_look(clinic->service, clinic_join_secret(clinic, CAREGIVER), &look), 0);
    AUTO(minted_links) none = NULL;
    assert_int_equal(visit_records_mint_link(clinic->service, &clinic->bedsidectl, clinic->visit_id,
                                             "nobody", &none),
                     REFUSAL_NOT_FOUND);
    clinic_be_in_visit(clinic, REVIEWER);
    assert_int_equal(visit_records_mint_link(clinic->service, &clinic->actors[REVIEWER],
                                             clinic->visit_id, clinic->participants[PATIENT],
                                             &none),
                     REFUSAL_NOT_PERMITTED);
}

static void an_author_is_found_among_the_people(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    AUTO(opinion) opinion = NULL;
    assert_int_equal(visit_records_read_opinion(clinic->service, &clinic->bedsidectl,
                                                clinic->case_id, false, &opinion),
                     0);
    struct person author;
    assert_int_equal(visit_records_find_author(clinic->service, clinic->case_id, opinion, &author),
                     0);
    assert_int_equal(author.role, ROLE_REVIEWING_PHYSICIAN);
    strcpy(opinion->author, "Somebody Else");
    assert_int_equal(visit_records_find_author(clinic->service, clinic->case_id, opinion, &author),
                     REFUSAL_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_imported_case_is_read_back_whole),
        cmocka_unit_test(the_same_reference_is_refused),
        cmocka_unit_test(a_case_that_makes_no_sense_is_named),
        cmocka_unit_test(opinions_keep_their_limits),
        cmocka_unit_test(schedules_that_make_no_sense),
        cmocka_unit_test(the_opinion_is_open_in_the_visit),
        cmocka_unit_test(staff_reach_their_own_case_alone),
        cmocka_unit_test(visits_have_titles_labels_and_guests),
        cmocka_unit_test(one_link_is_minted_without_touching_others),
        cmocka_unit_test(an_author_is_found_among_the_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
