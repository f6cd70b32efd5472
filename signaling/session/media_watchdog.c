#include "signaling/session/media_watchdog.h"

#define INTERVAL_MS_MIN 4000
#define REPAIRS_DOUBLING_MAX 5

bool media_watchdog_on_report(struct media_watchdog *watchdog, bool expected, bool flows)
{
    if (!expected || flows) {
        *watchdog = (struct media_watchdog){0};
        return false;
    }
    watchdog->silent_reports++;
    if (watchdog->repair_at == 0) {
        watchdog->repair_at = MEDIA_WATCHDOG_REPORTS;
    }
    if (watchdog->silent_reports < watchdog->repair_at) {
        return false;
    }
    watchdog->repair_at = watchdog->silent_reports * 2 + 2;
    return true;
}

bool media_watchdog_is_silent(const struct media_watchdog *watchdog)
{
    return watchdog->silent_reports >= MEDIA_WATCHDOG_REPORTS;
}

bool slot_watchdog_may_repair(struct slot_watchdog *watchdog, uint64_t now_us)
{
    const unsigned doublings =
        watchdog->repairs < REPAIRS_DOUBLING_MAX ? watchdog->repairs : REPAIRS_DOUBLING_MAX;
    const uint64_t pause_us = MEDIA_WATCHDOG_REPAIR_AGAIN_US << (doublings > 0 ? doublings - 1 : 0);
    if (watchdog->repaired_us != 0 && now_us - watchdog->repaired_us < pause_us) {
        return false;
    }
    watchdog->repaired_us = now_us;
    watchdog->repairs++;
    return true;
}

bool slot_watchdog_on_figures(struct slot_watchdog *watchdog, const struct slot_sighting *sighting,
                              uint64_t now_us)
{
    const bool whole = now_us - watchdog->bound_us >= (sighting->interval_ms + 1000) * 1000ull;
    if (sighting->frames > 0) {
        watchdog->repairs = 0;
        return false;
    }
    return sighting->expected && whole && sighting->interval_ms >= INTERVAL_MS_MIN &&
           slot_watchdog_may_repair(watchdog, now_us);
}
