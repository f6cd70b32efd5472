#include "media/router/repair_wait.h"

static const uint32_t FROM_PPM = 20000;
static const uint32_t UNTIL_PPM = 8000;
static const uint32_t TWICE_FROM_PPM = 50000;
static const uint32_t STEP_US = 20000;

static uint32_t near_us(uint32_t loss_ppm, uint32_t rtt_us)
{
    const uint32_t once_us = rtt_us + REPAIR_WAIT_NOTICED_AFTER_US;
    const uint32_t twice_us = once_us + rtt_us;
    if (loss_ppm < TWICE_FROM_PPM) {
        return once_us;
    }
    return twice_us < REPAIR_WAIT_MAX_US ? twice_us : REPAIR_WAIT_MAX_US;
}

/* Shorter only when it is shorter by more than a step: round trips vary. */
void repair_wait_update(struct repair_wait *wait, uint32_t loss_ppm, uint32_t rtt_us,
                        const struct repair_wait_far *far)
{
    const bool is_far = rtt_us + REPAIR_WAIT_NOTICED_AFTER_US > REPAIR_WAIT_MAX_US;
    const uint32_t from_ppm = is_far ? far->from_ppm : FROM_PPM;
    const uint32_t until_ppm = is_far ? far->until_ppm : UNTIL_PPM;
    const uint32_t needed_us = is_far ? far->wait_us : near_us(loss_ppm, rtt_us);
    const uint32_t stepped_us = (needed_us + STEP_US - 1) / STEP_US * STEP_US;
    wait->waits = loss_ppm >= (wait->waits ? until_ppm : from_ppm);
    if (!wait->waits) {
        wait->wait_us = 0;
    } else if (stepped_us > wait->wait_us || stepped_us + STEP_US < wait->wait_us) {
        wait->wait_us = stepped_us;
    }
}
