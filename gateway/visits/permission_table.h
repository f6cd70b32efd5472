/* permission_table.h - role x operation: the one place where rights are.
 *
 * A right is necessary, not sufficient: the rules (admission.h, visit.h, recording_rule.h) may
 * still refuse, and a seat's rights reach only its own visit, a staff session's only its own case.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_PERMISSION_TABLE_H
#define BEDSIDE_VISITS_PERMISSION_TABLE_H

#include "gateway/visits/participant.h"

enum operation {
    OPERATION_JOIN,         /* with a link: whoever has it */
    OPERATION_SEAT_TAKE,    /* one's own, signed in: without a link */
    OPERATION_SESSION_OPEN, /* with a staff link */
    OPERATION_SESSION_END,
    OPERATION_STAFF_SIGN_IN, /* by the organisation's sign-in */
    OPERATION_STAFF_SIGN_OUT,
    OPERATION_OWN_VISITS, /* in which one has a seat */
    OPERATION_VISIT_SEE,
    OPERATION_PRESENCE,
    OPERATION_SEAT_ENTER,
    OPERATION_SEAT_ENTER_DIRECTLY, /* without waiting */
    OPERATION_SEAT_LEAVE,
    OPERATION_ADMIT,
    OPERATION_DENY,
    OPERATION_SEND_OUT,       /* a guest, for a while */
    OPERATION_SEND_BACK,      /* to the waiting room */
    OPERATION_KNOCK,          /* in the waiting room: "I am here" */
    OPERATION_HUDDLE,         /* begin it, end it */
    OPERATION_HUDDLE_ABANDON, /* ends one whose team is gone */
    OPERATION_HELP_OFFER,     /* to be with somebody who is stuck, and with nobody else */
    OPERATION_HELP_ANSWER,    /* to it, and while it goes on: by the two */
    OPERATION_HELP_ABANDON,   /* ends one of which somebody is gone */
    OPERATION_CHAT_SEND,
    OPERATION_CONSENT_ANSWER,
    OPERATION_RECORDING_START,
    OPERATION_RECORDING_PAUSE,
    OPERATION_RECORDING_RESUME,
    OPERATION_RECORDING_STOP,
    OPERATION_VISIT_END,
    OPERATION_DEVICE_CONFIRM_OWN,
    OPERATION_DEVICE_CONFIRM_OTHERS,
    OPERATION_LINK_UNLOCK,
    OPERATION_INVITE,       /* somebody more, into the running visit */
    OPERATION_VISIT_DELAY,  /* says that it begins later */
    OPERATION_EMERGENCY,    /* begins, the patient is told, ends */
    OPERATION_PLACE_STATE,  /* where one is today */
    OPERATION_SEAT_STEP,    /* how far one is on the way in */
    OPERATION_DEVICE_CHECK, /* one's own */
    OPERATION_DEVICE_CHECK_READ,
    OPERATION_NETWORK_TRY, /* how one's network reaches the gateway */
    OPERATION_BOARD_SEE,   /* a day's visits, with who is where; a helper the way in alone */
    OPERATION_SCREENING_ANSWER,
    OPERATION_SCREENING_READ,
    OPERATION_ALERT_READ,
    OPERATION_ALERT_STEP,     /* taken, acknowledged, closed */
    OPERATION_ALERT_ESCALATE, /* to the next role */
    OPERATION_NOTIFICATION_READ,
    OPERATION_NOTIFICATION_SEND,    /* a link, again */
    OPERATION_NOTIFICATION_DELIVER, /* what is due */
    OPERATION_LICENCE_READ,
    OPERATION_LICENCE_WRITE,
    OPERATION_OPINION_READ,
    OPERATION_CASE_READ,
    OPERATION_CASE_IMPORT,
    OPERATION_CASE_LIST,   /* of many */
    OPERATION_CASE_MOVE,   /* a step on, back, or closed */
    OPERATION_CASE_CHANGE, /* owner, team, due date */
    OPERATION_CASE_PLAN,   /* what happens by video, what in person */
    OPERATION_CASE_ORDER,  /* a treating physician asks for an opinion */
    OPERATION_DUE_DAYS,    /* of a programme */
    OPERATION_OWNER_LIST,  /* to whom a case can be given */
    OPERATION_TEAM_READ,
    OPERATION_TEAM_WRITE,
    OPERATION_HOURS_WRITE, /* of an expert; the expert's own for a physician */
    OPERATION_VISIT_BOOK,  /* into a free slot */
    OPERATION_VISIT_SCHEDULE,
    OPERATION_VISIT_MOVE, /* to another time, before it begins */
    OPERATION_LINKS_MINT,
    OPERATION_LINK_RENEW, /* a new one for one person */
    OPERATION_RECORDING_LIST,
    OPERATION_RECORDING_PLAY,
    OPERATION_RECORDING_EXPORT,
    OPERATION_RECORDING_BOOKS, /* what workers and recorders report */
    OPERATION_AUDIT_VERIFY,
    OPERATION_VISIT_BOOKS,   /* what the gateway notes of how a visit went */
    OPERATION_PRACTICE,      /* begin a visit of invented people, and end it */
    OPERATION_PRACTICE_TIDY, /* ends one that nobody ended, and removes it */
    OPERATION_CLIENT_LIST,   /* programs that may use the API */
    OPERATION_CLIENT_ADD,
    OPERATION_CLIENT_CHANGE,
    OPERATION_CLIENT_REVOKE,
    OPERATION_TOKEN_ISSUE,
    OPERATION_TOKEN_USE, /* at all; what for is another operation */
    OPERATION_COUNT,
};

bool permission_allows(enum participant_role role, enum operation operation);
/* "recording.start", ...: the name in the audit trail. */
const char *operation_name(enum operation operation);

#endif
