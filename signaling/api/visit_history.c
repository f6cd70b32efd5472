#include "signaling/api/visit_history.h"

#include <glib.h>
#include <string.h>

/* ---- the timeline ---- */

/* What the pages call it; their catalogue has the words. */
static const char *kind_word(enum visit_event_kind kind)
{
    static const char *const words[EVENT_KIND_COUNT] = {
        [EVENT_VISIT_SCHEDULED] = "scheduled",
        [EVENT_VISIT_OPENED] = "opened",
        [EVENT_VISIT_ENDED] = "ended",
        [EVENT_ARRIVED] = "arrived",
        [EVENT_WAITING] = "waiting",
        [EVENT_KNOCKED] = "knocked",
        [EVENT_ENTERED] = "joined",
        [EVENT_ADMITTED] = "admitted",
        [EVENT_DENIED] = "denied",
        [EVENT_LEFT] = "left",
        [EVENT_CONNECTED] = "returned",
        [EVENT_LOST] = "away",
        [EVENT_CHAT] = "chat",
        [EVENT_CONSENT_GIVEN] = "consent_given",
        [EVENT_CONSENT_REFUSED] = "consent_refused",
        [EVENT_CONSENT_WITHDRAWN] = "consent_withdrawn",
        [EVENT_RECORDING_ASKED] = "recording_asked",
        [EVENT_RECORDING_STARTED] = "recording_started",
        [EVENT_RECORDING_PAUSED] = "recording_paused",
        [EVENT_RECORDING_RESUMED] = "recording_resumed",
        [EVENT_RECORDING_STOPPED] = "recording_stopped",
        [EVENT_RECORDING_FAILED] = "recording_failed",
        [EVENT_RECORDING_FINISHED] = "recording_finished",
        [EVENT_RECORDING_ATTACHED] = "recording_attached",
        [EVENT_MISSED_WORDS] = "missed_words",
        [EVENT_INVITED] = "invited",
        [EVENT_VISIT_MOVED] = "moved",
        [EVENT_VISIT_DELAYED] = "delayed",
        [EVENT_SENT_OUT] = "sent_out",
        [EVENT_SENT_BACK] = "sent_back",
        [EVENT_HUDDLE_BEGAN] = "huddle_began",
        [EVENT_HUDDLE_ENDED] = "huddle_ended",
        [EVENT_HELP_OFFERED] = "help_offered",
        [EVENT_HELP_OPENED] = "help_opened",
        [EVENT_HELP_ENDED] = "help_ended",
    };
    return (unsigned)kind < EVENT_KIND_COUNT && words[kind] ? words[kind]
                                                            : visit_event_kind_name(kind);
}

static const char *find_body(const struct chat_list *chat, const char *message_id)
{
    for (size_t i = 0; chat && i < chat->count; i++) {
        if (strcmp(chat->messages[i].id, message_id) == 0) {
            return chat->messages[i].body;
        }
    }
    return NULL;
}

/* Whose words they were, and how many seconds of them. */
static void add_missed_words(json_t *entry, const struct visit_event *event,
                             const struct visit_picture *picture)
{
    const struct participant *speaker = visit_picture_find(picture, event->actor_id);
    if (speaker) {
        json_object_set_new(entry, "of", json_string(speaker->person.display_name));
    }
    json_object_set_new(entry, "seconds",
                        json_integer((json_int_t)g_ascii_strtoll(event->detail, NULL, 10)));
}

json_t *visit_history_timeline(const struct visit_event_list *events,
                               const struct visit_picture *picture, const struct chat_list *chat)
{
    json_t *timeline = json_array();
    for (size_t i = 0; events && i < events->count; i++) {
        const struct visit_event *event = &events->events[i];
        json_t *entry =
            json_pack("{s:I, s:s}", "at", (json_int_t)event->at_ms, "kind", kind_word(event->kind));
        const char *id = event->subject_id[0] ? event->subject_id : event->actor_id;
        const struct participant *who = visit_picture_find(picture, id);
        who = who ? who : visit_picture_find(picture, event->actor_id);
        if (who) {
            json_object_set_new(entry, "who", json_string(who->person.display_name));
        }
        const char *body = event->kind == EVENT_CHAT ? find_body(chat, event->subject_id) : NULL;
        if (body) {
            json_object_set_new(entry, "text", json_string(body));
        }
        if (event->kind == EVENT_MISSED_WORDS) {
            add_missed_words(entry, event, picture);
        }
        json_array_append_new(timeline, entry);
    }
    return timeline;
}

json_t *visit_history_marks(const struct visit_event_list *events,
                            const struct visit_picture *picture, const char *recording_id)
{
    json_t *marks = json_array();
    for (size_t i = 0; events && i < events->count; i++) {
        const struct visit_event *event = &events->events[i];
        if (event->kind != EVENT_MISSED_WORDS || strcmp(event->recording_id, recording_id) != 0) {
            continue;
        }
        const struct participant *listener = visit_picture_find(picture, event->subject_id);
        json_t *mark =
            json_pack("{s:I, s:s, s:s}", "at", (json_int_t)event->at_ms, "kind",
                      kind_word(event->kind), "who", listener ? listener->person.display_name : "");
        add_missed_words(mark, event, picture);
        json_array_append_new(marks, mark);
    }
    return marks;
}

/* ---- connections ---- */

static json_t *minute_json(const struct quality_minute *minute)
{
    return json_pack(
        "{s:I, s:I, s:f, s:i, s:s, s:i, s:I, s:I, s:i, s:s}", "at", (json_int_t)minute->from_ms,
        "until", (json_int_t)minute->until_ms, "score", minute->score_tenths / 10.0, "worst",
        (int)minute->worst, "reason", minute->reason, "concealed_permille",
        (int)minute->concealed_permille, "frozen_ms", (json_int_t)minute->frozen_ms, "estimate_bps",
        (json_int_t)minute->estimate_bps, "rtt_ms", (int)minute->rtt_ms, "path", minute->path);
}

json_t *visit_history_quality(const struct quality_minute_list *quality,
                              const struct visit_picture *picture)
{
    json_t *people = json_array();
    json_t *minutes = NULL; /* of the person at hand */
    const char *id = "";
    for (size_t i = 0; quality && i < quality->count; i++) {
        const struct quality_minute *minute = &quality->minutes[i];
        if (strcmp(minute->participant_id, id) != 0) {
            id = minute->participant_id;
            minutes = json_array();
            const struct participant *person = visit_picture_find(picture, id);
            json_array_append_new(people, json_pack("{s:s, s:s, s:o}", "participant", id, "name",
                                                    person ? person->person.display_name : "",
                                                    "minutes", minutes));
        }
        json_array_append_new(minutes, minute_json(minute));
    }
    return people;
}
