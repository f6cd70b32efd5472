/* quality_minute.h - how one person's connection was in about a minute of a visit, as the case
 * record keeps it: numbers and codes, no addresses. Pure. Thread: an object belongs to one. */
#ifndef BEDSIDE_VISITS_QUALITY_MINUTE_H
#define BEDSIDE_VISITS_QUALITY_MINUTE_H

#include "gateway/base/cleanup.h"
#include "gateway/base/random.h"

#include <stddef.h>
#include <stdint.h>

#define QUALITY_CODE_SIZE 17

struct quality_minute {
    char participant_id[UUID_TEXT_SIZE];
    int64_t from_ms;
    int64_t until_ms;
    uint32_t score_tenths;          /* 10 to 50: the average of scores from 1 to 5 */
    uint32_t worst;                 /* the lowest score */
    char reason[QUALITY_CODE_SIZE]; /* of the lowest: "none", "loss", "delay", ... */
    uint32_t concealed_permille;    /* of the sound that was played */
    uint32_t frozen_ms;             /* without a new picture that should have come */
    uint32_t estimate_bps;          /* of the way to the person; 0: not known */
    uint32_t rtt_ms;                /* 0: not known */
    char path[QUALITY_CODE_SIZE];   /* "udp", "tcp", "turn_tls", ... */
};

struct quality_minute_list {
    struct quality_minute *minutes; /* owned, by participant, oldest first */
    size_t count;
};
struct quality_minute_list *quality_minute_list_create(void);
struct quality_minute_list *quality_minute_list_destroy(struct quality_minute_list *list);
DEFINE_AUTO(quality_minute_list)

#endif
