/* sound_frames.h - how much sound a microphone puts into each packet, and at which rate.
 *
 *   Fifty packets a second have 27 kbit/s of headers, of 150 on a thin link; twenty-five have half
 * of that. Longer frames come later by what they are longer, so they are for thin links alone: that
 * of the speaker, or of anybody who listens.
 *
 * A microphone begins with 40 ms, like a thin link's; what is right is told when its speaker's own
 * link is known.
 *
 *   the thinnest link, kbit/s       down after 2 s        up after 10 s above
 *   200 and more                    20 ms, no limit
 *   80 to 200                       40 ms, 20 kbit/s      300
 *   less than 80                    60 ms, 16 kbit/s      100
 *
 * Redundancy comes on top (sound_redundancy.h): a frame before each is twice the codec's rate, so
 * 40 ms with it cost 54 kbit/s, instead of 96 of a voice at 32 kbit/s in frames of 20 ms.
 * Pure; fields are private. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SOUND_FRAMES_H
#define BEDSIDE_MEDIA_ROUTER_SOUND_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Of a link of which nothing is known, or that is not thin. */
#define SOUND_FRAMES_WIDE_BPS UINT32_MAX
/* Of one that is known to be thin, but not how thin. */
#define SOUND_FRAMES_THIN_BPS 150000

struct sound_order {
    uint32_t max_bps; /* of the codec; 0: no limit */
    uint32_t frame_ms;
};

/* Begin with zeros. */
struct sound_frames {
    bool is_told;
    unsigned step;
    uint64_t less_since_us; /* more is told than the thinnest link bears; 0: no */
    uint64_t more_since_us;
};

/* `thinnest_bps`: of all links that carry the sound. Returns true when there is something to tell,
 * in *ret_order: first when the speaker's link is known to be wide, or thin (uplink_watch.h). */
bool sound_frames_update(struct sound_frames *frames, uint32_t thinnest_bps, bool is_wide,
                         uint64_t now_us, struct sound_order *ret_order);

#endif
