/* fuzz-links: bedside_media_rtp */
/* No packet and no sender report overflows the arithmetic of the clocks, and media time stays
 * within ten seconds of arrival. Sixteen bytes a step. */
#include "media/rtp/rtp_clock.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct publisher_clock publisher;
    struct rtp_clock clocks[2];
    uint64_t now_us = 1;
    publisher_clock_init(&publisher);
    rtp_clock_init(&clocks[0], &publisher, 48000);
    rtp_clock_init(&clocks[1], &publisher, 90000);
    for (; size >= 16; data += 16, size -= 16) {
        uint64_t ntp;
        uint32_t timestamp;
        uint32_t passed_us;
        memcpy(&ntp, data, sizeof(ntp));
        memcpy(&timestamp, data + 8, sizeof(timestamp));
        memcpy(&passed_us, data + 12, sizeof(passed_us));
        struct rtp_clock *clock = &clocks[passed_us & 1];
        now_us += passed_us >> 2 >> (passed_us & 0x1f);
        if (passed_us & 2) {
            const int64_t media_us = rtp_clock_on_packet(clock, timestamp, now_us);
            if (llabs(media_us - (int64_t)now_us) > 11000000) {
                abort();
            }
        } else {
            (void)rtp_clock_on_sender_report(clock, ntp, timestamp, now_us);
        }
        if (rtp_clock_is_started(clock)) {
            (void)rtp_clock_media_time_us(clock, timestamp);
        }
    }
    return 0;
}
