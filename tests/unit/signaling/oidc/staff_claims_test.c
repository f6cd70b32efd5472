#include "signaling/oidc/staff_claims.h"

#include "gateway/base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define WHO "\"iss\":\"https://login.example\",\"sub\":\"s-1\","
#define REVIEWER PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN)
#define DESK PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR)
#define HELPER PARTICIPANT_ROLE_BIT(ROLE_TECHNICAL_HELPER)

static const struct staff_claims_rules rules = {
    .roles_claim = "realm.roles",
    .roles = "reviewers=reviewing_physician;desk=coordinator;it=technical_helper",
    .staff_key_claim = "employee",
    .programme_claim = "programme",
};

static enum staff_claims_fault read_claims(const char *text, const struct staff_claims_rules *by,
                                           struct staff_account *ret_identity)
{
    json_t *claims = json_loads(text, 0, NULL);
    assert_non_null(claims);
    const enum staff_claims_fault fault = staff_claims_read(claims, by, ret_identity);
    json_decref(claims);
    return fault;
}

static void claims_become_an_account(void **state)
{
    (void)state;
    static const struct {
        const char *claims;
        enum staff_claims_fault fault;
        unsigned roles;
    } rows[] = {
        {"{" WHO "\"employee\":\"e1\",\"realm\":{\"roles\":[\"reviewers\"]}}", STAFF_CLAIMS_GOOD,
         REVIEWER},
        {"{" WHO "\"employee\":\"e1\",\"realm\":{\"roles\":\"reviewers\"}}", STAFF_CLAIMS_GOOD,
         REVIEWER},
        {"{" WHO "\"employee\":\"e1\",\"realm.roles\":[\"x\",\"reviewers\",7]}", STAFF_CLAIMS_GOOD,
         REVIEWER},
        {"{" WHO "\"employee\":\"e1\",\"programme\":\"breast\",\"realm.roles\":[\"desk\","
         "\"reviewers\"]}",
         STAFF_CLAIMS_GOOD, REVIEWER | DESK},
        {"{" WHO "\"employee\":\"e1\",\"realm.roles\":[\"desk\"]}", STAFF_CLAIMS_NO_PROGRAMME, 0},
        {"{" WHO "\"employee\":\"e1\",\"programme\":\"\",\"realm.roles\":[\"desk\"]}",
         STAFF_CLAIMS_NO_PROGRAMME, 0},
        {"{" WHO "\"employee\":\"e1\",\"programme\":\"*\",\"realm.roles\":[\"desk\"]}",
         STAFF_CLAIMS_GOOD, DESK},
        {"{" WHO "\"employee\":\"e1\",\"realm.roles\":[\"it\"]}", STAFF_CLAIMS_NO_PROGRAMME, 0},
        {"{" WHO "\"employee\":\"e1\",\"programme\":\"\",\"realm.roles\":[\"it\"]}",
         STAFF_CLAIMS_NO_PROGRAMME, 0},
        {"{" WHO "\"employee\":\"e1\",\"programme\":\"*\",\"realm.roles\":[\"it\"]}",
         STAFF_CLAIMS_GOOD, HELPER},
        {"{" WHO "\"employee\":\"e1\"}", STAFF_CLAIMS_NO_ROLE, 0},
        {"{" WHO "\"employee\":\"e1\",\"realm\":[\"reviewers\"]}", STAFF_CLAIMS_NO_ROLE, 0},
        {"{" WHO "\"employee\":\"e1\",\"realm\":{\"roles\":{\"reviewers\":true}}}",
         STAFF_CLAIMS_NO_ROLE, 0},
        {"{" WHO "\"employee\":\"e1\",\"realm.roles\":[\"Reviewers\"]}", STAFF_CLAIMS_NO_ROLE, 0},
        {"{" WHO "\"realm.roles\":[\"reviewers\"]}", STAFF_CLAIMS_NO_STAFF_KEY, 0},
        {"{" WHO "\"employee\":17,\"realm.roles\":[\"reviewers\"]}", STAFF_CLAIMS_NO_STAFF_KEY, 0},
        {"{" WHO "\"employee\":\"a\\nb\",\"realm.roles\":[\"reviewers\"]}", STAFF_CLAIMS_UNUSABLE,
         0},
        {"{\"iss\":\"https://login.example\",\"employee\":\"e1\"}", STAFF_CLAIMS_UNUSABLE, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct staff_account identity = {0};
        const enum staff_claims_fault fault = read_claims(rows[i].claims, &rules, &identity);
        if (fault != rows[i].fault || identity.roles != rows[i].roles) {
            fail_msg("%s: %s", rows[i].claims, staff_claims_fault_name(fault));
        }
    }
}

static void ornaments_are_taken_where_they_fit(void **state)
{
    (void)state;
    struct staff_account identity;
    struct staff_claims_rules plain = rules;
    plain.programme_claim = "";
    assert_int_equal(read_claims("{" WHO "\"employee\":\"e1\",\"realm.roles\":\"desk\","
                                 "\"name\":\"Nora Quill\",\"email\":\"n@example.org\","
                                 "\"zoneinfo\":\"America/New_York\",\"locale\":\"es_MX\"}",
                                 &plain, &identity),
                     STAFF_CLAIMS_GOOD);
    assert_string_equal(identity.display_name, "Nora Quill");
    assert_string_equal(identity.email, "n@example.org");
    assert_string_equal(identity.time_zone, "America/New_York");
    assert_string_equal(identity.languages, "es-MX");
    assert_string_equal(identity.staff_key, "e1");
    assert_string_equal(identity.programme, "");
    assert_int_equal(read_claims("{" WHO "\"employee\":\"e1\",\"realm.roles\":\"desk\","
                                 "\"preferred_username\":\"nquill\",\"zoneinfo\":\"../etc\"}",
                                 &plain, &identity),
                     STAFF_CLAIMS_GOOD);
    assert_string_equal(identity.display_name, "nquill");
    assert_string_equal(identity.time_zone, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_become_an_account),
        cmocka_unit_test(ornaments_are_taken_where_they_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
