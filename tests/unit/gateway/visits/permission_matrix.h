/* permission_matrix.h - the permission table a second time, written down by hand: what the unit
 * test holds the table against, and what tests/integration/roles_do_what_the_table_says.c asks a
 * running gateway for. A new operation has its row here too. Pure. */
#ifndef BEDSIDE_TESTS_PERMISSION_MATRIX_H
#define BEDSIDE_TESTS_PERMISSION_MATRIX_H

#include "gateway/base/cleanup.h"
#include "gateway/visits/permission_table.h"

#include <string.h>

/* Role by role: p patient, c caregiver, R reviewing and T treating physician, N coordinator, i
 * interpreter, t trainee, h technical helper, O operator, G gateway, S system. */
static const char permission_matrix_roles[ROLE_COUNT + 1] = "pcRTNithOGS";

static const struct permission_matrix_row {
    const char *operation;
    const char *who;
} permission_matrix[] = {
    {"seat.join", "pcRTNith"},
    {"seat.take", "RTNith"},
    {"session.open", "RTN"},
    {"session.end", "RTN"},
    {"staff.sign_in", "RTNith"},
    {"staff.sign_out", "RTNith"},
    {"visit.list_own", "RTNith"},
    {"seat.presence", "pcRTNith"},
    {"visit.see", "pcRTNithOS"},
    {"seat.enter", "pcRTNith"},
    {"seat.enter_directly", "RTN"},
    {"seat.leave", "pcRTNith"},
    {"seat.admit", "pRTN"},
    {"seat.deny", "pRTN"},
    {"seat.send_out", "p"},
    {"seat.send_back", "RTN"},
    {"seat.knock", "pcith"},
    {"visit.huddle", "RTN"},
    {"help.offer", "Nh"},
    {"help.answer", "pcRTNith"},
    {"help.abandon", "G"},
    {"visit.huddle_abandon", "G"},
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
    {"visit.emergency", "RTNith"},
    {"seat.place", "pcRTNith"},
    {"seat.step", "pcRTNith"},
    {"device_check.record", "pcRTNith"},
    {"device_check.read", "RTNO"},
    {"network.try", "pcRTNith"},
    {"board.see", "NhO"},
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
    {"visit.move", "NOS"},
    {"links.mint", "OS"},
    {"link.renew", "NOS"},
    {"recording.list", "RTNOS"},
    {"recording.play", "RTN"},
    {"recording.export", "O"},
    {"recording.books", "G"},
    {"audit.verify", "O"},
    {"visit.books", "G"},
    {"practice.hold", "RTNith"},
    {"practice.tidy", "G"},
    {"client.list", "O"},
    {"client.add", "O"},
    {"client.change", "O"},
    {"client.revoke", "O"},
    {"token.issue", "S"},
    {"token.use", "S"},
};

/* Returns the row, or NULL. */
static inline const struct permission_matrix_row *permission_matrix_find(const char *operation)
{
    for (size_t i = 0; i < ARRAY_LENGTH(permission_matrix); i++) {
        if (strcmp(permission_matrix[i].operation, operation) == 0) {
            return &permission_matrix[i];
        }
    }
    return NULL;
}

static inline bool permission_matrix_allows(const struct permission_matrix_row *row,
                                            enum participant_role role)
{
    return strchr(row->who, permission_matrix_roles[role]) != NULL;
}

#endif
