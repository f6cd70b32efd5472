#include "gateway/store/sqlite_store_internal.h"
#include "tests/unit/gateway/visits/clinic.h"

#include <stdio.h>
#include <string.h>

static int execute(struct clinic *clinic, const char *sql)
{
    return sqlite3_exec(sqlite_store_of(clinic->store)->database, sql, NULL, NULL, NULL);
}

static int64_t number_of(struct clinic *clinic, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(sqlite_store_of(clinic->store)->database, sql, -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* A clinic with some rows in the case's chain and in the installation's. */
static struct clinic *busy_clinic(void)
{
    struct clinic *clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    struct join_link_look look;
    char guessed[RANDOM_TOKEN_SIZE];
    random_token(guessed);
    const struct join_request request = {.link_secret = guessed};
    struct join_result result;
    visit_arrival_look(clinic->service, guessed, &look);
    visit_arrival_join(clinic->service, &request, &result);
    assert_true(clinic_verify_audit(clinic).intact);
    return clinic;
}

static void be_another_program(struct clinic *clinic)
{
    sqlite3_set_authorizer(sqlite_store_of(clinic->store)->database, NULL, NULL);
}

static void rows_cannot_be_changed_or_deleted(void **state)
{
    (void)state;
    AUTO(clinic) clinic = busy_clinic();
    static const char *const attempts[] = {
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE sequence = 2",
        "UPDATE audit_entry SET actor_id = 'somebody else'",
        "DELETE FROM audit_chain",
        "UPDATE audit_chain SET sequence = 1",
        "DELETE FROM consent",
        "UPDATE consent SET answer = 'given'",
        "UPDATE visit_event SET kind = 'chat.sent'",
        "DELETE FROM visit_event",
    };
    clinic_consent(clinic, PATIENT, CONSENT_REFUSED);
    for (size_t i = 0; i < ARRAY_LENGTH(attempts); i++) {
        const int result = execute(clinic, attempts[i]) & 0xFF;
        if (result != SQLITE_AUTH && result != SQLITE_CONSTRAINT) {
            fail_msg("%s", attempts[i]);
        }
    }
    assert_int_equal(execute(clinic, "DROP TRIGGER audit_entry_stays"), SQLITE_AUTH);
    assert_int_equal(execute(clinic, "DELETE FROM audit_entry"), SQLITE_AUTH);
    /* Another program on the same file meets the triggers. */
    be_another_program(clinic);
    for (size_t i = 0; i < ARRAY_LENGTH(attempts); i++) {
        if ((execute(clinic, attempts[i]) & 0xFF) != SQLITE_CONSTRAINT) {
            fail_msg("%s", attempts[i]);
        }
    }
    assert_true(clinic_verify_audit(clinic).intact);
}

/* What somebody with the file and an editor could do. */
static void the_first_row_that_does_not_fit_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        uint64_t sequence;
        const char *problem;
    } cases[] = {
        {"UPDATE audit_entry SET actor_id = 'x' WHERE chain = :c AND sequence = 3", 3,
         "row was changed"},
        {"UPDATE audit_entry SET at_ms = at_ms + 1 WHERE chain = :c AND sequence = 1", 1,
         "row was changed"},
        {"UPDATE audit_entry SET outcome = 'done ' WHERE chain = :c AND sequence IN (4, 5)", 4,
         "row was changed"},
        {"UPDATE audit_entry SET digest = CASE WHEN digest LIKE 'a%' THEN 'b' ELSE 'a' END || "
         "substr(digest, 2) WHERE chain = :c AND sequence = 2",
         2, "row was changed"},
        {"UPDATE audit_entry SET detail = hex(zeroblob(400)) WHERE chain = :c AND sequence = 2", 2,
         "row was changed"},
        {"DELETE FROM audit_entry WHERE chain = :c AND sequence = 2", 2, "row is missing"},
        {"DELETE FROM audit_entry WHERE chain = :c AND sequence > 3", 4,
         "rows are missing at the end"},
        {"DELETE FROM audit_entry WHERE chain = :c", 1, "rows are missing at the end"},
        {"UPDATE audit_chain SET sequence = 2 WHERE chain = :c", 0, "the chain's end does not fit"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO(clinic) clinic = busy_clinic();
        be_another_program(clinic);
        assert_int_equal(execute(clinic, "DROP TRIGGER audit_entry_is_final; "
                                         "DROP TRIGGER audit_entry_stays; "
                                         "DROP TRIGGER audit_chain_grows; "
                                         "DROP TRIGGER audit_chain_stays"),
                         SQLITE_OK);
        sqlite3_stmt *statement = NULL;
        assert_int_equal(sqlite3_prepare_v2(sqlite_store_of(clinic->store)->database, cases[i].sql,
                                            -1, &statement, NULL),
                         SQLITE_OK);
        sqlite3_bind_text(statement, 1, clinic->case_id, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_finalize(statement);
        assert_true(sqlite3_changes(sqlite_store_of(clinic->store)->database) > 0);
        const struct audit_verdict verdict = clinic_verify_audit(clinic);
        assert_false(verdict.intact);
        assert_string_equal(verdict.broken_chain, clinic->case_id);
        assert_string_equal(verdict.problem, cases[i].problem);
        if (cases[i].sequence > 0) {
            assert_int_equal(verdict.broken_sequence, cases[i].sequence);
        }
    }
}

static void every_act_leaves_a_row(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    clinic_be_in_visit(clinic, REVIEWER);
    clinic_be_in_visit(clinic, PATIENT);
    clinic_consent(clinic, PATIENT, CONSENT_GIVEN);
    clinic_command(clinic, REVIEWER, RECORDING_COMMAND_START);
    AUTO(opinion) opinion = NULL;
    assert_int_equal(
        visit_records_read_opinion(clinic->service, &clinic->actors[PATIENT], NULL, true, &opinion),
        0);
    AUTO(visit_picture) picture = NULL;
    assert_int_equal(
        visit_conduct_end(clinic->service, &clinic->actors[PATIENT], clinic->visit_id, &picture),
        REFUSAL_NOT_PERMITTED);
    static const struct {
        const char *where;
        int64_t count;
    } rows[] = {
        {"action = 'case.import' AND outcome = 'done' AND actor_id = 'uid:1000'", 1},
        {"action = 'visit.schedule' AND outcome = 'done'", 1},
        {"action = 'links.mint' AND outcome = 'done'", 1},
        {"action = 'seat.join' AND outcome = 'done'", 2},
        {"action = 'seat.enter' AND outcome = 'done'", 2},
        {"action = 'seat.admit' AND actor_role = 'reviewing_physician' AND outcome = 'done'", 1},
        {"action = 'consent.answer' AND detail = 'recording given " CLINIC_CONSENT_VERSION " en'",
         1},
        {"action = 'recording.start' AND actor_role = 'reviewing_physician'", 1},
        {"action = 'opinion.read' AND detail = 'document'", 1},
        {"action = 'visit.end' AND outcome = 'not_permitted' AND actor_role = 'patient'", 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char sql[256];
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM audit_entry WHERE %s", rows[i].where);
        if (number_of(clinic, sql) != rows[i].count) {
            fail_msg("%s", rows[i].where);
        }
    }
    /* Ids and codes, never a name. */
    assert_int_equal(number_of(clinic, "SELECT count(*) FROM audit_entry WHERE "
                                       "actor_id || subject_id || detail LIKE '%Alder%'"),
                     0);
}

static void a_digest_covers_every_field(void **state)
{
    (void)state;
    const struct audit_event base = {.chain = "c",
                                     .sequence = 1,
                                     .at_ms = 2,
                                     .actor_role = "a",
                                     .actor_id = "b",
                                     .action = "d",
                                     .outcome = "e",
                                     .visit_id = "f",
                                     .subject_id = "g",
                                     .detail = "h"};
    struct audit_event others[10];
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        others[i] = base;
    }
    strcpy(others[0].chain, "x");
    others[1].sequence = 9;
    others[2].at_ms = 9;
    strcpy(others[3].actor_role, "x");
    strcpy(others[4].actor_id, "x");
    strcpy(others[5].action, "x");
    strcpy(others[6].outcome, "x");
    strcpy(others[7].visit_id, "x");
    strcpy(others[8].subject_id, "x");
    strcpy(others[9].detail, "x");
    char expected[DIGEST_SHA256_HEX_SIZE];
    char digest[DIGEST_SHA256_HEX_SIZE];
    audit_event_digest(&base, audit_chain_origin, expected);
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        audit_event_digest(&others[i], audit_chain_origin, digest);
        assert_string_not_equal(digest, expected);
    }
    audit_event_digest(&base, expected, digest);
    assert_string_not_equal(digest, expected);
    /* A letter that moves from one field to the next is noticed. */
    struct audit_event moved = base;
    strcpy(moved.action, "de");
    moved.outcome[0] = 0;
    audit_event_digest(&moved, audit_chain_origin, digest);
    assert_string_not_equal(digest, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_cannot_be_changed_or_deleted),
        cmocka_unit_test(the_first_row_that_does_not_fit_is_named),
        cmocka_unit_test(every_act_leaves_a_row),
        cmocka_unit_test(a_digest_covers_every_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
