#include "tests/unit/gateway/visits/clinic.h"

#include "gateway/base/allocate.h"
#include "gateway/store/sqlite_store.h"
#include "gateway/visits/staff_sign_in.h"
#include "gateway/visits/team_work.h"

#include <stdio.h>
#include <string.h>

static const struct {
    enum participant_role role;
    const char *name;
    const char *label;
    const char *birth_date;
    const char *staff_key;
} people[CLINIC_PEOPLE] = {
    [PATIENT] = {ROLE_PATIENT, "Maria Alder", "", CLINIC_PATIENT_BIRTH_DATE, ""},
    [CAREGIVER] = {ROLE_CAREGIVER, "Ana Alder", "Daughter", "", ""},
    [REVIEWER] = {ROLE_REVIEWING_PHYSICIAN, "Dr. Priya Rao", "Haematology", "",
                  CLINIC_REVIEWER_KEY},
    [TREATING] = {ROLE_TREATING_PHYSICIAN, "Dr. Tom Beck", "Oncology, St. Anne", "", "beck"},
    [INTERPRETER] = {ROLE_INTERPRETER, "Luis Ortega", "Spanish", "", CLINIC_INTERPRETER_KEY},
};

const struct consent_words clinic_consent_words = {
    .version = CLINIC_CONSENT_VERSION,
    .texts = {{.language = "en", .text = "May we record this visit?"},
              {.language = "es", .text = "¿Podemos grabar esta visita?"}},
    .count = 2,
};

static const struct visit_service_config service_config = {
    .consent_words = &clinic_consent_words,
};

struct clinical_case *clinic_make_case(const char *reference)
{
    AUTO(clinical_case) made = clinical_case_create();
    strcpy(made->programme, "second-opinion");
    strcpy(made->title, "Second opinion: myeloma");
    snprintf(made->reference, sizeof(made->reference), "%s", reference);
    for (size_t i = 0; i < CLINIC_PEOPLE; i++) {
        struct person person = {.role = people[i].role};
        strcpy(person.display_name, people[i].name);
        strcpy(person.label, people[i].label);
        strcpy(person.birth_date, people[i].birth_date);
        strcpy(person.phone, "+1 555 0100");
        strcpy(person.address, "12 Elm Street\nDayton, OH");
        strcpy(person.emergency_contact_name, "Ana Alder");
        strcpy(person.emergency_contact_phone, "+1 555 0101");
        strcpy(person.time_zone, i == PATIENT ? "America/New_York" : "");
        strcpy(person.languages, "en es");
        strcpy(person.staff_key, people[i].staff_key);
        assert_int_equal(clinical_case_add_person(made, &person), 0);
    }
    made->opinion = opinion_create();
    strcpy(made->opinion->title, "Second opinion");
    strcpy(made->opinion->author, "Dr. Priya Rao");
    made->opinion->signed_at_ms = CLINIC_START_MS - 86400000;
    struct opinion_section *section = opinion_add_section(made->opinion, "What we found");
    assert_int_equal(opinion_section_add_paragraph(section, "The slides were read again."), 0);
    assert_int_equal(opinion_section_add_paragraph(section, "They show the same."), 0);
    section = opinion_add_section(made->opinion, "What we advise");
    assert_int_equal(opinion_section_add_paragraph(section, "Go on as planned."), 0);
    strcpy(made->opinion->outcomes[0].code, "plan-confirmed");
    strcpy(made->opinion->outcomes[0].text, "Plan confirmed");
    made->opinion->outcome_count = 1;
    static const char pdf[] = "%PDF-1.4\n%%EOF\n";
    assert_int_equal(opinion_set_document(made->opinion, "application/pdf", pdf, sizeof(pdf) - 1),
                     0);
    return TAKE(made);
}

static void set_up(struct clinic *clinic)
{
    AUTO(clinical_case) imported = clinic_make_case("SO-1");
    assert_int_equal(visit_records_import_case(clinic->service, &clinic->bedsidectl, imported), 0);
    strcpy(clinic->case_id, imported->id);
    const struct visit_schedule_request request = {
        .case_id = clinic->case_id,
        .shape = VISIT_EXPERT_LED,
        .scheduled_at_ms = clinic->now_ms,
        .minutes = 30,
        .time_zone = "America/Chicago",
    };
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_records_schedule(clinic->service, &clinic->bedsidectl, &request, &picture), 0);
    strcpy(clinic->visit_id, picture->visit.id);
    assert_int_equal(picture->participant_count, CLINIC_PEOPLE);
    for (size_t i = 0; i < CLINIC_PEOPLE; i++) {
        assert_int_equal(picture->participants[i].person.role, people[i].role);
        strcpy(clinic->participants[i], picture->participants[i].id);
    }
    assert_int_equal(visit_records_mint_links(clinic->service, &clinic->bedsidectl,
                                              clinic->visit_id, &clinic->links),
                     0);
}

