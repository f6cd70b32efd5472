/* People answer before their visit; who may, what is kept, and what follows. */
#include "gateway/visits/visit_screening.h"

#include "gateway/visits/visit_alert.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

static const struct screening_rules rules = {
    .rules = {{"distress", 4, FOLLOW_ALERT}, {"distress", 9, FOLLOW_CRISIS}},
    .count = 2,
    .crisis = {{"en", "Call or text at any hour.", "988"}},
    .crisis_count = 1,
};

enum { DISTRESS, STATE, ADDRESS, PHONE, CONTACT_NAME, CONTACT_PHONE, WISH };

static struct questionnaire_item *add(struct questionnaire *questionnaire, const char *link_id,
                                      enum questionnaire_item_type type,
                                      enum questionnaire_meaning meaning)
{
    struct questionnaire_item *item = questionnaire_add_item(questionnaire);
    strcpy(item->link_id, link_id);
    item->type = type;
    item->meaning = meaning;
    item->words.in[0] = questionnaire_keep(questionnaire, "Words");
    item->length_max = type == ITEM_TEXT ? 4000 : 0;
    item->maximum = type == ITEM_SCALE ? 10 : 0;
    return item;
}

static struct questionnaire *make(void)
{
    struct questionnaire *made = questionnaire_create();
    size_t item;
    strcpy(made->url, "urn:example:all");
    strcpy(made->version, "2");
    strcpy(made->languages[0], "en");
    made->language_count = 1;
    made->title.in[0] = questionnaire_keep(made, "Title");
    made->audience = PARTICIPANT_ROLE_BIT(ROLE_PATIENT);
    strcpy(add(made, "distress", ITEM_SCALE, MEANING_NONE)->score, "distress");
    struct questionnaire_item *where = add(made, "state", ITEM_CHOICE, MEANING_PLACE_STATE);
    for (int i = 0; i < 2; i++) {
        struct questionnaire_option *option = questionnaire_item_add_option(where);
        strcpy(option->code, i == 0 ? "US-ID" : "US-MT");
        option->words = where->words;
    }
    add(made, "address", ITEM_TEXT, MEANING_PLACE_ADDRESS);
    add(made, "phone", ITEM_TEXT, MEANING_PLACE_PHONE);
    add(made, "contact-name", ITEM_TEXT, MEANING_CONTACT_NAME);
    add(made, "contact-phone", ITEM_TEXT, MEANING_CONTACT_PHONE);
    add(made, "wish", ITEM_TEXT, MEANING_QUESTIONS);
    questionnaire_set_document(made, "{}", 2);
    assert_null(questionnaire_find_problem(made, &item));
    return made;
}

static struct participant seat_of(struct clinic *clinic, enum clinic_person person)
{
    struct participant seat;
    assert_int_equal(
        clinic->store->ops->read_participant(clinic->store, clinic->participants[person], &seat),
        0);
    return seat;
}

static int answer(struct clinic *clinic, enum clinic_person person,
                  const struct questionnaire *questionnaire,
                  const struct questionnaire_answers *answers, bool complete,
                  struct screening_outcome *outcome)
{
    AUTO(visit_picture) picture = NULL;
    return visit_screening_answer(clinic->service, &clinic->actors[person], questionnaire, answers,
                                  complete, outcome, &picture);
}

static struct screening_list *list_as(struct clinic *clinic, enum clinic_person person)
{
    struct screening_list *list = NULL;
    assert_int_equal(
        visit_screening_list(clinic->service, &clinic->actors[person], clinic->visit_id, &list), 0);
    return list;
}

static struct screening_page *open_as(struct clinic *clinic, enum clinic_person person,
                                      struct questionnaire *asked)
{
    struct screening_page *page = NULL;
    assert_int_equal(
        visit_screening_open(clinic->service, &clinic->actors[person], &asked, 1, &page), 0);
    return page;
}

