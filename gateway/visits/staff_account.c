#include "gateway/visits/staff_account.h"

#include <string.h>

#define MS_PER_MINUTE 60000
#define MS_PER_HOUR 3600000
#define PHYSICIANS                                                                                 \
    (PARTICIPANT_ROLE_BIT(ROLE_REVIEWING_PHYSICIAN) | PARTICIPANT_ROLE_BIT(ROLE_TREATING_PHYSICIAN))

static bool is_name(const char *text)
{
    return text[0] && person_text_is_clean(text, false);
}

const char *staff_account_find_problem(const struct staff_account *account)
{
    if (!is_name(account->issuer)) {
        return "issuer";
    }
    if (!is_name(account->subject)) {
        return "subject";
    }
    if (!is_name(account->staff_key)) {
        return "staff_key";
    }
    if (!is_name(account->display_name)) {
        return "display_name";
    }
    if (!person_text_is_clean(account->email, false)) {
        return "email";
    }
    if (!person_text_is_clean(account->programme, false)) {
        return "programme";
    }
    if (account->time_zone[0] && !time_zone_is_well_formed(account->time_zone)) {
        return "time_zone";
    }
    if (!person_text_is_clean(account->languages, false)) {
        return "languages";
    }
    if (account->roles == 0 || (account->roles & ~STAFF_ACCOUNT_ROLES) != 0) {
        return "roles";
    }
    return NULL;
}

bool staff_account_bears_role(unsigned roles, enum participant_role role)
{
    const unsigned wanted =
        participant_role_is_physician(role) ? PHYSICIANS : PARTICIPANT_ROLE_BIT(role);
    return (roles & wanted & STAFF_ACCOUNT_ROLES) != 0;
}

static int64_t absolute_end_ms(const struct account_session *session,
                               const struct account_session_limits *limits)
{
    return session->created_at_ms + (int64_t)limits->absolute_hours * MS_PER_HOUR;
}

static int64_t idle_end_ms(const struct account_session *session,
                           const struct account_session_limits *limits)
{
    return session->active_at_ms + (int64_t)limits->idle_minutes * MS_PER_MINUTE;
}

bool account_session_is_over(const struct account_session *session,
                             const struct account_session_limits *limits, bool in_visit,
                             int64_t now_ms)
{
    if (session->ended_at_ms != 0) {
        return true;
    }
    return !in_visit && now_ms >= account_session_ends_at_ms(session, limits);
}

int64_t account_session_ends_at_ms(const struct account_session *session,
                                   const struct account_session_limits *limits)
{
    const int64_t absolute_ms = absolute_end_ms(session, limits);
    const int64_t idle_ms = idle_end_ms(session, limits);
    return idle_ms < absolute_ms ? idle_ms : absolute_ms;
}

bool account_session_is_to_be_touched(const struct account_session *session,
                                      const struct account_session_limits *limits, int64_t now_ms)
{
    const int64_t part_of_idle_ms = (int64_t)limits->idle_minutes * MS_PER_MINUTE / 10;
    return now_ms - session->active_at_ms >=
           (part_of_idle_ms < MS_PER_MINUTE ? part_of_idle_ms : MS_PER_MINUTE);
}
