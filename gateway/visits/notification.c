#include "gateway/visits/notification.h"

#include "gateway/visits/name_table.h"

#include <stdlib.h>

#define MS_PER_MINUTE 60000LL
#define REMINDER_MINUTES_MAX 20160
#define REMINDER_GAP_MS (30 * MS_PER_MINUTE)
#define FIRST_RETRY_MS 15000
#define LONGEST_RETRY_MS (60 * MS_PER_MINUTE)
#define ATTEMPTS_MAX 24 /* about a day */

static const char *const kind_names[NOTIFICATION_KIND_COUNT] = {
    [NOTIFICATION_INVITATION] = "invitation",
    [NOTIFICATION_REMINDER] = "reminder",
    [NOTIFICATION_MOVED] = "moved",
    [NOTIFICATION_CANCELLED] = "cancelled",
    [NOTIFICATION_LINK] = "link",
    [NOTIFICATION_LATE] = "late",
};
static const char *const channel_names[NOTIFICATION_CHANNEL_COUNT] = {
    [NOTIFICATION_ANY] = "any",
    [NOTIFICATION_MAIL] = "mail",
    [NOTIFICATION_TEXT] = "text",
};
static const char *const state_names[NOTIFICATION_STATE_COUNT] = {
    [NOTIFICATION_PENDING] = "pending",
    [NOTIFICATION_SENT] = "sent",
    [NOTIFICATION_FAILED] = "failed",
    [NOTIFICATION_DROPPED] = "dropped",
};

DEFINE_NAMES(notification_kind, notification_kind, kind_names)
DEFINE_NAMES(notification_channel, notification_channel, channel_names)
DEFINE_NAMES(notification_state, notification_state, state_names)

int notification_reminders_read(const char *text, struct notification_rules *rules)
{
    size_t count = 0;
    while (*text) {
        char *end;
        const unsigned long minutes = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
        if (minutes == 0 || minutes > REMINDER_MINUTES_MAX || count == NOTIFICATION_REMINDERS_MAX ||
            (count > 0 && minutes >= rules->reminder_minutes[count - 1]) ||
            (*end && (*end != ';' || !end[1]))) {
            return -EINVAL;
        }
        rules->reminder_minutes[count++] = (uint32_t)minutes;
        text = end + (*end == ';');
    }
    rules->reminder_count = count;
    return 0;
}

size_t notification_plan_reminders(const struct notification_rules *rules,
                                   const struct visit *visit, int64_t now_ms,
                                   int64_t ret_due_ms[NOTIFICATION_REMINDERS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < rules->reminder_count; i++) {
        const int64_t due_ms =
            visit->scheduled_at_ms - (int64_t)rules->reminder_minutes[i] * MS_PER_MINUTE;
        if (due_ms >= now_ms + REMINDER_GAP_MS) {
            ret_due_ms[count++] = due_ms;
        }
    }
    return count;
}

/* At the door, or inside, and there: reads it on the page. */
static bool is_there(const struct participant *seat)
{
    return seat->connected && (seat->state == SEAT_WAITING || seat->state == SEAT_IN_VISIT);
}

bool notification_is_wanted(const struct notification *notification, const struct visit *visit,
                            const struct participant *seat, int64_t now_ms)
{
    const int64_t ends_ms =
        visit->scheduled_at_ms + (int64_t)visit->scheduled_minutes * MS_PER_MINUTE;
    if (notification->kind == NOTIFICATION_CANCELLED) {
        return now_ms < ends_ms;
    }
    if (visit->state == VISIT_ENDED) {
        return false;
    }
    switch (notification->kind) {
    case NOTIFICATION_LINK:
        return true;
    case NOTIFICATION_MOVED: /* calendars have to be right, wherever people are */
        return now_ms < ends_ms;
    case NOTIFICATION_LATE: /* whether its time is past only the delay tells */
        return !is_there(seat) && seat->state != SEAT_DENIED;
    default:
        /* Who is at the door, or inside, needs no word any more; who was there before the visit
         * began, for another time perhaps, and went, does. */
        return now_ms < ends_ms && (seat->state == SEAT_INVITED || seat->state == SEAT_ARRIVED ||
                                    (visit->state == VISIT_SCHEDULED && !is_there(seat)));
    }
}

enum notification_channel notification_choose_channel(const struct notification *notification,
                                                      const struct notification_rules *rules,
                                                      const struct person *person)
{
    const bool mail = rules->by_mail && person->email[0];
    const bool text = rules->by_text && person->phone[0];
    switch (notification->channel) {
    case NOTIFICATION_MAIL:
        return mail ? NOTIFICATION_MAIL : NOTIFICATION_ANY;
    case NOTIFICATION_TEXT:
        return text ? NOTIFICATION_TEXT : NOTIFICATION_ANY;
    default:
        break;
    }
    if (notification->kind == NOTIFICATION_LATE && text) { /* a mail may be read too late */
        return NOTIFICATION_TEXT;
    }
    return mail ? NOTIFICATION_MAIL : text ? NOTIFICATION_TEXT : NOTIFICATION_ANY;
}

int64_t notification_retry_at(const struct notification *notification, int64_t now_ms)
{
    if (notification->attempts >= ATTEMPTS_MAX) {
        return 0;
    }
    int64_t delay_ms = FIRST_RETRY_MS;
    for (uint32_t i = 1; i < notification->attempts && delay_ms < LONGEST_RETRY_MS; i++) {
        delay_ms *= 2;
    }
    return now_ms + (delay_ms < LONGEST_RETRY_MS ? delay_ms : LONGEST_RETRY_MS);
}
