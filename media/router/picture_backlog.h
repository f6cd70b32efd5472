/* picture_backlog.h - pictures that waited at their publisher while it could not send.
 *
 *   publisher's RTP   ||||||||||          silence          |||||||||||||||||
 *                                                          [ waited ][ new ]
 *
 * A browser whose way breaks off goes on filming. When the way is back (another network, another
 * port of a NAT) it sends what waited first. Sound that comes so late is skipped by its receiver,
 * but pictures are all shown, so that they would be behind the voice by the length of the gap for
 * as long as the visit lasts. What waited is therefore not passed on; a key frame is asked for, and
 * the picture is as new as the voice.
 *
 * Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_PICTURE_BACKLOG_H
#define BEDSIDE_MEDIA_ROUTER_PICTURE_BACKLOG_H

#include <stdbool.h>
#include <stdint.h>

#define PICTURE_BACKLOG_SILENCE_US 400000
#define PICTURE_BACKLOG_LATE_US 400000
#define PICTURE_BACKLOG_LASTS_US 2000000 /* after the silence */

/* Of one publisher. All zeros: nothing has come yet. */
struct picture_backlog {
    uint64_t heard_at_us;
    uint64_t returned_at_us;
};

/* RTP of any kind came from it. */
static inline void picture_backlog_on_rtp(struct picture_backlog *backlog, uint64_t now_us)
{
    if (backlog->heard_at_us != 0 && now_us - backlog->heard_at_us >= PICTURE_BACKLOG_SILENCE_US) {
        backlog->returned_at_us = now_us;
    }
    backlog->heard_at_us = now_us;
}

/* A packet of a picture, captured then, has waited there. */
static inline bool picture_backlog_has(const struct picture_backlog *backlog, int64_t captured_us,
                                       uint64_t now_us)
{
    return backlog->returned_at_us != 0 &&
           now_us - backlog->returned_at_us < PICTURE_BACKLOG_LASTS_US &&
           (int64_t)now_us - captured_us >= PICTURE_BACKLOG_LATE_US;
}

#endif
