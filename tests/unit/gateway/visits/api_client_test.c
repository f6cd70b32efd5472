/* Programs that use the API: what an operator says of them, and how far they reach. */
#include "gateway/visits/api_client.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

#define KEYS "{\"keys\":[]}" /* whoever registers has looked at them */
#define MINUTE 60000
#define JTI "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER_JTI "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static struct api_client client_of(const char *name, unsigned scopes)
{
    struct api_client client = {.scopes = scopes};
    snprintf(client.name, sizeof(client.name), "%s", name);
    return client;
}

static struct api_client add(struct clinic *clinic, unsigned scopes, const char *programme)
{
    struct api_client client = client_of("Invented record system", scopes);
    snprintf(client.programme, sizeof(client.programme), "%s", programme);
    assert_int_equal(api_client_add(clinic->service, &clinic->bedsidectl, &client, KEYS), 0);
    return client;
}

static int ask_token(struct clinic *clinic, const char *client_id, unsigned scopes, const char *jti,
                     struct visit_actor *ret_actor)
{
    const struct api_token_request request = {
        .client_id = client_id,
        .scopes = scopes,
        .jti_sha256 = jti,
        .assertion_ends_at_ms = clinic->now_ms + 5 * MINUTE,
    };
    return api_token_issue(clinic->service, &request, ret_actor);
}

static int read_case(struct clinic *clinic, const struct visit_actor *actor)
{
    AUTO(clinical_case) found = NULL;
    return visit_records_read_case(clinic->service, actor, clinic->case_id, &found);
}

static void what_makes_no_sense_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *programme;
        unsigned scopes;
        const char *keys;
        const char *problem;
    } rows[] = {
        {"EHR", "", 1, KEYS, NULL},
        {"EHR", "second-opinion", API_SCOPES_ALL, KEYS, NULL},
        {"EHR", "", 1, NULL, NULL}, /* those that are there stay */
        {"", "", 1, KEYS, "name"},
        {"E\nHR", "", 1, KEYS, "name"},
        {"EHR", "\x01", 1, KEYS, "programme"},
        {"EHR", "", 0, KEYS, "scopes"},
        {"EHR", "", 1u << API_SCOPE_COUNT, KEYS, "scopes"},
        {"EHR", "", 1, "", "keys"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct api_client client = client_of(rows[i].name, rows[i].scopes);
        snprintf(client.programme, sizeof(client.programme), "%s", rows[i].programme);
        const char *problem = api_client_find_problem(&client, rows[i].keys);
        if (!problem != !rows[i].problem || (problem && strcmp(problem, rows[i].problem) != 0)) {
            fail_msg("row %zu: %s", i, problem ? problem : "good");
        }
    }
}

static void clients_are_listed_in_pages(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct api_client made[3];
    for (size_t i = 0; i < ARRAY_LENGTH(made); i++) {
        made[i] = add(clinic, API_SCOPES_ALL, "");
    }
    AUTO(api_client_list) first = NULL;
    assert_int_equal(api_client_list_page(clinic->service, &clinic->bedsidectl, "", 2, &first), 0);
    assert_int_equal(first->count, 2);
    assert_string_equal(first->clients[0].id, made[0].id);
    AUTO(api_client_list) second = NULL;
    assert_int_equal(api_client_list_page(clinic->service, &clinic->bedsidectl,
                                          first->clients[1].id, 2, &second),
                     0);
    assert_int_equal(second->count, 1);
    assert_string_equal(second->clients[0].id, made[2].id);
}

static void operators_alone_register(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_join(clinic, REVIEWER);
    const struct api_client known = add(clinic, API_SCOPES_ALL, "");
    struct visit_actor system;
    assert_int_equal(ask_token(clinic, known.id, 0, JTI, &system), 0);
    const struct visit_actor *others[] = {&clinic->actors[REVIEWER], &system};
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        struct api_client client = client_of("EHR", 1);
        AUTO(api_client_list) list = NULL;
        AUTO_FREE char *keys = NULL;
        assert_int_equal(api_client_add(clinic->service, others[i], &client, KEYS),
                         REFUSAL_NOT_PERMITTED);
        assert_int_equal(api_client_list_page(clinic->service, others[i], "", 9, &list),
                         REFUSAL_NOT_PERMITTED);
        assert_int_equal(api_client_show(clinic->service, others[i], known.id, &client, &keys),
                         REFUSAL_NOT_PERMITTED);
        assert_int_equal(api_client_change(clinic->service, others[i], &known, KEYS),
                         REFUSAL_NOT_PERMITTED);
        assert_int_equal(api_client_revoke(clinic->service, others[i], known.id),
                         REFUSAL_NOT_PERMITTED);
    }
}

