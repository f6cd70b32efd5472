#include "gateway/visits/participant.h"

#include "gateway/visits/name_table.h"

#include <errno.h>
#include <string.h>

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_PATIENT] = "patient",
    [ROLE_CAREGIVER] = "caregiver",
    [ROLE_REVIEWING_PHYSICIAN] = "reviewing_physician",
    [ROLE_TREATING_PHYSICIAN] = "treating_physician",
    [ROLE_COORDINATOR] = "coordinator",
    [ROLE_INTERPRETER] = "interpreter",
    [ROLE_TRAINEE] = "trainee",
    [ROLE_TECHNICAL_HELPER] = "technical_helper",
    [ROLE_OPERATOR] = "operator",
    [ROLE_GATEWAY] = "gateway",
    [ROLE_SYSTEM] = "system",
};

static const char *const seat_state_names[SEAT_STATE_COUNT] = {
    [SEAT_INVITED] = "invited",   [SEAT_ARRIVED] = "arrived", [SEAT_WAITING] = "waiting",
    [SEAT_IN_VISIT] = "in_visit", [SEAT_LEFT] = "left",       [SEAT_DENIED] = "denied",
};

static const char *const seat_hold_names[SEAT_HOLD_COUNT] = {
    [SEAT_HOLD_NONE] = "none",
    [SEAT_HOLD_PATIENT] = "patient",
    [SEAT_HOLD_TEAM] = "team",
};

const char *participant_role_name(enum participant_role role)
{
    return NAME_OF(role_names, role);
}

int participant_role_from_name(const char *name, enum participant_role *ret_role)
{
    const int index = name_table_find(role_names, ROLE_SEATED_COUNT, name);
    if (index < 0) {
        return index;
    }
    *ret_role = (enum participant_role)index;
    return 0;
}

bool participant_role_is_physician(enum participant_role role)
{
    return role == ROLE_REVIEWING_PHYSICIAN || role == ROLE_TREATING_PHYSICIAN;
}

bool participant_role_is_staff(enum participant_role role)
{
    return participant_role_is_physician(role) || role == ROLE_COORDINATOR;
}

bool participant_role_is_guest(enum participant_role role)
{
    return (unsigned)role < ROLE_SEATED_COUNT && role != ROLE_PATIENT &&
           !participant_role_is_staff(role);
}

DEFINE_NAMES(seat_state, seat_state, seat_state_names)
DEFINE_NAMES(seat_hold, seat_hold, seat_hold_names)

bool participant_is_present(const struct participant *participant)
{
    return participant->state == SEAT_IN_VISIT && participant->connected;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool person_date_is_valid(const char *text)
{
    if (strlen(text) != PERSON_DATE_SIZE - 1 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    for (size_t i = 0; i < PERSON_DATE_SIZE - 1; i++) {
        if (i != 4 && i != 7 && !is_digit(text[i])) {
            return false;
        }
    }
    const unsigned year = (unsigned)(text[0] - '0') * 1000 + (unsigned)(text[1] - '0') * 100 +
                          (unsigned)(text[2] - '0') * 10 + (unsigned)(text[3] - '0');
    const unsigned month = (unsigned)(text[5] - '0') * 10 + (unsigned)(text[6] - '0');
    const unsigned day = (unsigned)(text[8] - '0') * 10 + (unsigned)(text[9] - '0');
    return year >= 1880 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_of_month(year, month);
}

/* Reads one code point (RFC 3629) and moves past it. Returns -1 for bytes that are none. */
static int32_t take_code_point(const unsigned char **position)
{
    const unsigned char *p = *position;
    const size_t length = p[0] < 0x80             ? 1
                          : (p[0] & 0xE0) == 0xC0 ? 2
                          : (p[0] & 0xF0) == 0xE0 ? 3
                          : (p[0] & 0xF8) == 0xF0 ? 4
                                                  : 0;
    static const int32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0) {
        return -1;
    }
    int32_t code = length == 1 ? p[0] : p[0] & (0xFF >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return -1;
        }
        code = code << 6 | (p[i] & 0x3F);
    }
    if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return -1;
    }
    *position = p + length;
    return code;
}

/* Marks that turn the direction of the text after them (Unicode TR 36): a name could hide in them.
 */
static bool is_direction_control(int32_t code)
{
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

bool person_text_is_clean(const char *text, bool multiline)
{
    const unsigned char *position = (const unsigned char *)text;
    while (*position) {
        const int32_t code = take_code_point(&position);
        if (code < 0 || (code >= 0x7F && code < 0xA0) || is_direction_control(code)) {
            return false;
        }
        if (code < 0x20 && !(multiline && (code == '\n' || code == '\t'))) {
            return false;
        }
    }
    return true;
}

bool time_zone_is_well_formed(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    const size_t length = strlen(text);
    return length > 0 && length < TIME_ZONE_SIZE && strspn(text, allowed) == length &&
           text[0] != '/' && text[length - 1] != '/' && !strstr(text, "//");
}

static bool phone_is_well_formed(const char *text)
{
    return strspn(text, "+0123456789 ()-.x") == strlen(text);
}

static bool languages_are_well_formed(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789- ";
    return strspn(text, allowed) == strlen(text);
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool subdivision_is_well_formed(const char *text)
{
    const size_t length = strlen(text);
    if (length < 4 || length > 6 || !is_capital(text[0]) || !is_capital(text[1]) ||
        text[2] != '-') {
        return false;
    }
    for (size_t i = 3; i < length; i++) {
        if (!is_capital(text[i]) && !is_digit(text[i])) {
            return false;
        }
    }
    return true;
}

bool email_is_well_formed(const char *text)
{
    static const char local[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.";
    static const char domain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    const size_t at = strspn(text, local);
    const char *host = text + at + 1;
    if (at == 0 || at > 64 || text[at] != '@' || text[0] == '.' || text[at - 1] == '.' ||
        strlen(text) >= PERSON_EMAIL_SIZE) {
        return false;
    }
    const size_t length = strlen(host);
    return length > 0 && strspn(host, domain) == length && host[0] != '.' && host[0] != '-' &&
           host[length - 1] != '.' && host[length - 1] != '-' && !strstr(text, "..");
}

const char *person_find_problem(const struct person *person)
{
    if ((unsigned)person->role >= ROLE_SEATED_COUNT) {
        return "role";
    }
    if (!person_text_is_clean(person->key, false)) {
        return "key";
    }
    if (!person->display_name[0] || !person_text_is_clean(person->display_name, false)) {
        return "display_name";
    }
    if (!person_text_is_clean(person->label, false)) {
        return "label";
    }
    if (person->birth_date[0] && !person_date_is_valid(person->birth_date)) {
        return "birth_date";
    }
    if (!phone_is_well_formed(person->phone)) {
        return "phone";
    }
    if (person->email[0] && !email_is_well_formed(person->email)) {
        return "email";
    }
    if (!person_text_is_clean(person->address, true)) {
        return "address";
    }
    if (!person_text_is_clean(person->emergency_contact_name, false)) {
        return "emergency_contact.name";
    }
    if (!phone_is_well_formed(person->emergency_contact_phone)) {
        return "emergency_contact.phone";
    }
    if (person->time_zone[0] && !time_zone_is_well_formed(person->time_zone)) {
        return "time_zone";
    }
    if (!languages_are_well_formed(person->languages)) {
        return "languages";
    }
    if (!person_text_is_clean(person->staff_key, false)) {
        return "staff_key";
    }
    return NULL;
}
