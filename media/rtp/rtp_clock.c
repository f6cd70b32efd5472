#include "media/rtp/rtp_clock.h"

#include "gateway/base/sequence_number.h"
#include "media/rtp/ntp_time.h"

#include <assert.h>
#include <errno.h>

#define US_PER_SECOND INT64_C(1000000)
#define REPORT_WINDOW_US (30 * US_PER_SECOND) /* reports come every 1 to 5 s */
#define ARRIVAL_WINDOW_US (5 * US_PER_SECOND)
#define CORRECTION_PART 20 /* 5 % of the speed of time */
#define CORRECTION_MAX_US                                                                          \
    US_PER_SECOND                        /* beyond it the new mapping simply replaces the old one  \
                                          */
#define LINE_CHANGE_MAX_US US_PER_SECOND /* between two reports of one stream */
#define OFFSET_FALL_MAX_US (2 * US_PER_SECOND) /* the first reports may have been that late */
#define DELAY_MAX_US (10 * US_PER_SECOND)      /* of a packet or report in the network */
#define STEP_AGREEMENT_US US_PER_SECOND

static int64_t magnitude(int64_t value)
{
    return value < 0 ? -value : value;
}

void publisher_clock_init(struct publisher_clock *clock)
{
    *clock = (struct publisher_clock){.has_offset = false};
    minimum_filter_init(&clock->delay, REPORT_WINDOW_US);
}

void rtp_clock_init(struct rtp_clock *clock, struct publisher_clock *publisher, uint32_t rate)
{
    assert(rate > 0);
    *clock = (struct rtp_clock){.publisher = publisher, .rate = rate};
}

static int64_t us_of_ticks(const struct rtp_clock *clock, int64_t ticks)
{
    return ticks / clock->rate * US_PER_SECOND + ticks % clock->rate * US_PER_SECOND / clock->rate;
}

static int64_t unwrap(const struct rtp_clock *clock, uint32_t timestamp)
{
    return clock->last_timestamp + timestamp_distance(timestamp, (uint32_t)clock->last_timestamp);
}

/* What of the correction is still to be worked in at this time by the line. */
static int64_t correction_at(const struct rtp_clock *clock, int64_t line_time_us)
{
    const int64_t since_us = line_time_us - clock->correction_from_us;
    const int64_t worked_us = since_us > 0 ? since_us / CORRECTION_PART : 0;
    if (worked_us >= magnitude(clock->correction_us)) {
        return 0;
    }
    return clock->correction_us > 0 ? clock->correction_us - worked_us
                                    : clock->correction_us + worked_us;
}

static int64_t media_time_of(const struct rtp_clock *clock, int64_t unwrapped)
{
    const int64_t line_time_us = clock->line_us + us_of_ticks(clock, unwrapped);
    return line_time_us + correction_at(clock, line_time_us);
}

/* Puts the mapping on a new line, from the last packet on, without a jump if it is not far. */
static void move_line(struct rtp_clock *clock, int64_t line_us)
{
    if (line_us == clock->line_us) {
        return;
    }
    const int64_t shown_us = media_time_of(clock, clock->last_timestamp);
    clock->line_us = line_us;
    clock->correction_from_us = line_us + us_of_ticks(clock, clock->last_timestamp);
    clock->correction_us = shown_us - clock->correction_from_us;
    if (magnitude(clock->correction_us) > CORRECTION_MAX_US) {
        clock->correction_us = 0;
    }
}

static void start(struct rtp_clock *clock, int64_t unwrapped, uint64_t arrival_us)
{
    clock->started = true;
    clock->has_report = false;
    clock->last_timestamp = unwrapped;
    clock->last_arrival_us = arrival_us;
    minimum_filter_init(&clock->arrival, ARRIVAL_WINDOW_US);
    clock->line_us = minimum_filter_add(
        &clock->arrival, (int64_t)arrival_us - us_of_ticks(clock, unwrapped), arrival_us);
    clock->correction_us = 0;
}

static int64_t line_by_report(const struct rtp_clock *clock)
{
    return clock->report_us + clock->publisher->offset_us -
           us_of_ticks(clock, clock->report_timestamp);
}

