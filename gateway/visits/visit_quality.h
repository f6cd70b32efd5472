/* visit_quality.h - what the gateway itself writes down of how a visit went: whose connection was
 * how good, and which words were lost. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_QUALITY_H
#define BEDSIDE_VISITS_VISIT_QUALITY_H

#include "gateway/visits/quality_minute.h"
#include "gateway/visits/visit_service.h"

/* Keeps the rows; one of a person and a time that is kept already is left as it is, so that
 * repeating is harmless. Refusal: NOT_FOUND. */
int visit_quality_keep(struct visit_service *service, const char *visit_id,
                       const struct quality_minute *minutes, size_t count);
/* A visit's rows. For staff and operator. Refusal: NOT_FOUND. */
int visit_quality_list(struct visit_service *service, const struct visit_actor *actor,
                       const char *visit_id, struct quality_minute_list **ret_list);

struct missed_words_mark {
    char speaker_id[UUID_TEXT_SIZE]; /* participants */
    char listener_id[UUID_TEXT_SIZE];
    unsigned seconds;
    int64_t at_ms; /* when it began */
};
/* Adds a mark to the timeline; one of a recording when it flows. Refusal: NOT_FOUND. */
int visit_quality_mark_missed_words(struct visit_service *service, const char *visit_id,
                                    const struct missed_words_mark *mark);

#endif
