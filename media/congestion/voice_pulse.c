#include "media/congestion/voice_pulse.h"

#include "gateway/base/sequence_number.h"

#define SHIFT 4
#define BEATS_MIN 25
#define OFF_TIMES 4

static const int64_t OFF_LEAST_US = 30000;
/* What is later does not become usual at once: it may be the beginning of a queue. */
static const int64_t STEP_MOST_US = 10000;
/* What was lost in a row is waited for, the less the longer ago it was. */
static const int64_t PATIENCE_PART = 512;
static const int64_t FRAME_MOST_US = 120000;
static const int64_t PAUSE_US = 1000000;

static int64_t late_from_us(const struct voice_pulse *pulse)
{
    const int64_t off_us = OFF_TIMES * pulse->off_us;
    return (off_us > OFF_LEAST_US ? off_us : OFF_LEAST_US) + pulse->patience_us;
}

static void begin(struct voice_pulse *pulse, uint32_t timestamp, uint32_t clock_rate,
                  uint64_t arrival_us)
{
    *pulse = (struct voice_pulse){
        .beats = 1,
        .timestamp = timestamp,
        .usual_us = (int64_t)arrival_us - (int64_t)timestamp * 1000000 / clock_rate,
        .off_us = OFF_LEAST_US,
        .beat_at_us = arrival_us,
    };
}

static void follow(struct voice_pulse *pulse, int64_t late_us)
{
    const int64_t step_us =
        late_us < STEP_MOST_US * (1 << SHIFT) ? late_us : STEP_MOST_US * (1 << SHIFT);
    const int64_t off_us = late_us < 0 ? -late_us : late_us;
    pulse->usual_us += step_us / (1 << SHIFT);
    pulse->off_us += (off_us - pulse->off_us) / (1 << SHIFT);
}

/* Of two in a row the shorter one: between them nothing was lost. */
static void note_step(struct voice_pulse *pulse, int64_t step_us)
{
    const bool is_shorter = pulse->step_us == 0 || step_us < pulse->step_us;
    pulse->frame_us = is_shorter ? step_us : pulse->step_us;
    pulse->step_us = step_us < FRAME_MOST_US ? step_us : FRAME_MOST_US;
    const int64_t gap_us = pulse->step_us > pulse->frame_us ? pulse->step_us - pulse->frame_us : 0;
    pulse->patience_us -= pulse->patience_us / PATIENCE_PART;
    pulse->patience_us = gap_us > pulse->patience_us ? gap_us : pulse->patience_us;
}

void voice_pulse_on_packet(struct voice_pulse *pulse, uint32_t timestamp, uint32_t clock_rate,
                           uint64_t arrival_us)
{
    const int64_t ticks = timestamp_distance(timestamp, (uint32_t)pulse->timestamp);
    const int64_t step_us = ticks * 1000000 / clock_rate;
    if (pulse->beats == 0 || step_us > PAUSE_US || step_us < -PAUSE_US ||
        arrival_us - pulse->beat_at_us > (uint64_t)PAUSE_US) {
        begin(pulse, timestamp, clock_rate, arrival_us);
        return;
    }
    if (step_us <= 0) {
        return;
    }
    pulse->timestamp += ticks;
    pulse->beat_at_us = arrival_us;
    note_step(pulse, step_us);
    const int64_t late_us =
        (int64_t)arrival_us - pulse->timestamp * 1000000 / clock_rate - pulse->usual_us;
    pulse->is_steady |= pulse->beats == BEATS_MIN && late_us < late_from_us(pulse) / 2;
    pulse->beats += pulse->beats < BEATS_MIN;
    follow(pulse, late_us);
    pulse->beat_us = pulse->timestamp * 1000000 / clock_rate + pulse->usual_us;
}

bool voice_pulse_is_missed(struct voice_pulse *pulse, uint64_t now_us)
{
    const int64_t due_us = (int64_t)pulse->beat_us + pulse->frame_us;
    if (!pulse->is_steady || (int64_t)now_us - due_us <= late_from_us(pulse)) {
        return false;
    }
    pulse->is_steady = false;
    return true;
}
