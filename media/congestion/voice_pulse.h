/* voice_pulse.h - the beat of a publisher's voice, by which its link is felt to give way.
 *
 *   A microphone sends a packet every 20 to 60 ms, so that the next one is missed sooner than
 * anything else: 30 ms after it usually comes, or four times what it is usually off by, and as long
 * as some in a row were lost before. Feedback about what is sent to the same browser takes the same
 * way, and will be as late.
 *
 *   STEADY --voice_pulse_is_missed: true, once--> MISSED --a packet about on time--> STEADY
 *
 * It is wrong whenever a few packets are lost in a row, a browser stutters or a microphone is taken
 * away, so what follows from it has to be cheap. Pure; fields are private. Thread: its
 * owner's. */
#ifndef BEDSIDE_MEDIA_CONGESTION_VOICE_PULSE_H
#define BEDSIDE_MEDIA_CONGESTION_VOICE_PULSE_H

#include <stdbool.h>
#include <stdint.h>

/* Begin with zeros. */
struct voice_pulse {
    unsigned beats;      /* since it began, to a bound; 0: it has not */
    int64_t timestamp;   /* the newest, unwrapped */
    int64_t step_us;     /* between the newest two, by timestamp */
    int64_t frame_us;    /* the same where none was lost */
    int64_t patience_us; /* for some that are lost in a row */
    int64_t usual_us;    /* arrival less the time by timestamp */
    int64_t off_us;      /* by which arrivals usually are off */
    int64_t beat_us;     /* when the newest usually would have come */
    uint64_t beat_at_us; /* when it did */
    bool is_steady;
};

/* A packet of its voice as it came from the network, not one that was repeated. */
void voice_pulse_on_packet(struct voice_pulse *pulse, uint32_t timestamp, uint32_t clock_rate,
                           uint64_t arrival_us);
/* True once for each beat, or row of them, that does not come. For the tick. */
bool voice_pulse_is_missed(struct voice_pulse *pulse, uint64_t now_us);

#endif