static struct clinic *create(const char *path, const struct visit_service_config *config)
{
    struct clinic *clinic = allocate_zeroed(1, sizeof(*clinic));
    assert_int_equal(sqlite_store_open(path, &clinic->store), 0);
    clinic->service = visit_service_create(config, clinic->store);
    clinic->bedsidectl = visit_actor_operator(1000);
    clinic->now_ms = CLINIC_START_MS;
    clinic_pass_ms(clinic, 0);
    set_up(clinic);
    return clinic;
}

struct clinic *clinic_create(const char *path)
{
    return create(path, &service_config);
}

struct clinic *clinic_create_with_rules(const struct licence_rules *rules)
{
    struct visit_service_config config = service_config;
    config.licence_rules = rules;
    return create(":memory:", &config);
}

struct clinic *clinic_create_with_screening(const struct screening_rules *rules)
{
    struct visit_service_config config = service_config;
    config.screening_rules = rules;
    return create(":memory:", &config);
}

struct clinic *clinic_create_with_notifications(const struct notification_rules *rules)
{
    struct visit_service_config config = service_config;
    config.notification_rules = rules;
    return create(":memory:", &config);
}

struct clinic *clinic_create_of_site(const char *path, const struct visit_service_config *site)
{
    struct visit_service_config config = *site;
    config.consent_words = &clinic_consent_words;
    return create(path, &config);
}

struct clinic *clinic_destroy(struct clinic *clinic)
{
    if (clinic) {
        minted_links_destroy(clinic->links);
        visit_service_destroy(clinic->service);
        visit_store_destroy(clinic->store);
        free(clinic);
    }
    return NULL;
}

void clinic_pass_ms(struct clinic *clinic, int64_t ms)
{
    clinic->now_ms += ms;
    visit_service_set_now(clinic->service, clinic->now_ms);
}

const char *clinic_join_secret(const struct clinic *clinic, enum clinic_person person)
{
    for (size_t i = 0; i < clinic->links->count; i++) {
        if (strcmp(clinic->links->links[i].participant_id, clinic->participants[person]) == 0) {
            return clinic->links->links[i].secret;
        }
    }
    fail_msg("no link for person %d", (int)person);
    return NULL;
}

const char *clinic_staff_secret(const struct clinic *clinic, enum clinic_person person)
{
    for (size_t i = 0; i < clinic->links->count; i++) {
        const struct minted_link *link = &clinic->links->links[i];
        if (!link->participant_id[0] && strcmp(link->display_name, people[person].name) == 0) {
            return link->secret;
        }
    }
    fail_msg("no staff link for person %d", (int)person);
    return NULL;
}

const char *clinic_birth_date(enum clinic_person person)
{
    return person == PATIENT || person == CAREGIVER ? CLINIC_PATIENT_BIRTH_DATE : NULL;
}

struct visit_actor clinic_sign_in(struct clinic *clinic, const char *staff_key, unsigned roles,
                                  const char *programme)
{
    struct staff_account identity = {
        .issuer = "https://id.example", .display_name = "Somebody Invented", .roles = roles};
    struct staff_session_opened session;
    snprintf(identity.subject, sizeof(identity.subject), "%s", staff_key);
    snprintf(identity.staff_key, sizeof(identity.staff_key), "%s", staff_key);
    snprintf(identity.programme, sizeof(identity.programme), "%s", programme);
    assert_int_equal(staff_sign_in_open(clinic->service, &identity, &session), 0);
    return session.actor;
}

void clinic_join(struct clinic *clinic, enum clinic_person person)
{
    const struct join_request request = {
        .link_secret = clinic_join_secret(clinic, person),
        .birth_date = clinic_birth_date(person),
        .seat_token = clinic->seat_tokens[person][0] ? clinic->seat_tokens[person] : NULL,
    };
    struct join_result result;
    assert_int_equal(visit_arrival_join(clinic->service, &request, &result), 0);
    assert_non_null(result.picture);
    visit_picture_destroy(result.picture);
    clinic->actors[person] = result.actor;
    strcpy(clinic->seat_tokens[person], result.seat_token);
}

void clinic_enter(struct clinic *clinic, enum clinic_person person)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_enter(clinic->service, &clinic->actors[person], &picture), 0);
}

