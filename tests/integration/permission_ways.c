#include "tests/integration/permission_ways.h"

#include "gateway/base/allocate.h"
#include "tests/unit/gateway/visits/permission_matrix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SEAT HOLDER_SEAT
#define LINK HOLDER_LINK
#define STAFF WAYS_STAFF
#define ACCOUNT HOLDER_ACCOUNT
#define OPERATOR HOLDER_OPERATOR
#define PROGRAM HOLDER_PROGRAM
#define DESK (STAFF | OPERATOR | PROGRAM)

#define TEAM                                                                                       \
    "{\"programme\":\"{programme}\",\"key\":\"lung\",\"name\":\"Lung\",\"subspecialty\":\"lung\"," \
    "\"experts\":[{\"staff\":\"rao\",\"name\":\"Dr. Mira Rao\",\"languages\":[\"en\"],"            \
    "\"subspecialties\":[\"lung\"],\"time_zone\":\"UTC\",\"hours\":{\"weekly\":[]}}]}"
#define CASE                                                                                       \
    "{\"number\":\"IMPORTED\",\"programme\":\"{programme}\",\"title\":\"Another\",\"patient\":"    \
    "{\"name\":\"Ivy Stone\",\"birth_date\":\"1960-01-01\",\"time_zone\":\"UTC\"},"                \
    "\"care_team\":[{\"key\":\"rao\",\"name\":\"Dr. Mira "                                         \
    "Rao\",\"organisation\":\"Harbor\",\"role\":\"reviewing_physician\","                          \
    "\"time_zone\":\"UTC\"}]}"
#define CHECK                                                                                      \
    "{\"moment\":\"before\",\"platform\":{\"device\":\"ipad\",\"browser\":\"safari\",\"version\":" \
    "18},\"camera\":{\"verdict\":\"good\",\"mark\":\"0123456789abcdef\"},\"microphone\":"          \
    "{\"verdict\":\"good\",\"reason\":\"none\",\"mark\":\"fedcba9876543210\"},\"speaker\":"        \
    "{\"verdict\":\"good\"},\"browser\":{\"verdict\":\"good\"},\"network\":{\"verdict\":\"good\"," \
    "\"udp\":\"open\",\"tcp\":\"open\",\"relay\":\"untried\",\"path\":\"udp\",\"up_kbps\":2100,"   \
    "\"down_kbps\":2500,\"rtt_ms\":31,\"jitter_ms\":2,\"loss_permille\":0,\"seconds\":10}}"
#define V1 "/api/v1/"

