#include "gateway/visits/visit_event.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/name_table.h"

static const struct {
    const char *name;
    bool announced;
} kinds[EVENT_KIND_COUNT] = {
    [EVENT_VISIT_SCHEDULED] = {"visit.scheduled", false},
    [EVENT_VISIT_OPENED] = {"visit.opened", true},
    [EVENT_VISIT_ENDED] = {"visit.ended", true},
    [EVENT_ARRIVED] = {"participant.arrived", false},
    [EVENT_WAITING] = {"participant.waiting", false},
    [EVENT_ENTERED] = {"participant.entered", false},
    [EVENT_ADMITTED] = {"participant.admitted", false},
    [EVENT_DENIED] = {"participant.denied", false},
    [EVENT_LEFT] = {"participant.left", false},
    [EVENT_CONNECTED] = {"participant.connected", false},
    [EVENT_LOST] = {"participant.lost", false},
    [EVENT_CHAT] = {"chat.sent", false},
    [EVENT_CONSENT_GIVEN] = {"consent.given", true},
    [EVENT_CONSENT_REFUSED] = {"consent.refused", true},
    [EVENT_CONSENT_WITHDRAWN] = {"consent.withdrawn", true},
    [EVENT_RECORDING_ASKED] = {"recording.asked", false},
    [EVENT_RECORDING_STARTED] = {"recording.started", true},
    [EVENT_RECORDING_PAUSED] = {"recording.paused", true},
    [EVENT_RECORDING_RESUMED] = {"recording.resumed", true},
    [EVENT_RECORDING_STOPPED] = {"recording.stopped", false},
    [EVENT_RECORDING_FAILED] = {"recording.failed", true},
    [EVENT_RECORDING_FINISHED] = {"recording.finished", true},
    [EVENT_RECORDING_ATTACHED] = {"recording.attached", true},
    [EVENT_MISSED_WORDS] = {"words.missed", false},
    [EVENT_CONSULTATION_BEGAN] = {"consultation.began", true},
    [EVENT_CONSULTATION_ENDED] = {"consultation.ended", true},
    [EVENT_ALERT_RAISED] = {"alert.raised", true},
    [EVENT_ALERT_TAKEN] = {"alert.taken", false},
    [EVENT_ALERT_ACKNOWLEDGED] = {"alert.acknowledged", true},
    [EVENT_ALERT_ESCALATED] = {"alert.escalated", true},
    [EVENT_ALERT_CLOSED] = {"alert.closed", false},
    [EVENT_DEVICE_CHECKED] = {"device.checked", true},
    [EVENT_NOTIFICATION_SENT] = {"notification.sent", false},
    [EVENT_NOTIFICATION_FAILED] = {"notification.failed", true},
    [EVENT_SENT_OUT] = {"participant.sent_out", false},
    [EVENT_SENT_BACK] = {"participant.sent_back", false},
    [EVENT_HUDDLE_BEGAN] = {"huddle.began", false},
    [EVENT_HUDDLE_ENDED] = {"huddle.ended", false},
    [EVENT_HELP_OFFERED] = {"help.offered", false},
    [EVENT_HELP_OPENED] = {"help.opened", false},
    [EVENT_HELP_ENDED] = {"help.ended", false},
    [EVENT_KNOCKED] = {"participant.knocked", false},
    [EVENT_SCREENING_COMPLETED] = {"screening.completed", false},
    [EVENT_INVITED] = {"participant.invited", false},
    [EVENT_VISIT_DELAYED] = {"visit.delayed", true},
    [EVENT_VISIT_MOVED] = {"visit.moved", true},
    [EVENT_EMERGENCY_BEGAN] = {"emergency.began", true},
    [EVENT_EMERGENCY_TOLD] = {"emergency.told", false},
    [EVENT_EMERGENCY_ENDED] = {"emergency.ended", true},
    [EVENT_LICENCE_WARNED] = {"licence.warned", true},
};

const char *visit_event_kind_name(enum visit_event_kind kind)
{
    return (unsigned)kind < EVENT_KIND_COUNT ? kinds[kind].name : "unknown";
}

int visit_event_kind_from_name(const char *name, enum visit_event_kind *ret_kind)
{
    for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *ret_kind = (enum visit_event_kind)i;
            return 0;
        }
    }
    return -EINVAL;
}

bool visit_event_kind_is_announced(enum visit_event_kind kind)
{
    return (unsigned)kind < EVENT_KIND_COUNT && kinds[kind].announced;
}

struct visit_event_list *visit_event_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct visit_event_list));
}

struct visit_event_list *visit_event_list_destroy(struct visit_event_list *list)
{
    if (list) {
        free(list->events);
        free(list);
    }
    return NULL;
}