static void answers_are_kept_and_the_team_reads_them(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    AUTO(questionnaire) asked = make();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    struct screening_outcome outcome;
    clinic_join(clinic, PATIENT);
    clinic_join(clinic, REVIEWER);
    questionnaire_answers_set_number(answers, DISTRESS, 3);
    questionnaire_answers_set_text(answers, WISH, "Do I need it?\nWhen?");
    assert_int_equal(answer(clinic, PATIENT, asked, answers, false, &outcome), 0);
    assert_int_equal(outcome.follow, FOLLOW_NOTHING);
    assert_int_equal(clinic_count_events(clinic, EVENT_SCREENING_COMPLETED), 0);

    AUTO(screening_list) list = list_as(clinic, REVIEWER);
    assert_int_equal(list->count, 1);
    const struct screening_record *record = &list->records[0];
    assert_false(record->response.complete);
    assert_string_equal(record->response.url, "urn:example:all");
    assert_string_equal(record->response.digest, asked->digest);
    assert_int_equal(record->answer_count, 2);
    assert_string_equal(record->answers[0].link_id, "distress");
    assert_string_equal(record->answers[0].value, "3");
    assert_string_equal(record->answers[1].value, "Do I need it?\nWhen?");
    assert_int_equal(record->score_count, 1);
    assert_int_equal(record->scores[0].value, 3);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void the_rest_comes_later_in_place_of_what_was_there(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    AUTO(questionnaire) asked = make();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    struct screening_outcome outcome;
    clinic_join(clinic, PATIENT);
    questionnaire_answers_set_number(answers, DISTRESS, 2);
    assert_int_equal(answer(clinic, PATIENT, asked, answers, false, &outcome), 0);
    assert_int_equal(answer(clinic, PATIENT, asked, answers, true, &outcome), REFUSAL_INVALID);
    assert_int_equal(outcome.problem, ANSWER_MISSING);
    assert_int_equal(outcome.item, STATE);
    clinic_pass_ms(clinic, 60000);
    questionnaire_answers_set_number(answers, DISTRESS, 5);
    for (size_t i = STATE; i <= WISH; i++) {
        questionnaire_answers_skip(answers, i);
    }
    for (int i = 0; i < 2; i++) { /* once more changes nothing */
        assert_int_equal(answer(clinic, PATIENT, asked, answers, true, &outcome), 0);
        assert_int_equal(outcome.follow, FOLLOW_ALERT);
        assert_int_equal(outcome.finding_count, 1);
        assert_int_equal(outcome.findings[0].at_least, 4);
        assert_null(outcome.crisis);
    }
    assert_int_equal(clinic_count_events(clinic, EVENT_SCREENING_COMPLETED), 1);
    AUTO(screening_page) page = open_as(clinic, PATIENT, asked);
    assert_true(page->parts[0].complete);
    assert_int_equal(page->parts[0].answers->answers[DISTRESS].number, 5);
    assert_int_equal(page->parts[0].answers->answers[WISH].state, ANSWER_SKIPPED);
    clinic_join(clinic, REVIEWER);
    AUTO(screening_list) own = list_as(clinic, REVIEWER);
    assert_int_equal(own->count, 1);
    assert_string_equal(own->records[0].response.person_name, "Maria Alder");
    assert_true(own->records[0].response.complete);
    assert_string_equal(own->records[0].response.id, outcome.response_id);
    assert_int_equal(own->records[0].answer_count, 7);
    assert_true(own->records[0].answers[WISH].skipped);
    assert_string_equal(own->records[0].answers[DISTRESS].value, "5");
    assert_int_equal(own->records[0].response.started_at_ms + 60000,
                     own->records[0].response.updated_at_ms);
}

static void a_high_score_shows_the_crisis_text_at_once(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    AUTO(questionnaire) asked = make();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    struct screening_outcome outcome;
    clinic_join(clinic, PATIENT);
    questionnaire_answers_set_number(answers, DISTRESS, 9);
    assert_int_equal(answer(clinic, PATIENT, asked, answers, false, &outcome), 0);
    assert_int_equal(outcome.follow, FOLLOW_CRISIS);
    assert_non_null(outcome.crisis);
    assert_string_equal(outcome.crisis->number, "988");
}

static void place_and_contact_reach_the_seat(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    AUTO(questionnaire) asked = make();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    AUTO(visit_picture) picture = NULL;
    struct screening_outcome outcome;
    clinic_join(clinic, PATIENT);
    questionnaire_answers_set_number(answers, STATE, 1);
    questionnaire_answers_set_text(answers, ADDRESS, "1 Invented Road\nHamilton");
    questionnaire_answers_set_text(answers, PHONE, "(406) 555-0100");
    questionnaire_answers_set_text(answers, CONTACT_NAME, "Ana");
    questionnaire_answers_set_text(answers, CONTACT_PHONE, "(406) 555-0101");
    assert_int_equal(visit_screening_answer(clinic->service, &clinic->actors[PATIENT], asked,
                                            answers, false, &outcome, &picture),
                     0);
    assert_non_null(picture);
    const struct participant seat = seat_of(clinic, PATIENT);
    assert_string_equal(seat.subdivision, "US-MT");
    assert_string_equal(seat.person.address, "1 Invented Road\nHamilton");
    assert_string_equal(seat.person.phone, "(406) 555-0100");
    assert_string_equal(seat.person.emergency_contact_name, "Ana");
    assert_string_equal(seat.person.emergency_contact_phone, "(406) 555-0101");
    assert_int_equal(seat.placed_at_ms, clinic->now_ms);
}

static void what_does_not_fit_the_seat_is_refused_whole(void **state)
{
    (void)state;
    static const struct {
        size_t item;
        const char *text; /* NULL: too long */
        enum answer_problem problem;
    } rows[] = {
        {ADDRESS, NULL, ANSWER_TOO_LONG},       {PHONE, NULL, ANSWER_TOO_LONG},
        {PHONE, "one\ntwo", ANSWER_NOT_CLEAN},  {CONTACT_NAME, "one\ntwo", ANSWER_NOT_CLEAN},
        {CONTACT_PHONE, NULL, ANSWER_TOO_LONG}, {WISH, "\x1b", ANSWER_NOT_CLEAN},
    };
    static char long_text[PERSON_ADDRESS_SIZE + 1];
    memset(long_text, 'x', sizeof(long_text) - 1);
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    AUTO(questionnaire) asked = make();
    clinic_join(clinic, PATIENT);
    const struct participant before = seat_of(clinic, PATIENT);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(questionnaire_answers) answers = questionnaire_answers_create();
        struct screening_outcome outcome;
        questionnaire_answers_set_number(answers, STATE, 1);
        questionnaire_answers_set_text(answers, CONTACT_NAME, "Ana");
        questionnaire_answers_set_text(answers, CONTACT_PHONE, "1");
        questionnaire_answers_set_text(answers, rows[i].item,
                                       rows[i].text ? rows[i].text : long_text);
        assert_int_equal(answer(clinic, PATIENT, asked, answers, false, &outcome), REFUSAL_INVALID);
        assert_int_equal(outcome.problem, rows[i].problem);
        assert_int_equal(outcome.item, rows[i].item);
    }
    const struct participant after = seat_of(clinic, PATIENT);
    assert_string_equal(after.subdivision, before.subdivision);
    assert_string_equal(after.person.emergency_contact_name, before.person.emergency_contact_name);
    AUTO(screening_page) page = open_as(clinic, PATIENT, asked);
    assert_int_equal(page->count, 1);
    assert_false(page->parts[0].started);
}