/* clang-format off */
const struct http_way http_ways[] = {
    {OPERATION_VISIT_SEE, "GET", V1 "visits/{visit}", NULL, OPERATOR | PROGRAM, 0, 0, NULL},
    {OPERATION_VISIT_SEE, "GET", V1 "visits/{visit}/media", NULL, OPERATOR, 0, 0, NULL},
    {OPERATION_OWN_VISITS, "GET", V1 "account/visits?from={slot}&until={later}", NULL, ACCOUNT, 0, 0, NULL},
    {OPERATION_PLACE_STATE, "POST", V1 "seat/place", "{\"state\":\"US-MT\"}", SEAT, 0, 0, NULL},
    {OPERATION_SEAT_STEP, "POST", V1 "seat/step", "{\"step\":\"permission_asked\"}", SEAT, 0, 0, NULL},
    {OPERATION_DEVICE_CHECK, "POST", V1 "seat/device-check", CHECK, SEAT, 0, 0, NULL},
    {OPERATION_DEVICE_CHECK, "GET", V1 "seat/device-check", NULL, SEAT, 0, 0, NULL},
    {OPERATION_DEVICE_CHECK_READ, "GET", V1 "visits/{visit}/device-checks", NULL, SEAT | STAFF | OPERATOR, 0, 0, NULL},
    {OPERATION_NETWORK_TRY, "GET", V1 "seat/network-tests/{nothing}", NULL, SEAT, 0, 0, NULL},
    {OPERATION_NETWORK_TRY, "POST", V1 "seat/network-tests/{nothing}/connections", "{\"sdp\":\"v=0\",\"measured\":false}", SEAT, 0, 0, NULL},
    {OPERATION_NETWORK_TRY, "DELETE", V1 "seat/network-tests/{nothing}", NULL, SEAT, 0, 0, NULL},
    {OPERATION_NETWORK_TRY, "POST", V1 "seat/network-tests", "{}", SEAT, 0, 0, NULL},
    {OPERATION_BOARD_SEE, "GET", V1 "board", NULL, STAFF | OPERATOR, 0, 0, NULL},
    {OPERATION_BOARD_SEE, "POST", V1 "board/tickets", "{}", STAFF, 0, 0, NULL},
    {OPERATION_SCREENING_ANSWER, "GET", V1 "seat/questionnaires", NULL, SEAT, 0, 0, NULL},
    {OPERATION_SCREENING_ANSWER, "PUT", V1 "seat/questionnaires/{questionnaire}/answers", "{\"answers\":[]}", SEAT, 0, 0, NULL},
    {OPERATION_SCREENING_READ, "GET", V1 "visits/{visit}/screening", NULL, SEAT | STAFF, 0, 0, NULL},
    {OPERATION_ALERT_READ, "GET", V1 "alerts", NULL, STAFF, LINK, 0, NULL},
    {OPERATION_ALERT_READ, "GET", V1 "alerts/{alert}", NULL, SEAT | STAFF, 0, 0, NULL},
    {OPERATION_ALERT_STEP, "POST", V1 "alerts/{alert}/steps", "{\"step\":\"take\"}", SEAT | STAFF, 0, 0, NULL},
    {OPERATION_NOTIFICATION_READ, "GET", V1 "visits/{visit}/notifications", NULL, DESK, 0, 0, NULL},
    {OPERATION_NOTIFICATION_SEND, "POST", V1 "visits/{visit}/participants/{patient}/notifications", "{}", DESK, 0, 0, NULL},
    {OPERATION_HELP_ANSWER, "GET", V1 "seat/help", NULL, SEAT, 0, 0, NULL},
    {OPERATION_LICENCE_READ, "GET", V1 "staff/rao/licences", NULL, STAFF | OPERATOR, 0, 0, NULL},
    {OPERATION_LICENCE_WRITE, "PUT", V1 "staff/rao/licences", "{\"licences\":[]}", STAFF | OPERATOR, 0, 0, NULL},
    {OPERATION_OPINION_READ, "GET", V1 "cases/{case}/opinion", NULL, SEAT | DESK, 0, 0, NULL},
    {OPERATION_OPINION_READ, "GET", V1 "cases/{case}/opinion.pdf", NULL, SEAT | DESK, 0, 0, NULL},
    {OPERATION_CASE_READ, "GET", V1 "cases/{case}", NULL, DESK, 0, 0, NULL},
    {OPERATION_CASE_READ, "GET", V1 "cases/{case}/flow", NULL, DESK, 0, 0, NULL},
    {OPERATION_CASE_READ, "GET", V1 "cases/{case}/plan", NULL, DESK, 0, 0, NULL},
    {OPERATION_CASE_IMPORT, "POST", V1 "cases", CASE, OPERATOR | PROGRAM, 0, 0, NULL},
    {OPERATION_CASE_LIST, "GET", V1 "cases", NULL, DESK, LINK, 0, NULL},
    {OPERATION_CASE_MOVE, "POST", V1 "cases/{case}/moves", "{\"move\":\"advance\",\"from\":\"requested\"}", DESK, 0, 0, NULL},
    {OPERATION_CASE_CHANGE, "PATCH", V1 "cases/{case}/flow", "{\"priority\":\"urgent\"}", DESK, 0, 0, NULL},
    {OPERATION_CASE_PLAN, "PUT", V1 "cases/{case}/plan", "{\"items\":[]}", DESK, 0, 0, NULL},
    {OPERATION_CASE_ORDER, "POST", V1 "orders?programme={programme}", "{order}", DESK, LINK, 0, "application/fhir+json"},
    {OPERATION_DUE_DAYS, "GET", V1 "programmes/{programme}/due-days", NULL, DESK, LINK, 0, NULL},
    {OPERATION_DUE_DAYS, "PUT", V1 "programmes/{programme}/due-days", "{due_days}", DESK, LINK, 0, NULL},
    {OPERATION_OWNER_LIST, "GET", V1 "coordinators", NULL, DESK, LINK, 0, NULL},
    {OPERATION_TEAM_READ, "GET", V1 "teams", NULL, DESK, LINK, 0, NULL},
    {OPERATION_TEAM_READ, "GET", V1 "teams/{team}", NULL, DESK, LINK, 0, NULL},
    {OPERATION_TEAM_READ, "GET", V1 "teams/{team}/slots?from={slot}&until={later}&minutes=60", NULL, DESK, LINK, 0, NULL},
    {OPERATION_TEAM_READ, "GET", V1 "experts/{expert}/hours", NULL, DESK, LINK, 0, NULL},
    {OPERATION_HOURS_WRITE, "PUT", V1 "experts/{expert}/hours", "{hours}", DESK, LINK, 0, NULL},
    {OPERATION_VISIT_BOOK, "POST", V1 "cases/{case}/bookings", "{\"expert\":\"{expert}\",\"starts_at\":{slot},\"minutes\":60}", DESK, 0, 0, NULL},
    {OPERATION_VISIT_SCHEDULE, "POST", V1 "visits", "{\"case\":\"{case}\",\"starts_at\":\"now\",\"time_zone\":\"UTC\",\"title\":\"Again\",\"shape\":\"nurse_led\",\"participants\":[{\"patient\":true}]}", OPERATOR | PROGRAM, 0, 0, NULL},
    {OPERATION_VISIT_MOVE, "GET", V1 "visits/{next}/schedule", NULL, DESK, 0, 0, NULL},
    {OPERATION_VISIT_MOVE, "GET", V1 "visits/{next}/slots?from={slot}&until={later}", NULL, DESK, 0, 0, NULL},
    {OPERATION_VISIT_MOVE, "PUT", V1 "visits/{next}/schedule", "{\"starts_at\":{slot}}", DESK, 0, 0, NULL},
    {OPERATION_LINKS_MINT, "POST", V1 "visits/{next}/links", "{}", DESK, 0, 0, NULL},
    {OPERATION_LINK_RENEW, "POST", V1 "visits/{next}/links", "{\"participant\":\"{next_patient}\"}", DESK, 0, 0, NULL},
    {OPERATION_LINK_UNLOCK, "POST", V1 "visits/{next}/participants/{next_patient}/unlock", "{}", STAFF | OPERATOR, 0, 0, NULL},
    {OPERATION_RECORDING_LIST, "GET", V1 "recordings?visit={visit}", NULL, OPERATOR | PROGRAM, 0, 0, NULL},
    {OPERATION_RECORDING_LIST, "GET", V1 "recordings/{recording}/manifest", NULL, DESK, 0, 0, NULL},
    {OPERATION_RECORDING_PLAY, "GET", V1 "recordings/{recording}/participants/{patient}/media", NULL, STAFF, 0, OPERATOR, NULL},
    {OPERATION_RECORDING_EXPORT, "GET", V1 "recordings/{recording}/participants/{patient}/media", NULL, OPERATOR, 0, STAFF, NULL},
    {OPERATION_PRACTICE, "POST", V1 "practice", "{}", STAFF, LINK, 0, NULL},
    {OPERATION_PRACTICE, "GET", V1 "practice", NULL, HOLDER_ACCOUNT, 0, 0, NULL},
    {OPERATION_PRACTICE, "POST", V1 "practice/links", "{}", STAFF, LINK, 0, NULL},
    {OPERATION_PRACTICE, "DELETE", V1 "practice", NULL, STAFF, LINK, 0, NULL},
    {OPERATION_AUDIT_VERIFY, "GET", V1 "audit/verify", NULL, OPERATOR, 0, 0, NULL},
    {OPERATION_CLIENT_LIST, "GET", V1 "clients", NULL, OPERATOR, 0, 0, NULL},
    {OPERATION_CLIENT_LIST, "GET", V1 "clients/{client}", NULL, OPERATOR, 0, 0, NULL},
    {OPERATION_CLIENT_ADD, "POST", V1 "clients", "{\"name\":\"More\",\"scope\":\"system/cases.read\",\"keys\":{keys}}", OPERATOR, 0, 0, NULL},
    {OPERATION_CLIENT_CHANGE, "PATCH", V1 "clients/{client}", "{\"name\":\"Renamed\"}", OPERATOR, 0, 0, NULL},
    /* What ends something comes last. */
    {OPERATION_CLIENT_REVOKE, "DELETE", V1 "clients/{client}", NULL, OPERATOR, 0, 0, NULL},
    {OPERATION_TEAM_WRITE, "POST", V1 "teams", TEAM, DESK, LINK, 0, NULL},
    {OPERATION_TEAM_WRITE, "PUT", V1 "teams/{team}", TEAM, DESK, LINK, 0, NULL},
    {OPERATION_TEAM_WRITE, "DELETE", V1 "teams/{team}", NULL, DESK, LINK, 0, NULL},
    /* Of the next visit: whoever helps sits at another device from then on. */
    {OPERATION_HELP_OFFER, "POST", V1 "visits/{next}/participants/{next_patient}/help", "{}", STAFF, 0, 0, NULL},
    {OPERATION_VISIT_END, "POST", V1 "visits/{next}/end", "{}", OPERATOR, 0, 0, NULL},
    /* From then on the browser of who signed in has a seat, too. */
    {OPERATION_SEAT_TAKE, "POST", V1 "visits/{own}/seat", "{}", ACCOUNT, 0, 0, NULL},
};

