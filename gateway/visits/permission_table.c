#include "gateway/visits/permission_table.h"

#include "gateway/visits/name_table.h"

#define BIT(role) PARTICIPANT_ROLE_BIT(role)
#define PATIENT BIT(ROLE_PATIENT)
#define CAREGIVER BIT(ROLE_CAREGIVER)
#define REVIEWER BIT(ROLE_REVIEWING_PHYSICIAN)
#define TREATING BIT(ROLE_TREATING_PHYSICIAN)
#define COORDINATOR BIT(ROLE_COORDINATOR)
#define INTERPRETER BIT(ROLE_INTERPRETER)
#define TRAINEE BIT(ROLE_TRAINEE)
#define HELPER BIT(ROLE_TECHNICAL_HELPER)
#define OPERATOR BIT(ROLE_OPERATOR)
#define GATEWAY BIT(ROLE_GATEWAY)
#define SYSTEM BIT(ROLE_SYSTEM)

#define PHYSICIANS (REVIEWER | TREATING)
#define STAFF (PHYSICIANS | COORDINATOR)
#define CARE_TEAM (STAFF | INTERPRETER | TRAINEE | HELPER)
#define EVERY_SEAT (PATIENT | CAREGIVER | CARE_TEAM)

/* clang-format off */
static const struct {
    const char *name;
    unsigned roles;
} permissions[OPERATION_COUNT] = {
    [OPERATION_JOIN]                  = {"seat.join",             EVERY_SEAT},
    [OPERATION_SEAT_TAKE]             = {"seat.take",             CARE_TEAM},
    [OPERATION_SESSION_OPEN]          = {"session.open",          STAFF},
    [OPERATION_SESSION_END]           = {"session.end",           STAFF},
    [OPERATION_STAFF_SIGN_IN]         = {"staff.sign_in",         CARE_TEAM},
    [OPERATION_STAFF_SIGN_OUT]        = {"staff.sign_out",        CARE_TEAM},
    [OPERATION_OWN_VISITS]            = {"visit.list_own",        CARE_TEAM},
    [OPERATION_PRESENCE]              = {"seat.presence",         EVERY_SEAT},
    [OPERATION_VISIT_SEE]             = {"visit.see",             EVERY_SEAT | OPERATOR | SYSTEM},
    [OPERATION_SEAT_ENTER]            = {"seat.enter",            EVERY_SEAT},
    [OPERATION_SEAT_ENTER_DIRECTLY]   = {"seat.enter_directly",   STAFF},
    [OPERATION_SEAT_LEAVE]            = {"seat.leave",            EVERY_SEAT},
    [OPERATION_ADMIT]                 = {"seat.admit",            PATIENT | STAFF},
    [OPERATION_DENY]                  = {"seat.deny",             PATIENT | STAFF},
    [OPERATION_SEND_OUT]              = {"seat.send_out",         PATIENT},
    [OPERATION_SEND_BACK]             = {"seat.send_back",        STAFF},
    [OPERATION_KNOCK]                 = {"seat.knock",            PATIENT | CAREGIVER | INTERPRETER | TRAINEE | HELPER},
    [OPERATION_HUDDLE]                = {"visit.huddle",          STAFF},
    [OPERATION_HELP_OFFER]            = {"help.offer",            COORDINATOR | HELPER},
    [OPERATION_HELP_ANSWER]           = {"help.answer",           EVERY_SEAT},
    [OPERATION_HELP_ABANDON]          = {"help.abandon",          GATEWAY},
    [OPERATION_HUDDLE_ABANDON]        = {"visit.huddle_abandon",  GATEWAY},
    [OPERATION_CHAT_SEND]             = {"chat.send",             EVERY_SEAT},
    [OPERATION_CONSENT_ANSWER]        = {"consent.answer",        EVERY_SEAT},
    [OPERATION_RECORDING_START]       = {"recording.start",       STAFF},
    [OPERATION_RECORDING_PAUSE]       = {"recording.pause",       STAFF},
    [OPERATION_RECORDING_RESUME]      = {"recording.resume",      STAFF},
    [OPERATION_RECORDING_STOP]        = {"recording.stop",        PATIENT | STAFF},
    [OPERATION_VISIT_END]             = {"visit.end",             STAFF | OPERATOR},
    [OPERATION_DEVICE_CONFIRM_OWN]    = {"device.confirm_own",    EVERY_SEAT},
    [OPERATION_DEVICE_CONFIRM_OTHERS] = {"device.confirm_others", STAFF | OPERATOR},
    [OPERATION_LINK_UNLOCK]           = {"link.unlock",           STAFF | OPERATOR},
    [OPERATION_INVITE]                = {"visit.invite",          PATIENT | STAFF},
    [OPERATION_VISIT_DELAY]           = {"visit.delay",           STAFF},
    [OPERATION_EMERGENCY]             = {"visit.emergency",       CARE_TEAM},
    [OPERATION_PLACE_STATE]           = {"seat.place",            EVERY_SEAT},
    [OPERATION_SEAT_STEP]             = {"seat.step",             EVERY_SEAT},
    [OPERATION_DEVICE_CHECK]          = {"device_check.record",   EVERY_SEAT},
    [OPERATION_DEVICE_CHECK_READ]     = {"device_check.read",     STAFF | OPERATOR},
    [OPERATION_NETWORK_TRY]           = {"network.try",           EVERY_SEAT},
    [OPERATION_BOARD_SEE]             = {"board.see",             COORDINATOR | HELPER | OPERATOR},
    [OPERATION_SCREENING_ANSWER]      = {"screening.answer",      PATIENT | CAREGIVER},
    [OPERATION_SCREENING_READ]        = {"screening.read",        STAFF},
    [OPERATION_ALERT_READ]            = {"alert.read",            STAFF},
    [OPERATION_ALERT_STEP]            = {"alert.step",            STAFF},
    [OPERATION_ALERT_ESCALATE]        = {"alert.escalate",        GATEWAY},
    [OPERATION_NOTIFICATION_READ]     = {"notification.read",     STAFF | OPERATOR | SYSTEM},
    [OPERATION_NOTIFICATION_SEND]     = {"notification.send",     STAFF | OPERATOR | SYSTEM},
    [OPERATION_NOTIFICATION_DELIVER]  = {"notification.deliver",  GATEWAY},
    [OPERATION_LICENCE_READ]          = {"licence.read",          STAFF | OPERATOR},
    [OPERATION_LICENCE_WRITE]         = {"licence.write",         COORDINATOR | OPERATOR},
    [OPERATION_OPINION_READ]          = {"opinion.read",          PATIENT | CAREGIVER | STAFF | INTERPRETER | TRAINEE | OPERATOR | SYSTEM},
    [OPERATION_CASE_READ]             = {"case.read",             STAFF | OPERATOR | SYSTEM},
    [OPERATION_CASE_IMPORT]           = {"case.import",           OPERATOR | SYSTEM},
    [OPERATION_CASE_LIST]             = {"case.list",             STAFF | OPERATOR | SYSTEM},
    [OPERATION_CASE_MOVE]             = {"case.move",             COORDINATOR | OPERATOR | SYSTEM},
    [OPERATION_CASE_CHANGE]           = {"case.change",           COORDINATOR | OPERATOR | SYSTEM},
    [OPERATION_CASE_PLAN]             = {"case.plan",             STAFF | OPERATOR | SYSTEM},
    [OPERATION_CASE_ORDER]            = {"case.order",            TREATING | COORDINATOR | OPERATOR | SYSTEM},
    [OPERATION_DUE_DAYS]              = {"due_days",              COORDINATOR | OPERATOR},
    [OPERATION_OWNER_LIST]            = {"owner.list",            COORDINATOR | OPERATOR},
    [OPERATION_TEAM_READ]             = {"team.read",             STAFF | OPERATOR | SYSTEM},
    [OPERATION_TEAM_WRITE]            = {"team.write",            COORDINATOR | OPERATOR | SYSTEM},
    [OPERATION_HOURS_WRITE]           = {"hours.write",           REVIEWER | COORDINATOR | OPERATOR | SYSTEM},
    [OPERATION_VISIT_BOOK]            = {"visit.book",            COORDINATOR | OPERATOR | SYSTEM},
    [OPERATION_VISIT_SCHEDULE]        = {"visit.schedule",        OPERATOR | SYSTEM},
    [OPERATION_VISIT_MOVE]            = {"visit.move",            COORDINATOR | OPERATOR | SYSTEM},
    [OPERATION_LINKS_MINT]            = {"links.mint",            OPERATOR | SYSTEM},
    [OPERATION_LINK_RENEW]            = {"link.renew",            COORDINATOR | OPERATOR | SYSTEM},
    [OPERATION_RECORDING_LIST]        = {"recording.list",        STAFF | OPERATOR | SYSTEM},
    [OPERATION_RECORDING_PLAY]        = {"recording.play",        STAFF},
    [OPERATION_RECORDING_EXPORT]      = {"recording.export",      OPERATOR},
    [OPERATION_RECORDING_BOOKS]       = {"recording.books",       GATEWAY},
    [OPERATION_AUDIT_VERIFY]          = {"audit.verify",          OPERATOR},
    [OPERATION_VISIT_BOOKS]           = {"visit.books",           GATEWAY},
    [OPERATION_PRACTICE]              = {"practice.hold",         CARE_TEAM},
    [OPERATION_PRACTICE_TIDY]         = {"practice.tidy",         GATEWAY},
    [OPERATION_CLIENT_LIST]           = {"client.list",           OPERATOR},
    [OPERATION_CLIENT_ADD]            = {"client.add",            OPERATOR},
    [OPERATION_CLIENT_CHANGE]         = {"client.change",         OPERATOR},
    [OPERATION_CLIENT_REVOKE]         = {"client.revoke",         OPERATOR},
    [OPERATION_TOKEN_ISSUE]           = {"token.issue",           SYSTEM},
    [OPERATION_TOKEN_USE]             = {"token.use",             SYSTEM},
};
/* clang-format on */

bool permission_allows(enum participant_role role, enum operation operation)
{
    return (unsigned)operation < OPERATION_COUNT && (unsigned)role < ROLE_COUNT &&
           (permissions[operation].roles & BIT(role)) != 0;
}

const char *operation_name(enum operation operation)
{
    return (unsigned)operation < OPERATION_COUNT ? permissions[operation].name : "unknown";
}