static void only_who_is_asked_answers_and_only_the_team_reads(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    AUTO(questionnaire) asked = make();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    AUTO(screening_list) list = NULL;
    struct screening_outcome outcome;
    for (enum clinic_person person = PATIENT; person < CLINIC_PEOPLE; person++) {
        clinic_join(clinic, person);
    }
    questionnaire_answers_set_number(answers, DISTRESS, 1);
    assert_int_equal(answer(clinic, PATIENT, asked, answers, false, &outcome), 0);
    /* The caregiver answers others; staff none. */
    assert_int_equal(answer(clinic, CAREGIVER, asked, answers, false, &outcome),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(answer(clinic, REVIEWER, asked, answers, false, &outcome),
                     REFUSAL_NOT_PERMITTED);
    static const enum clinic_person strangers[] = {PATIENT, CAREGIVER, INTERPRETER};
    for (size_t i = 0; i < ARRAY_LENGTH(strangers); i++) {
        assert_int_equal(visit_screening_list(clinic->service, &clinic->actors[strangers[i]],
                                              clinic->visit_id, &list),
                         REFUSAL_NOT_PERMITTED);
        assert_null(list);
    }
    assert_int_equal(
        visit_screening_list(clinic->service, &clinic->bedsidectl, clinic->visit_id, &list),
        REFUSAL_NOT_PERMITTED);
    AUTO(screening_page) page = open_as(clinic, CAREGIVER, asked);
    assert_int_equal(page->count, 0); /* it is the patient's */
    assert_true(clinic_verify_audit(clinic).intact);
}

static void nothing_is_answered_after_the_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    AUTO(questionnaire) asked = make();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    AUTO(visit_picture) picture = NULL;
    struct screening_outcome outcome;
    clinic_join(clinic, PATIENT);
    clinic_be_in_visit(clinic, REVIEWER);
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &picture),
        0);
    questionnaire_answers_set_number(answers, DISTRESS, 1);
    assert_int_equal(answer(clinic, PATIENT, asked, answers, false, &outcome), REFUSAL_VISIT_ENDED);
}

static struct alert alert_of(struct clinic *clinic)
{
    AUTO(alert_row_list) list = NULL;
    assert_int_equal(
        visit_alert_list(clinic->service, &clinic->actors[REVIEWER], clinic->visit_id, &list), 0);
    assert_int_equal(list->count, 1);
    return list->rows[0].alert;
}

static void say_distress(struct clinic *clinic, int64_t value)
{
    AUTO(questionnaire) asked = make();
    AUTO(questionnaire_answers) answers = questionnaire_answers_create();
    struct screening_outcome outcome;
    questionnaire_answers_set_number(answers, DISTRESS, value);
    assert_int_equal(answer(clinic, PATIENT, asked, answers, false, &outcome), 0);
}