void clinic_admit(struct clinic *clinic, enum clinic_person person)
{
    AUTO(visit_picture) picture = NULL;
    const enum clinic_person keeper =
        participant_role_is_guest(people[person].role) ? PATIENT : REVIEWER;
    assert_int_equal(visit_conduct_admit(clinic->service, &clinic->actors[keeper],
                                         clinic->participants[person], false, &picture),
                     0);
}

void clinic_be_in_visit(struct clinic *clinic, enum clinic_person person)
{
    clinic_join(clinic, person);
    clinic_enter(clinic, person);
    if (clinic_seat_state(clinic, person) == SEAT_WAITING) {
        clinic_admit(clinic, person);
    }
    assert_int_equal(clinic_seat_state(clinic, person), SEAT_IN_VISIT);
}

void clinic_consent(struct clinic *clinic, enum clinic_person person, enum consent_answer answer)
{
    const struct consent_request request = {
        .purpose = CONSENT_RECORDING,
        .answer = answer,
        .method = CONSENT_BY_BUTTON,
        .text_version = CLINIC_CONSENT_VERSION,
    };
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_recording_answer_consent(clinic->service, &clinic->actors[person],
                                                    &request, &picture),
                     0);
}

void clinic_command(struct clinic *clinic, enum clinic_person person,
                    enum recording_command command)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_recording_command(clinic->service, &clinic->actors[person], command, &picture), 0);
}

void clinic_presence(struct clinic *clinic, enum clinic_person person, bool connected)
{
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_conduct_presence(clinic->service, &clinic->actors[person], connected, &picture), 0);
}

static struct visit_snapshot *snapshot(struct clinic *clinic)
{
    struct visit_snapshot *taken = NULL;
    assert_int_equal(
        visit_conduct_snapshot(clinic->service, &clinic->bedsidectl, clinic->visit_id, &taken), 0);
    return taken;
}

enum seat_state clinic_seat_state(struct clinic *clinic, enum clinic_person person)
{
    AUTO(visit_snapshot) taken = snapshot(clinic);
    const struct participant *seat =
        visit_picture_find(taken->picture, clinic->participants[person]);
    assert_non_null(seat);
    return seat->state;
}

struct recording_status clinic_recording(struct clinic *clinic)
{
    AUTO(visit_snapshot) taken = snapshot(clinic);
    return taken->picture->recording;
}

struct audit_verdict clinic_verify_audit(struct clinic *clinic)
{
    struct audit_verdict verdict = {0};
    assert_int_equal(visit_records_verify_audit(clinic->service, &clinic->bedsidectl, &verdict), 0);
    return verdict;
}

size_t clinic_count_events(struct clinic *clinic, enum visit_event_kind kind)
{
    AUTO(visit_event_list) list = NULL;
    assert_int_equal(
        visit_records_timeline(clinic->service, &clinic->bedsidectl, clinic->visit_id, &list), 0);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        count += list->events[i].kind == kind;
    }
    return count;
}

size_t clinic_count_letters(struct clinic *clinic, enum notification_kind kind,
                            enum notification_state state)
{
    struct notification_list list;
    size_t count = 0;
    assert_int_equal(
        visit_notification_list(clinic->service, &clinic->bedsidectl, clinic->visit_id, &list), 0);
    for (size_t i = 0; i < list.count; i++) {
        count += list.notifications[i].kind == kind && list.notifications[i].state == state;
    }
    return count;
}

void clinic_keep_expert(struct clinic *clinic, const char *staff_key,
                        char ret_expert_id[UUID_TEXT_SIZE])
{
    static const struct expert_hours hours = {
        .time_zone = "UTC", .windows = {{2, 720, 900}}, .window_count = 1};
    struct expert expert = {.subspecialties = "myeloma", .time_zone = "UTC"};
    bool is_new = false;
    AUTO(team) team = team_create();
    snprintf(team->programme, sizeof(team->programme), "second-opinion");
    snprintf(team->key, sizeof(team->key), "team-%s", staff_key);
    snprintf(team->name, sizeof(team->name), "Team %s", staff_key);
    snprintf(team->subspecialty, sizeof(team->subspecialty), "myeloma");
    snprintf(expert.staff_key, sizeof(expert.staff_key), "%s", staff_key);
    snprintf(expert.display_name, sizeof(expert.display_name), "Dr. %s", staff_key);
    assert_int_equal(team_add_expert(team, &expert), 0);
    assert_int_equal(team_work_keep(clinic->service, &clinic->bedsidectl, team, NULL, &is_new), 0);
    memcpy(ret_expert_id, team->experts[0].id, UUID_TEXT_SIZE);
    assert_int_equal(
        team_work_write_hours(clinic->service, &clinic->bedsidectl, ret_expert_id, &hours), 0);
}
