/* visit_history.h - how a visit went, for the case page: its timeline, the marks on a recording,
 * and everybody's connection minute by minute. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_VISIT_HISTORY_H
#define BEDSIDE_SIGNALING_API_VISIT_HISTORY_H

#include "gateway/visits/chat_message.h"
#include "gateway/visits/quality_minute.h"
#include "gateway/visits/visit_event.h"
#include "gateway/visits/visit_picture.h"

#include <jansson.h>

/* Each returns an owned list; `events`, `chat` and `quality` may be NULL. */
json_t *visit_history_timeline(const struct visit_event_list *events,
                               const struct visit_picture *picture, const struct chat_list *chat);
/* What a player shows on the recording's timeline. */
json_t *visit_history_marks(const struct visit_event_list *events,
                            const struct visit_picture *picture, const char *recording_id);
json_t *visit_history_quality(const struct quality_minute_list *quality,
                              const struct visit_picture *picture);

#endif