static void an_assertion_is_used_once(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct api_client client = add(clinic, API_SCOPES_ALL, "");
    const struct api_client other = add(clinic, API_SCOPES_ALL, "");
    struct visit_actor actor;
    assert_int_equal(ask_token(clinic, client.id, 0, JTI, &actor), 0);
    assert_int_equal(actor.role, ROLE_SYSTEM);
    assert_string_equal(actor.client_id, client.id);
    assert_int_equal(ask_token(clinic, client.id, 0, JTI, &actor), REFUSAL_ASSERTION_USED);
    assert_int_equal(ask_token(clinic, other.id, 0, JTI, &actor), 0); /* its own numbers */
    assert_int_equal(ask_token(clinic, client.id, 0, OTHER_JTI, &actor), 0);
    clinic_pass_ms(clinic, 4 * MINUTE);
    assert_int_equal(ask_token(clinic, client.id, 0, JTI, &actor), REFUSAL_ASSERTION_USED);
    /* It is forgotten when it would be refused for its age. */
    clinic_pass_ms(clinic, 2 * MINUTE);
    assert_int_equal(ask_token(clinic, client.id, 0, JTI, &actor), 0);
    assert_true(clinic_verify_audit(clinic).intact);
}

/* An assertion that asked for too much is used up as well. */
static void scopes_are_those_that_were_registered(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const unsigned reads = API_SCOPE_BIT(API_SCOPE_CASES_READ);
    const unsigned sees = API_SCOPE_BIT(API_SCOPE_VISITS_READ);
    const struct api_client client = add(clinic, reads | sees, "");
    struct visit_actor actor;
    assert_int_equal(ask_token(clinic, client.id, API_SCOPES_ALL, JTI, &actor),
                     REFUSAL_NOT_PERMITTED);
    assert_int_equal(ask_token(clinic, client.id, reads, JTI, &actor), REFUSAL_ASSERTION_USED);
    assert_int_equal(ask_token(clinic, client.id, sees, OTHER_JTI, &actor), 0);
    assert_int_equal(actor.scopes, sees);
    assert_int_equal(read_case(clinic, &actor), REFUSAL_NOT_PERMITTED);
    AUTO(visit_snapshot) snapshot = NULL;
    assert_int_equal(visit_conduct_snapshot(clinic->service, &actor, clinic->visit_id, &snapshot),
                     0);
    /* Nothing that the table does not give to programs, whatever the scopes. */
    actor.scopes = ~0u;
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(visit_conduct_end(clinic->service, &actor, clinic->visit_id, &picture),
                     REFUSAL_NOT_PERMITTED);
    struct audit_verdict verdict;
    assert_int_equal(visit_records_verify_audit(clinic->service, &actor, &verdict),
                     REFUSAL_NOT_PERMITTED);
}

