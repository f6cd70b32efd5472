/* picture_lag.h - how late pictures are against the sound of the same person, so that sound need
 * not wait for them.
 *
 * A receiver keeps sound and picture of a person together: it holds the sound back until the
 * picture is there (libwebrtc: 80 ms a second, for as long as it takes). On a link where pictures
 * come late, a voice that was in time is heard seconds late. So a picture that is chronically late
 * is told as *captured* later than it was: lips lag behind the voice, and the voice is prompt.
 * While nothing is late nothing is changed. What is told is as much as the receiver takes the
 * picture to be late by, and no more: else it would hold the picture back. It is told in the sender
 * reports alone: RTP timestamps stay as they are, since by them a receiver paces the pictures.
 *
 *   late by   peak  . ´ ` .            the mean is the way,
 *             mean ---------           from floor to peak is what its buffer has to even out:
 *             floor ´       `          both together, less what the sound's own buffer takes
 *
 * What was lost and sent again is not late in this sense: receivers leave it out when they size
 * that buffer. They add a round trip (libwebrtc: nine tenths, 200 ms at most) once something was
 * repaired three times, and leave it out after a minute without; they do so for the sound alone,
 * the picture is not held back.
 *
 * Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_PICTURE_LAG_H
#define BEDSIDE_MEDIA_ROUTER_PICTURE_LAG_H

#include <stdbool.h>
#include <stdint.h>

#define PICTURE_LAG_TOLERANCE_US 150000
#define PICTURE_LAG_SOUND_BUFFER_US 80000
#define PICTURE_LAG_TOLD_MAX_US 5000000
#define PICTURE_LAG_REPAIRS_MIN 3
#define PICTURE_LAG_REPAIRS_LAST_US 60000000
#define PICTURE_LAG_REPAIR_MAX_US 200000

struct picture_lag {
    bool began;
    int64_t frame_us; /* the latest packet since the last frame */
    int64_t mean_us;
    int64_t peak_us;
    int64_t floor_us;
    int64_t told_us; /* what capture times are put later by */
    bool moves;      /* told_us, until it is what it should be */
    uint64_t repaired_at_us;
    unsigned repairs;
};

/* A packet that came at its first try leaves so long after it was captured, beyond what sound
 * takes. */
void picture_lag_note(struct picture_lag *lag, int64_t late_us);
/* Its receiver asked for something of it, and is sent that again. */
void picture_lag_on_repair(struct picture_lag *lag, uint64_t now_us);
/* For how long a receiver with this round trip waits for repairs by itself. */
int64_t picture_lag_repair_us(const struct picture_lag *lag, uint32_t rtt_us, uint64_t now_us);
/* At each frame: moves to what should be told, in steps of which reports make a line, once it is
 * off by more than 40 ms: receivers hold the voice back for 30. `hold_us`: its receiver holds
 * pictures back by so much in any case. */
void picture_lag_on_frame(struct picture_lag *lag, int64_t hold_us);

#endif
