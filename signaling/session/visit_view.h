/* visit_view.h - what one person may see of a visit, as the JSON of docs/signaling.schema.json.
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_SESSION_VISIT_VIEW_H
#define BEDSIDE_SIGNALING_SESSION_VISIT_VIEW_H

#include "gateway/visits/chat_message.h"
#include "gateway/visits/visit_picture.h"

#include <jansson.h>

/* Why a person with a seat in the visit is not at it. */
enum visit_view_away {
    VISIT_VIEW_HERE,
    VISIT_VIEW_AWAY_CONNECTION, /* the socket is lost, the seat is kept */
    VISIT_VIEW_AWAY_HIDDEN,     /* the page says so: another one is in front of it */
    VISIT_VIEW_AWAY_CALL,       /* a telephone call took the microphone */
    VISIT_VIEW_AWAY_DEVICE,     /* microphone and camera are gone */
    VISIT_VIEW_AWAY_HELP,       /* apart with somebody who helps, or to help */
};

/* What the gateway knows of a person beyond the record. */
struct visit_view_live {
    bool audio_muted;
    bool video_muted;
    enum visit_view_away away;
};

struct visit_view {
    const struct visit_picture *picture; /* borrowed */
    const struct participant *viewer;    /* of the picture */
    /* In the order of the picture's participants. */
    struct visit_view_live live[VISIT_PARTICIPANTS_MAX];
    /* Of the recording: */
    int64_t recording_since_ms;
    int64_t recorded_ms;
    bool stopped_by_patient; /* whoever paused or stopped last was the patient */
    /* Of the words: */
    const struct consent_words *consent_words; /* borrowed */
};

struct visit_view_place {
    const char *title;
    const char *organisation;
    const char *support_phone;
    unsigned slots_max;
};

/* Each returns an owned value. */
json_t *visit_view_participant(const struct visit_view *view, const struct participant *subject);
json_t *visit_view_roster(const struct visit_view *view);
json_t *visit_view_visit(const struct visit_view *view, const struct visit_view_place *place);
/* Adds `expected` when the visit begins later than planned. */
void visit_view_add_delay(const struct visit_view *view, json_t *object);
json_t *visit_view_permissions(const struct visit_view *view);
json_t *visit_view_recording(const struct visit_view *view);
json_t *visit_view_consent(const struct visit_view *view);
json_t *visit_view_waiting(const struct visit_view *view); /* the event */
json_t *visit_view_huddle(const struct visit_view *view);
json_t *visit_view_chat(const struct visit_view *view, const struct chat_message *message);
json_t *visit_view_chat_list(const struct visit_view *view, const struct chat_list *chat);

/* The code of an answer in the protocol: "none", "given", ... */
const char *visit_view_answer(enum consent_answer answer);

#endif