static size_t escalate(struct clinic *clinic)
{
    struct alert_round round;
    assert_int_equal(visit_alert_escalate(clinic->service, &round), 0);
    assert_int_equal(round.visit_count, round.told > 0);
    return round.told;
}

static void an_alert_climbs_until_it_is_acknowledged(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    clinic_join(clinic, PATIENT);
    clinic_join(clinic, REVIEWER);
    say_distress(clinic, 4);
    say_distress(clinic, 4); /* once is enough */
    assert_int_equal(clinic_count_events(clinic, EVENT_ALERT_RAISED), 1);
    struct alert alert = alert_of(clinic);
    assert_true(alert_is_pressing(&alert));
    assert_int_equal(alert.value, 4);
    assert_string_equal(alert.participant_id, clinic->participants[PATIENT]);
    assert_int_equal(escalate(clinic), 0);
    clinic_pass_ms(clinic, 15 * 60000);
    assert_int_equal(escalate(clinic), 1);
    assert_int_equal(escalate(clinic), 0);
    assert_int_equal(clinic_count_events(clinic, EVENT_ALERT_ESCALATED), 1);
    const struct visit_actor *reviewer = &clinic->actors[REVIEWER];
    assert_int_equal(
        visit_alert_step(clinic->service, reviewer, alert.id, ALERT_ACKNOWLEDGE, "I call her now."),
        0);
    assert_int_equal(visit_alert_step(clinic->service, reviewer, alert.id, ALERT_ACKNOWLEDGE, NULL),
                     REFUSAL_WRONG_STATE);
    clinic_pass_ms(clinic, 3600000);
    assert_int_equal(escalate(clinic), 0);
    alert = alert_of(clinic);
    assert_false(alert_is_pressing(&alert));
    assert_int_equal(alert.level, 1);
    assert_string_equal(alert.note, "I call her now.");
    assert_string_equal(alert.owner_id, alert.acknowledged_by);
    assert_true(alert.owner_id[0]);
    say_distress(clinic, 3); /* lower: nothing anew */
    assert_int_equal(clinic_count_events(clinic, EVENT_ALERT_RAISED), 1);
    say_distress(clinic, 9);
    assert_int_equal(clinic_count_events(clinic, EVENT_ALERT_RAISED), 2);
    alert = alert_of(clinic);
    assert_true(alert_is_pressing(&alert));
    assert_int_equal(alert.follow, FOLLOW_CRISIS);
    assert_int_equal(alert.level, 0);
    assert_int_equal(visit_alert_step(clinic->service, reviewer, alert.id, ALERT_CLOSE, NULL), 0);
    assert_int_equal(visit_alert_step(clinic->service, reviewer, alert.id, ALERT_TAKE, NULL),
                     REFUSAL_WRONG_STATE);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void alerts_are_the_teams(void **state)
{
    (void)state;
    AUTO(alert_row_list) list = NULL;
    AUTO(clinic) clinic = clinic_create_with_screening(&rules);
    clinic_join(clinic, PATIENT);
    clinic_join(clinic, REVIEWER);
    say_distress(clinic, 4);
    const struct alert alert = alert_of(clinic);
    const struct visit_actor *patient = &clinic->actors[PATIENT];
    assert_int_equal(visit_alert_list(clinic->service, patient, clinic->visit_id, &list),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(visit_alert_step(clinic->service, patient, alert.id, ALERT_CLOSE, NULL),
                     REFUSAL_NOT_PERMITTED);
    const struct visit_actor *reviewer = &clinic->actors[REVIEWER];
    assert_int_equal(visit_alert_step(clinic->service, reviewer, "nonsense", ALERT_TAKE, NULL),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(visit_alert_step(clinic->service, reviewer, alert.id, ALERT_TAKE, "\x1b"),
                     REFUSAL_INVALID);
    const struct alert after = alert_of(clinic);
    assert_true(alert_is_pressing(&after));
    assert_string_equal(after.owner_id, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_kept_and_the_team_reads_them),
        cmocka_unit_test(the_rest_comes_later_in_place_of_what_was_there),
        cmocka_unit_test(a_high_score_shows_the_crisis_text_at_once),
        cmocka_unit_test(place_and_contact_reach_the_seat),
        cmocka_unit_test(what_does_not_fit_the_seat_is_refused_whole),
        cmocka_unit_test(only_who_is_asked_answers_and_only_the_team_reads),
        cmocka_unit_test(an_alert_climbs_until_it_is_acknowledged),
        cmocka_unit_test(alerts_are_the_teams),
        cmocka_unit_test(nothing_is_answered_after_the_visit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
