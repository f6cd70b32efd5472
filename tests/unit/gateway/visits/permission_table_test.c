#include "gateway/visits/permission_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

/* A copy written down by hand, role by role: p patient, c caregiver, R reviewing and T treating
 * physician, N coordinator, i interpreter, t trainee, h technical helper, O operator, G gateway,
 * S system. */
static const char roles[ROLE_COUNT + 1] = "pcRTNithOGS";

static const struct {
    const char *operation;
    const char *who;
} matrix[] = {
    {"seat.join", "pcRTNith"},
    {"session.open", "RTN"},
    {"session.end", "RTN"},
    {"staff.sign_in", "RTNith"},
    {"staff.sign_out", "RTNith"},
    {"seat.presence", "pcRTNith"},
    {"visit.see", "pcRTNithOS"},
    {"seat.enter", "pcRTNith"},
    {"seat.enter_directly", "RTN"},
    {"seat.leave", "pcRTNith"},
    {"seat.admit", "pRTN"},
    {"seat.deny", "pRTN"},
    {"seat.send_out", "p"},
    {"seat.send_back", "RTN"},
    {"visit.huddle", "RTN"},
    {"chat.send", "pcRTNith"},
    {"consent.answer", "pcRTNith"},
    {"recording.start", "RTN"},
    {"recording.pause", "RTN"},
    {"recording.resume", "RTN"},
    {"recording.stop", "pRTN"},
    {"visit.end", "RTNO"},
    {"device.confirm_own", "pcRTNith"},
    {"device.confirm_others", "RTNO"},
    {"link.unlock", "RTNO"},
    {"visit.invite", "pRTN"},
    {"visit.delay", "RTN"},
    {"visit.emergency", "RTN"},
    {"seat.place", "pcRTNith"},
    {"seat.step", "pcRTNith"},
    {"device_check.record", "pcRTNith"},
    {"device_check.read", "RTNO"},
    {"network.try", "pcRTNith"},
    {"board.see", "NO"},
    {"screening.answer", "pc"},
    {"screening.read", "RTN"},
    {"alert.read", "RTN"},
    {"alert.step", "RTN"},
    {"alert.escalate", "G"},
    {"notification.read", "RTNOS"},
    {"notification.send", "RTNOS"},
    {"notification.deliver", "G"},
    {"licence.read", "RTNO"},
    {"licence.write", "NO"},
    {"opinion.read", "pcRTNitOS"},
    {"case.read", "RTNOS"},
    {"case.import", "OS"},
    {"case.list", "RTNOS"},
    {"case.move", "NOS"},
    {"case.change", "NOS"},
    {"case.plan", "RTNOS"},
    {"case.order", "TNOS"},
    {"due_days", "NO"},
    {"owner.list", "NO"},
    {"team.read", "RTNOS"},
    {"team.write", "NOS"},
    {"hours.write", "RNOS"},
    {"visit.book", "NOS"},
    {"visit.schedule", "OS"},
    {"links.mint", "OS"},
    {"link.renew", "NOS"},
    {"recording.list", "RTNOS"},
    {"recording.play", "RTN"},
    {"recording.export", "O"},
    {"recording.books", "G"},
    {"audit.verify", "O"},
    {"visit.books", "G"},
    {"client.list", "O"},
    {"client.add", "O"},
    {"client.change", "O"},
    {"client.revoke", "O"},
    {"token.issue", "S"},
    {"token.use", "S"},
};

static void every_cell_is_as_written_down(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_LENGTH(matrix), OPERATION_COUNT);
    for (size_t i = 0; i < ARRAY_LENGTH(matrix); i++) {
        int operation = -1;
        for (int k = 0; k < OPERATION_COUNT; k++) {
            if (strcmp(operation_name((enum operation)k), matrix[i].operation) == 0) {
                operation = k;
            }
        }
        if (operation < 0) {
            fail_msg("no operation %s", matrix[i].operation);
        }
        for (int role = 0; role < ROLE_COUNT; role++) {
            const bool expected = strchr(matrix[i].who, roles[role]) != NULL;
            if (permission_allows((enum participant_role)role, (enum operation)operation) !=
                expected) {
                fail_msg("%s for %s", matrix[i].operation,
                         participant_role_name((enum participant_role)role));
            }
        }
    }
}

static void what_is_not_in_the_table_is_refused(void **state)
{
    (void)state;
    assert_false(permission_allows(ROLE_COUNT, OPERATION_CHAT_SEND));
    assert_false(permission_allows((enum participant_role) - 1, OPERATION_CHAT_SEND));
    assert_false(permission_allows(ROLE_OPERATOR, OPERATION_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_written_down),
        cmocka_unit_test(what_is_not_in_the_table_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