static void a_token_loses_what_its_client_loses(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct api_client client = add(clinic, API_SCOPES_ALL, "");
    struct visit_actor actor;
    assert_int_equal(ask_token(clinic, client.id, 0, JTI, &actor), 0);
    assert_int_equal(read_case(clinic, &actor), 0);
    client.scopes = API_SCOPE_BIT(API_SCOPE_VISITS_READ);
    assert_int_equal(api_client_change(clinic->service, &clinic->bedsidectl, &client, NULL), 0);
    assert_int_equal(read_case(clinic, &actor), REFUSAL_NOT_PERMITTED);
    client.scopes = API_SCOPES_ALL;
    assert_int_equal(api_client_change(clinic->service, &clinic->bedsidectl, &client, NULL), 0);
    assert_int_equal(read_case(clinic, &actor), 0);

    assert_int_equal(api_client_revoke(clinic->service, &clinic->bedsidectl, client.id), 0);
    assert_int_equal(read_case(clinic, &actor), REFUSAL_TOKEN_UNKNOWN);
    assert_int_equal(ask_token(clinic, client.id, 0, OTHER_JTI, &actor), REFUSAL_TOKEN_UNKNOWN);
    AUTO_FREE char *keys = NULL;
    assert_int_equal(api_client_find_keys(clinic->service, client.id, &client, &keys),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(api_client_revoke(clinic->service, &clinic->bedsidectl, client.id),
                     REFUSAL_WRONG_STATE);
    assert_int_equal(api_client_change(clinic->service, &clinic->bedsidectl, &client, NULL),
                     REFUSAL_WRONG_STATE);
}

static void keys_change_and_stay(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    struct api_client client = add(clinic, 1, "");
    struct api_client shown;
    AUTO_FREE char *before = NULL;
    AUTO_FREE char *after = NULL;
    strcpy(client.name, "Renamed");
    assert_int_equal(api_client_change(clinic->service, &clinic->bedsidectl, &client, NULL), 0);
    assert_int_equal(
        api_client_show(clinic->service, &clinic->bedsidectl, client.id, &shown, &before), 0);
    assert_string_equal(shown.name, "Renamed");
    assert_string_equal(before, KEYS);
    assert_int_equal(api_client_change(clinic->service, &clinic->bedsidectl, &client, "{}"), 0);
    assert_int_equal(api_client_find_keys(clinic->service, client.id, &shown, &after), 0);
    assert_string_equal(after, "{}");
}

static void a_programme_keeps_to_its_own_cases(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    static const struct {
        const char *programme;
        int reads;
        int imports;
    } rows[] = {
        {"", 0, 0},
        {"second-opinion", 0, 0},
        {"another", REFUSAL_NOT_FOUND, REFUSAL_NOT_PERMITTED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct api_client client = add(clinic, API_SCOPES_ALL, rows[i].programme);
        struct visit_actor actor;
        assert_int_equal(ask_token(clinic, client.id, 0, JTI, &actor), 0);
        assert_int_equal(read_case(clinic, &actor), rows[i].reads);
        AUTO(visit_snapshot) snapshot = NULL;
        assert_int_equal(
            visit_conduct_snapshot(clinic->service, &actor, clinic->visit_id, &snapshot),
            rows[i].reads);
        char reference[16];
        snprintf(reference, sizeof(reference), "SYS-%zu", i);
        AUTO(clinical_case) made = clinic_make_case(reference);
        assert_int_equal(visit_records_import_case(clinic->service, &actor, made), rows[i].imports);
        AUTO(recording_list) recordings = NULL;
        assert_int_equal(visit_recording_list(clinic->service, &actor, NULL, &recordings),
                         REFUSAL_NOT_PERMITTED);
    }
    assert_true(clinic_verify_audit(clinic).intact);
}

static void refusals_are_written_down(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct api_client client = add(clinic, 1, "");
    const uint64_t before = clinic_verify_audit(clinic).rows;
    assert_int_equal(
        api_token_note_refusal(clinic->service, OPERATION_TOKEN_ISSUE, client.id, "audience"),
        REFUSAL_NOT_PERMITTED);
    assert_int_equal(
        api_token_note_refusal(clinic->service, OPERATION_TOKEN_ISSUE, "stranger", "key"),
        REFUSAL_NOT_PERMITTED);
    const struct audit_verdict after = clinic_verify_audit(clinic);
    assert_true(after.intact);
    assert_int_equal(after.rows, before + 2 + 1); /* the verification is a row, too */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_makes_no_sense_is_named),
        cmocka_unit_test(clients_are_listed_in_pages),
        cmocka_unit_test(operators_alone_register),
        cmocka_unit_test(an_assertion_is_used_once),
        cmocka_unit_test(scopes_are_those_that_were_registered),
        cmocka_unit_test(a_token_loses_what_its_client_loses),
        cmocka_unit_test(keys_change_and_stay),
        cmocka_unit_test(a_programme_keeps_to_its_own_cases),
        cmocka_unit_test(refusals_are_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
