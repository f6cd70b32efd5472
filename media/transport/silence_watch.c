#include "media/transport/silence_watch.h"

static void note_rtp(struct silence_watch *watch, uint64_t now_us)
{
    if (now_us - watch->rtp_us >= SILENCE_WATCH_PAUSE_US) {
        watch->flows_since_us = now_us;
    }
    watch->rtp_us = now_us;
}

/* When it was heard last, its RTP had not stopped. */
static bool was_flowing(const struct silence_watch *watch)
{
    return watch->rtp_us - watch->flows_since_us >= SILENCE_WATCH_FLOW_US &&
           watch->heard_us - watch->rtp_us < SILENCE_WATCH_PAUSE_US;
}

bool silence_watch_on_tick(struct silence_watch *watch, uint64_t rtp, uint64_t others,
                           uint64_t now_us)
{
    const bool was_silent = watch->is_silent;
    if (rtp != watch->rtp) {
        note_rtp(watch, now_us);
    }
    if (rtp != watch->rtp || others != watch->others) {
        watch->heard_us = now_us;
        watch->is_silent = false;
    } else if (now_us - watch->heard_us >= SILENCE_WATCH_SILENT_US && was_flowing(watch)) {
        watch->is_silent = true;
    }
    watch->rtp = rtp;
    watch->others = others;
    return watch->is_silent != was_silent;
}