const struct message_way message_ways[] = {
    {OPERATION_CHAT_SEND, "{\"type\":\"chat\",\"text\":\"Good day\"}"},
    {OPERATION_CONSENT_ANSWER, "{\"type\":\"consent\",\"answer\":\"given\",\"text_version\":\"1\"}"},
    {OPERATION_RECORDING_START, "{\"type\":\"recording\",\"action\":\"start\"}"},
    {OPERATION_RECORDING_PAUSE, "{\"type\":\"recording\",\"action\":\"pause\"}"},
    {OPERATION_RECORDING_RESUME, "{\"type\":\"recording\",\"action\":\"resume\"}"},
    {OPERATION_RECORDING_STOP, "{\"type\":\"recording\",\"action\":\"stop\"}"},
    {OPERATION_INVITE, "{\"type\":\"invite\",\"name\":\"Ines\",\"role\":\"caregiver\"}"},
    {OPERATION_VISIT_DELAY, "{\"type\":\"late\",\"minutes\":10}"},
    {OPERATION_EMERGENCY, "{\"type\":\"emergency\",\"action\":\"begin\"}"},
    {OPERATION_EMERGENCY, "{\"type\":\"emergency\",\"action\":\"tell\"}"},
    {OPERATION_EMERGENCY, "{\"type\":\"emergency\",\"action\":\"end\"}"},
    {OPERATION_KNOCK, "{\"type\":\"knock\"}"},
    {OPERATION_ADMIT, "{\"type\":\"admit\",\"participant\":\"{guest}\"}"},
    {OPERATION_DENY, "{\"type\":\"deny\",\"participant\":\"{guest}\"}"},
    {OPERATION_HELP_ANSWER, "{\"type\":\"help\",\"action\":\"end\"}"},
    {OPERATION_HUDDLE, "{\"type\":\"huddle\",\"action\":\"begin\"}"},
    {OPERATION_HUDDLE, "{\"type\":\"huddle\",\"action\":\"end\"}"},
    {OPERATION_SEND_OUT, "{\"type\":\"send_out\",\"participant\":\"{guest}\"}"},
    {OPERATION_SEND_BACK, "{\"type\":\"send_back\",\"participant\":\"{patient}\"}"},
};
/* clang-format on */

