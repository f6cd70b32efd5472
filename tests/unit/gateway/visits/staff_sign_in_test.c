/* Staff who signed in with the organisation, and what they reach. */
#include "gateway/visits/staff_sign_in.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

#define MINUTE 60000
#define REVIEWING PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define COORDINATING PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)

static struct staff_account identity_of(const char *staff_key, unsigned roles)
{
    struct staff_account identity = {
        .issuer = "https://id.example",
        .display_name = "Somebody Invented",
        .roles = roles,
    };
    strcpy(identity.subject, staff_key);
    strcpy(identity.staff_key, staff_key);
    return identity;
}

static struct staff_session_opened sign_in(struct clinic *clinic, const char *staff_key,
                                           unsigned roles)
{
    const struct staff_account identity = identity_of(staff_key, roles);
    struct staff_session_opened session;
    assert_int_equal(staff_sign_in_open(clinic->service, &identity, &session), 0);
    return session;
}

static int read_case(struct clinic *clinic, const struct visit_actor *actor)
{
    AUTO(clinical_case) found = NULL;
    return visit_records_read_case(clinic->service, actor, clinic->case_id, &found);
}

static void an_account_is_known_again(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct staff_session_opened first = sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING);
    clinic_pass_ms(clinic, MINUTE);
    struct staff_account identity = identity_of(CLINIC_REVIEWER_KEY, REVIEWING | COORDINATING);
    strcpy(identity.display_name, "Dr. Priya Rao-Beck");
    struct staff_session_opened second;
    assert_int_equal(staff_sign_in_open(clinic->service, &identity, &second), 0);
    assert_string_equal(first.account.id, second.account.id);
    assert_string_not_equal(first.token, second.token);

    struct staff_session_opened resolved;
    assert_int_equal(staff_sign_in_resolve(clinic->service, first.token, &resolved), 0);
    assert_string_equal(resolved.account.display_name, "Dr. Priya Rao-Beck");
    assert_int_equal(resolved.account.roles, REVIEWING | COORDINATING);
    assert_int_equal(resolved.actor.role, ROLE_REVIEWING_PHYSICIAN);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void looking_is_no_activity(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct staff_session_opened session = sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING);
    struct staff_session_opened seen;
    clinic_pass_ms(clinic, 10 * MINUTE);
    assert_int_equal(staff_sign_in_look(clinic->service, session.token, &seen), 0);
    assert_int_equal(seen.ends_at_ms, session.ends_at_ms);
    clinic_pass_ms(clinic, 5 * MINUTE);
    assert_int_equal(staff_sign_in_look(clinic->service, session.token, &seen),
                     REFUSAL_SESSION_EXPIRED);
}

static void what_came_to_nothing_is_written_down(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    assert_int_equal(staff_sign_in_note_refusal(clinic->service, "nonce"), REFUSAL_NOT_PERMITTED);
    assert_true(clinic_verify_audit(clinic).intact);
}

static void who_has_no_role_or_is_disabled_is_refused(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct staff_account identity = identity_of("nobody", 0);
    struct staff_session_opened session;
    assert_int_equal(staff_sign_in_open(clinic->service, &identity, &session),
                     REFUSAL_NOT_PERMITTED);
    identity.roles = PARTICIPANT_ROLE_BIT(ROLE_PATIENT);
    assert_int_equal(staff_sign_in_open(clinic->service, &identity, &session), REFUSAL_INVALID);

    session = sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING);
    struct staff_account account = session.account;
    account.disabled_at_ms = clinic->now_ms;
    assert_int_equal(clinic->store->ops->staff.update_account(clinic->store, &account), 0);
    struct staff_session_opened resolved;
    assert_int_equal(staff_sign_in_resolve(clinic->service, session.token, &resolved),
                     REFUSAL_SESSION_EXPIRED);
    assert_int_equal(read_case(clinic, &session.actor), REFUSAL_SESSION_EXPIRED);
    identity = identity_of(CLINIC_REVIEWER_KEY, REVIEWING);
    assert_int_equal(staff_sign_in_open(clinic->service, &identity, &resolved),
                     REFUSAL_NOT_PERMITTED);
}

static void a_session_ends_when_idle_unless_in_a_visit(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct staff_session_opened session = sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING);
    struct staff_session_opened resolved;
    for (int i = 0; i < 3; i++) { /* each request is activity */
        clinic_pass_ms(clinic, 10 * MINUTE);
        assert_int_equal(staff_sign_in_resolve(clinic->service, session.token, &resolved), 0);
    }
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_pass_ms(clinic, 40 * MINUTE);
    assert_int_equal(staff_sign_in_resolve(clinic->service, session.token, &resolved), 0);
    clinic_presence(clinic, REVIEWER, false);
    clinic_pass_ms(clinic, 15 * MINUTE);
    assert_int_equal(staff_sign_in_resolve(clinic->service, session.token, &resolved),
                     REFUSAL_SESSION_EXPIRED);
    assert_int_equal(read_case(clinic, &session.actor), REFUSAL_SESSION_EXPIRED);
}

static void a_session_that_was_ended_is_over(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct staff_session_opened session = sign_in(clinic, CLINIC_REVIEWER_KEY, REVIEWING);
    assert_int_equal(staff_sign_in_end(clinic->service, &session.actor), 0);
    struct staff_session_opened resolved;
    assert_int_equal(staff_sign_in_resolve(clinic->service, session.token, &resolved),
                     REFUSAL_SESSION_EXPIRED);
    assert_int_equal(staff_sign_in_resolve(clinic->service, "short", &resolved),
                     REFUSAL_SESSION_EXPIRED);
}

static void reach_follows_from_the_case(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    static const struct {
        const char *name;
        const char *staff_key;
        unsigned roles;
        const char *programme;
        int expected;
    } cases[] = {
        {"whom the case names", CLINIC_REVIEWER_KEY, REVIEWING, "", 0},
        {"a physician of another case", "stranger", REVIEWING, "", REFUSAL_NOT_FOUND},
        {"a coordinator of everything", "quill", COORDINATING, "", 0},
        {"a coordinator of this programme", "quill", COORDINATING, "second-opinion", 0},
        {"a coordinator of another", "quill", COORDINATING, "tumor-board", REFUSAL_NOT_FOUND},
        {"named, without the role", CLINIC_REVIEWER_KEY, PARTICIPANT_ROLE_BIT(ROLE_TRAINEE), "",
         REFUSAL_NOT_FOUND},
        {"named as interpreter: may not", CLINIC_INTERPRETER_KEY,
         PARTICIPANT_ROLE_BIT(ROLE_INTERPRETER), "", REFUSAL_NOT_PERMITTED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct staff_account identity = identity_of(cases[i].staff_key, cases[i].roles);
        strcpy(identity.programme, cases[i].programme);
        struct staff_session_opened session;
        assert_int_equal(staff_sign_in_open(clinic->service, &identity, &session), 0);
        const int result = read_case(clinic, &session.actor);
        if (result != cases[i].expected) {
            fail_msg("%s: %d", cases[i].name, result);
        }
    }
    assert_true(clinic_verify_audit(clinic).intact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_known_again),
        cmocka_unit_test(looking_is_no_activity),
        cmocka_unit_test(what_came_to_nothing_is_written_down),
        cmocka_unit_test(who_has_no_role_or_is_disabled_is_refused),
        cmocka_unit_test(a_session_ends_when_idle_unless_in_a_visit),
        cmocka_unit_test(a_session_that_was_ended_is_over),
        cmocka_unit_test(reach_follows_from_the_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