int64_t rtp_clock_on_packet(struct rtp_clock *clock, uint32_t timestamp, uint64_t arrival_us)
{
    if (!clock->started) {
        start(clock, timestamp, arrival_us);
        return media_time_of(clock, timestamp);
    }
    const int64_t unwrapped = unwrap(clock, timestamp);
    if (!clock->has_report) {
        const int64_t sample_us = (int64_t)arrival_us - us_of_ticks(clock, unwrapped);
        move_line(clock, minimum_filter_add(&clock->arrival, sample_us, arrival_us));
    } else if (clock->revision != clock->publisher->revision) {
        clock->revision = clock->publisher->revision;
        move_line(clock, line_by_report(clock));
    }
    if (magnitude(media_time_of(clock, unwrapped) - (int64_t)arrival_us) > DELAY_MAX_US) {
        start(clock, unwrapped, arrival_us); /* the publisher chose new timestamps */
    } else if (unwrapped > clock->last_timestamp) {
        clock->last_timestamp = unwrapped;
        clock->last_arrival_us = arrival_us;
    }
    return media_time_of(clock, unwrapped);
}

/* A publisher's wall clock that was set changes what its reports say in two ways at once: by the
 * stream's own timestamps (`change_us`), and by when they arrive (`late_us`, against the offset so
 * far). A report whose time is wrong by itself does the same, but only once. Returns false if the
 * report is not to be used. */
static bool accept_wall_time(struct publisher_clock *publisher, bool has_report, int64_t change_us,
                             int64_t late_us)
{
    const bool cannot_be = late_us < -OFFSET_FALL_MAX_US || late_us > DELAY_MAX_US;
    const bool has_changed = has_report && magnitude(change_us) > LINE_CHANGE_MAX_US;
    const bool both_say_so = has_changed && magnitude(late_us + change_us) < magnitude(late_us);
    if (!cannot_be && !both_say_so) {
        publisher->suspects_step = false;
        return true;
    }
    const int64_t step_us = both_say_so ? -change_us : late_us;
    const bool is_confirmed = publisher->suspects_step &&
                              magnitude(step_us - publisher->suspected_step_us) < STEP_AGREEMENT_US;
    publisher->suspects_step = !is_confirmed;
    publisher->suspected_step_us = step_us;
    if (is_confirmed) {
        publisher->step_us += step_us;
    }
    return is_confirmed;
}

static void note_delay(struct publisher_clock *publisher, int64_t sample_us, uint64_t arrival_us)
{
    const int64_t offset_us = minimum_filter_add(&publisher->delay, sample_us, arrival_us);
    if (!publisher->has_offset || offset_us != publisher->offset_us) {
        publisher->has_offset = true;
        publisher->offset_us = offset_us;
        publisher->revision++;
    }
}

int rtp_clock_on_sender_report(struct rtp_clock *clock, uint64_t ntp, uint32_t timestamp,
                               uint64_t arrival_us)
{
    if (!clock->started) {
        return -EAGAIN;
    }
    if (ntp == 0) {
        return -EINVAL;
    }
    struct publisher_clock *publisher = clock->publisher;
    const int64_t wall_us = (int64_t)ntp_time_to_unix_us(ntp);
    const int64_t unwrapped = unwrap(clock, timestamp);
    int64_t time_us = wall_us + publisher->step_us;
    if (publisher->has_offset) {
        const int64_t predicted_us =
            clock->report_us + us_of_ticks(clock, unwrapped - clock->report_timestamp);
        const int64_t late_us = (int64_t)arrival_us - time_us - publisher->offset_us;
        if (!accept_wall_time(publisher, clock->has_report, time_us - predicted_us, late_us)) {
            return -EINVAL;
        }
        time_us = wall_us + publisher->step_us;
    }

    /* The timestamp must be near those of the packets: the last one cannot have been captured long
     * before or after it came. */
    const int64_t sample_us = (int64_t)arrival_us - time_us;
    const int64_t offset_us = publisher->has_offset ? publisher->offset_us : sample_us;
    const int64_t last_us =
        time_us + offset_us + us_of_ticks(clock, clock->last_timestamp - unwrapped);
    if (magnitude(last_us - (int64_t)clock->last_arrival_us) > DELAY_MAX_US) {
        return -EINVAL;
    }

    note_delay(publisher, sample_us, arrival_us);
    clock->has_report = true;
    clock->report_timestamp = unwrapped;
    clock->report_us = time_us;
    clock->revision = publisher->revision;
    move_line(clock, line_by_report(clock));
    return 0;
}

int64_t rtp_clock_media_time_us(const struct rtp_clock *clock, uint32_t timestamp)
{
    assert(clock->started);
    return media_time_of(clock, unwrap(clock, timestamp));
}
