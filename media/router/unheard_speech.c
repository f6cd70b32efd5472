#include "media/router/unheard_speech.h"

static const uint32_t ROW_LEAST_US = 60000;
static const uint64_t OVER_AFTER_US = 2000000;
static const uint64_t TOLD_AFTER_US = 6000000;
static const uint32_t MISSED_LEAST_US = 1000000;
static const uint64_t QUIET_US = 15000000;

void unheard_speech_init(struct unheard_speech *missed)
{
    *missed = (struct unheard_speech){0};
}

static void forget(struct unheard_speech *missed)
{
    missed->began_us = 0;
    missed->missed_us = 0;
    missed->of_us = 0;
    missed->row_us = 0; /* what goes on is another row */
}

/* A row has become long enough, or longer. */
static void count_row(struct unheard_speech *missed, uint64_t sent_us, uint32_t span_us)
{
    const bool is_new = missed->row_us - span_us < ROW_LEAST_US;
    if (missed->began_us == 0) {
        missed->began_us = missed->row_began_us;
        missed->of_us = missed->row_us;
    }
    missed->missed_us += is_new ? missed->row_us : span_us;
    missed->last_us = sent_us + span_us;
}

static void count(struct unheard_speech *missed, uint64_t sent_us, uint32_t span_us, bool is_missed)
{
    if (!is_missed) {
        missed->row_us = 0;
        return;
    }
    if (missed->row_us == 0) {
        missed->row_began_us = sent_us;
    }
    missed->row_us += span_us;
    if (missed->row_us >= ROW_LEAST_US) {
        count_row(missed, sent_us, span_us);
    }
}

bool unheard_speech_on_frame(struct unheard_speech *missed, uint64_t sent_us, uint32_t span_us,
                             bool is_speech, bool heard, struct unheard_speech_event *ret_event)
{
    missed->of_us += missed->began_us != 0 && is_speech ? span_us : 0;
    count(missed, sent_us, span_us, is_speech && !heard);
    if (missed->began_us == 0) {
        return false;
    }
    const bool is_over = sent_us >= missed->last_us + OVER_AFTER_US;
    if (!is_over && sent_us < missed->began_us + TOLD_AFTER_US) {
        return false;
    }
    const struct unheard_speech_event event = {
        .began_us = missed->began_us,
        .missed_ms = missed->missed_us / 1000,
        .of_ms = missed->of_us / 1000,
    };
    const bool is_enough = missed->missed_us > MISSED_LEAST_US;
    if (is_enough && sent_us < missed->quiet_until_us) {
        if (is_over) {
            forget(missed);
        }
        return false; /* what goes on is told later, all of it */
    }
    forget(missed);
    if (is_enough) {
        missed->quiet_until_us = sent_us + QUIET_US;
        *ret_event = event;
    }
    return is_enough;
}
