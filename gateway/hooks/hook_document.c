#include "gateway/hooks/hook_document.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void set_text(json_t *document, const char *name, const char *text)
{
    if (text[0]) {
        json_object_set_new(document, name, json_string(text));
    }
}

/* RFC 3339, in UTC, with milliseconds. */
static void write_time(int64_t at_ms, char *ret_text, size_t size)
{
    const time_t seconds = (time_t)(at_ms / 1000);
    struct tm parts = {0};
    gmtime_r(&seconds, &parts);
    char date[32];
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(ret_text, size, "%s.%03dZ", date, (int)(at_ms % 1000));
}

char *hook_document_create(const struct outbox_entry *entry)
{
    const struct visit_event *event = &entry->event;
    char when[48];
    write_time(event->at_ms, when, sizeof(when));
    json_t *document = json_object();
    set_text(document, "id", event->id);
    set_text(document, "type", visit_event_kind_name(event->kind));
    set_text(document, "time", when);
    json_object_set_new(document, "attempt", json_integer((json_int_t)entry->attempts + 1));
    set_text(document, "case_id", event->case_id);
    set_text(document, "visit_id", event->visit_id);
    set_text(document, "recording_id", event->recording_id);
    set_text(document, "participant_id", event->actor_id);
    set_text(document, "subject_id", event->subject_id);
    set_text(document, "detail", event->detail);
    char *text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    if (!text) {
        abort();
    }
    return text;
}