const enum operation http_special_ways[] = {
    OPERATION_JOIN,          OPERATION_SESSION_OPEN,   OPERATION_SESSION_END,
    OPERATION_STAFF_SIGN_IN, OPERATION_STAFF_SIGN_OUT, OPERATION_TOKEN_ISSUE,
    OPERATION_TOKEN_USE,
};
const enum operation message_special_ways[] = {
    OPERATION_VISIT_SEE,           OPERATION_PRESENCE,
    OPERATION_SEAT_ENTER,          OPERATION_SEAT_LEAVE,
    OPERATION_SEAT_ENTER_DIRECTLY, OPERATION_DEVICE_CONFIRM_OWN,
    OPERATION_VISIT_END,           OPERATION_DEVICE_CONFIRM_OTHERS,
    OPERATION_BOARD_SEE,
};
const enum operation without_way[] = {
    /* The gateway's own. */
    OPERATION_HELP_ABANDON,         OPERATION_HUDDLE_ABANDON,  OPERATION_ALERT_ESCALATE,
    OPERATION_NOTIFICATION_DELIVER, OPERATION_RECORDING_BOOKS, OPERATION_VISIT_BOOKS,
    OPERATION_PRACTICE_TIDY,
};

const char *const open_routes[] = {
    "GET /",
    "GET /j",
    "GET /staff",
    "GET /case",
    "GET /board",
    "GET /help",
    "GET /enter",
    "GET /practice",
    "GET /sign-in",
    "GET /sign-in/callback",
    "POST /api/v1/join-links/look",
    "POST /api/v1/arrivals/pending",
    "GET /api/v1/session",
    "GET /api/v1/sign-in",
    "POST /api/v1/sign-in/start",
    "GET /api/v1/.well-known/smart-configuration",
    "GET /api/v1/openapi.json",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /bedside-development-ca.crt",
    "GET /bedside-development-ca.pem",
    "GET /bedside-development-ca.mobileconfig",
    /* Of http_special_ways. */
    "POST /api/v1/arrivals",
    "POST /api/v1/staff-sessions",
    "POST /api/v1/session/end",
    "POST /api/v1/sign-in/invented",
    "POST /api/v1/sign-out",
    "POST /api/v1/token",
};
const char *const open_messages[] = {"offer", "ready",   "slots",  "mute",
                                     "away",  "figures", "repair", "ping"};

