/* clinic.h - an invented clinic for tests: a case with five people, a visit, a link for each, on
 * SQLite. Thread: the test's. */
#ifndef BEDSIDE_TESTS_CLINIC_H
#define BEDSIDE_TESTS_CLINIC_H

#include "gateway/visits/visit_arrival.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_notification.h"
#include "gateway/visits/visit_recording.h"
#include "gateway/visits/visit_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum clinic_person { PATIENT, CAREGIVER, REVIEWER, TREATING, INTERPRETER, CLINIC_PEOPLE };

#define CLINIC_START_MS 1790000000000
#define CLINIC_PATIENT_BIRTH_DATE "1951-03-04"
#define CLINIC_REVIEWER_KEY "rao"
#define CLINIC_INTERPRETER_KEY "ortega"
#define CLINIC_CONSENT_VERSION "2026-11"
/* In English and Spanish. */
extern const struct consent_words clinic_consent_words;

struct clinic {
    struct visit_store *store;
    struct visit_service *service;
    int64_t now_ms;
    struct visit_actor bedsidectl; /* the operator */
    char case_id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participants[CLINIC_PEOPLE][UUID_TEXT_SIZE];
    struct visit_actor actors[CLINIC_PEOPLE]; /* once joined */
    char seat_tokens[CLINIC_PEOPLE][RANDOM_TOKEN_SIZE];
    struct minted_links *links;
};

/* Opens the store at `path` and, when it is empty, makes case, visit and links. */
struct clinic *clinic_create(const char *path);
/* The same in memory, of a site with rules about licences (borrowed). */
struct clinic *clinic_create_with_rules(const struct licence_rules *rules);
/* The same, of a site that says what follows from answers (borrowed). */
struct clinic *clinic_create_with_screening(const struct screening_rules *rules);
/* The same, of a site that writes to people (borrowed). */
struct clinic *clinic_create_with_notifications(const struct notification_rules *rules);
/* The same at `path`, of a site with all that `site` says (borrowed). */
struct clinic *clinic_create_of_site(const char *path, const struct visit_service_config *site);
struct clinic *clinic_destroy(struct clinic *clinic);
DEFINE_AUTO(clinic)
/* A case as an operator would import it. */
struct clinical_case *clinic_make_case(const char *reference);

void clinic_pass_ms(struct clinic *clinic, int64_t ms);
const char *clinic_join_secret(const struct clinic *clinic, enum clinic_person person);
/* The staff link of a member of the care team. */
const char *clinic_staff_secret(const struct clinic *clinic, enum clinic_person person);
/* The right date of birth for whom one is asked; NULL for the others. */
const char *clinic_birth_date(enum clinic_person person);

/* A member of staff, signed in with the organisation; `roles`: bits, `programme`: "" is all. */
struct visit_actor clinic_sign_in(struct clinic *clinic, const char *staff_key, unsigned roles,
                                  const char *programme);

/* Each asserts that the operation is done. */
void clinic_join(struct clinic *clinic, enum clinic_person person);
void clinic_enter(struct clinic *clinic, enum clinic_person person);
void clinic_admit(struct clinic *clinic, enum clinic_person person);
void clinic_be_in_visit(struct clinic *clinic,
                        enum clinic_person person); /* join, enter, admitted */
void clinic_consent(struct clinic *clinic, enum clinic_person person, enum consent_answer answer);
void clinic_command(struct clinic *clinic, enum clinic_person person,
                    enum recording_command command);
void clinic_presence(struct clinic *clinic, enum clinic_person person, bool connected);
enum seat_state clinic_seat_state(struct clinic *clinic, enum clinic_person person);
struct recording_status clinic_recording(struct clinic *clinic);
struct audit_verdict clinic_verify_audit(struct clinic *clinic);
/* How often the timeline has an event of this kind. */
size_t clinic_count_events(struct clinic *clinic, enum visit_event_kind kind);
/* How many letters of the visit are of this kind, and stand so. */
size_t clinic_count_letters(struct clinic *clinic, enum notification_kind kind,
                            enum notification_state state);
/* A team of one, who has Tuesday 12:00 to 15:00 UTC; writes the expert's id. */
void clinic_keep_expert(struct clinic *clinic, const char *staff_key,
                        char ret_expert_id[UUID_TEXT_SIZE]);

#endif