const size_t http_way_count = ARRAY_LENGTH(http_ways);
const size_t message_way_count = ARRAY_LENGTH(message_ways);
const size_t http_special_way_count = ARRAY_LENGTH(http_special_ways);
const size_t message_special_way_count = ARRAY_LENGTH(message_special_ways);
const size_t without_way_count = ARRAY_LENGTH(without_way);
const size_t open_route_count = ARRAY_LENGTH(open_routes);
const size_t open_message_count = ARRAY_LENGTH(open_messages);

/* The value of a name that begins `text`, which is behind a brace; NULL: a brace of JSON. */
static const struct named_value *find(const char *text, const struct named_value *values,
                                      size_t count)
{
    const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    for (size_t i = 0; text[length] == '}' && i < count; i++) {
        if (strlen(values[i].name) == length && strncmp(text, values[i].name, length) == 0) {
            return &values[i];
        }
    }
    if (length > 0 && text[length] == '}') {
        fail_msg("nothing is called %.*s", (int)length, text);
    }
    return NULL;
}

char *ways_fill(const char *text, const struct named_value *values, size_t count)
{
    char *filled = allocate_zeroed(1, 16384);
    size_t size = 0;
    while (*text) {
        const struct named_value *value = *text == '{' ? find(text + 1, values, count) : NULL;
        const size_t added = value ? strlen(value->value) : 1;
        assert_true(size + added < 16384);
        memcpy(filled + size, value ? value->value : text, added);
        size += added;
        text += value ? strlen(value->name) + 2 : 1;
    }
    return filled;
}

bool ways_allow(enum operation operation, enum participant_role role)
{
    const struct permission_matrix_row *row = permission_matrix_find(operation_name(operation));
    if (!row) {
        fail_msg("%s is not written down in permission_matrix.h", operation_name(operation));
    }
    const bool allowed = permission_matrix_allows(row, role);
    assert_int_equal(permission_allows(role, operation), allowed);
    return allowed;
}

bool ways_has(const enum operation *list, size_t count, enum operation operation)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == operation) {
            return true;
        }
    }
    return false;
}

bool ways_over_http(enum operation operation)
{
    for (size_t i = 0; i < http_way_count; i++) {
        if (http_ways[i].operation == operation) {
            return true;
        }
    }
    return ways_has(http_special_ways, http_special_way_count, operation);
}

bool ways_over_messages(enum operation operation)
{
    for (size_t i = 0; i < message_way_count; i++) {
        if (message_ways[i].operation == operation) {
            return true;
        }
    }
    return ways_has(message_special_ways, message_special_way_count, operation);
}
