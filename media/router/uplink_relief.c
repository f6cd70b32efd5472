#include "media/router/uplink_relief.h"

static const int64_t SOON_LATE_US = 100000;
static const unsigned SOON_LOOKS = 2;
/* Below it a look sees a packet or two, and one picture of a few is as late. */
static const uint32_t SOON_FROM_BPS = 300000;
static const int64_t LATE_US = 200000;
static const int64_t VERY_LATE_US = 400000;
static const int64_t CALM_US = 100000;
static const int64_t GREW_US = 10000; /* from one look to the next */
static const uint64_t FIRST_US = 250000;
static const uint32_t CAME_LOOKS = 2;
static const uint32_t USUAL_LOOKS = 32;

/* At the beginning both estimators still try what there is. */
static const uint64_t BEGIN_US = 5000000;
static const uint64_t PAUSE_US = 2000000;
/* Without a voice nothing is worth a worse picture. */
/* Pictures come less often than looks. */
static const uint64_t PICTURE_US = 100000;
static const uint64_t VOICE_US = 3000000;

/* Sound, its headers, and the least that libwebrtc's encoder makes of a picture. */
static const uint32_t CAP_LEAST_BPS = 60000;
static const uint64_t STEP_US = 500000;
static const uint64_t HOLD_US = 1000000;
static const uint64_t HOLD_MOST_US = 8000000;
static const uint64_t AGAIN_US = 10000000;
static const int64_t STANDS_US = 50000;
/* The cap itself waits behind our queue, before it can do anything. */
static const uint64_t STANDS_FOR_US = 5000000;
static const uint64_t GIVE_UP_US = 20000000;

static const uint64_t REPEAT_US = 300000;
static const unsigned LIFTINGS = 10;

static uint64_t since(uint64_t before_us, bool holds, uint64_t now_us)
{
    return !holds ? 0 : before_us != 0 ? before_us : now_us;
}

static bool lasts(uint64_t since_us, uint64_t span_us, uint64_t now_us)
{
    return since_us != 0 && now_us - since_us >= span_us;
}

static bool is_late(const struct uplink_relief *relief)
{
    return relief->late_us >= LATE_US;
}

static uint32_t share_of(uint32_t link_bps)
{
    const uint32_t bps = link_bps / 5 * 3;
    return bps > CAP_LEAST_BPS ? bps : CAP_LEAST_BPS;
}

static void set_cap(struct uplink_relief *relief, uint32_t bps, uint64_t now_us)
{
    relief->is_news |= bps != relief->cap_bps;
    relief->cap_bps = bps;
    relief->stepped_at_us = now_us;
}

static void lift(struct uplink_relief *relief, uint64_t now_us)
{
    set_cap(relief, 0, now_us);
    relief->lifted_at_us = now_us;
    relief->liftings_left = LIFTINGS;
}

static void hold_longer(struct uplink_relief *relief)
{
    relief->hold_us = relief->hold_us * 2 < HOLD_MOST_US ? relief->hold_us * 2 : HOLD_MOST_US;
}

/* ---- what is seen ---- */

/* The lesser of both, without what the way itself takes. Returns false when nothing tells. */
static bool read_lateness(struct uplink_relief *relief, const struct uplink_relief_look *look,
                          uint64_t now_us)
{
    int64_t raw_us = look->has_sound ? look->sound_late_us : look->pictures_late_us;
    relief->sound_at_us = look->has_sound ? now_us : relief->sound_at_us;
    if (look->has_pictures) {
        relief->pictures_late_us = look->pictures_late_us;
        relief->pictures_at_us = now_us;
    }
    if (!look->has_sound && (!look->has_pictures || relief->sound_at_us == 0 ||
                             now_us - relief->sound_at_us > VOICE_US)) {
        return false;
    }
    if (lasts(relief->pictures_at_us, 0, now_us) && now_us - relief->pictures_at_us <= PICTURE_US &&
        relief->pictures_late_us < raw_us) {
        raw_us = relief->pictures_late_us;
    }
    if (raw_us < relief->way_us) {
        relief->way_us = raw_us > 0 ? raw_us : 0;
    }
    relief->late_us = raw_us - relief->way_us;
    return true;
}

static uint32_t blend(uint32_t before_bps, uint32_t bps, uint32_t part)
{
    return before_bps == 0 ? bps : (uint32_t)(((uint64_t)before_bps * (part - 1) + bps) / part);
}

static void note_rate(struct uplink_relief *relief, uint64_t bytes, uint64_t now_us)
{
    if (relief->looked_at_us != 0) {
        const uint64_t span_us = now_us - relief->looked_at_us;
        const uint32_t bps = (uint32_t)((bytes - relief->bytes) * 8000000 / span_us);
        relief->came_bps = blend(relief->came_bps, bps, CAME_LOOKS);
    }
    if (relief->late_us < CALM_US / 2) {
        relief->usual_bps = blend(relief->usual_bps, relief->came_bps, USUAL_LOOKS);
    }
    relief->looked_at_us = now_us;
    relief->bytes = bytes;
}

static void note(struct uplink_relief *relief, uint64_t bytes, int64_t before_us, uint64_t now_us)
{
    note_rate(relief, bytes, now_us);
    relief->grew = relief->late_us >= before_us + GREW_US ? relief->grew + 1 : 0;
    relief->is_falling = relief->late_us <= before_us - GREW_US;
    relief->began_us = since(relief->began_us, true, now_us);
    relief->late_since_us = since(relief->late_since_us, is_late(relief), now_us);
    relief->calm_since_us = since(relief->calm_since_us, relief->late_us < CALM_US, now_us);
}

/* ---- what is done ---- */

/* Less than two thirds of what is usual get through: no burst of the sender's fills this queue. */
static bool is_choked(const struct uplink_relief *relief)
{
    return relief->late_us >= SOON_LATE_US && relief->grew >= SOON_LOOKS &&
           relief->usual_bps >= SOON_FROM_BPS && relief->came_bps < relief->usual_bps / 3 * 2;
}

static bool is_sudden(const struct uplink_relief *relief, uint64_t now_us)
{
    const bool stays = relief->late_us >= VERY_LATE_US ||
                       (is_late(relief) && lasts(relief->late_since_us, FIRST_US, now_us));
    return lasts(relief->began_us, BEGIN_US, now_us) &&
           (is_choked(relief) || (stays && !relief->is_falling));
}

static void begin(struct uplink_relief *relief, uint64_t now_us)
{
    const bool is_again = relief->lifted_at_us != 0 && now_us - relief->lifted_at_us < AGAIN_US;
    if (is_again) {
        hold_longer(relief);
    } else {
        relief->hold_us = HOLD_US;
    }
    relief->link_bps = relief->came_bps;
    relief->stands_us = relief->late_us;
    relief->stands_since_us = relief->capped_since_us = now_us;
    relief->is_raised = false;
    set_cap(relief, share_of(relief->link_bps), now_us);
}

/* The queue stands: all that comes is what gets through. */
static void lower(struct uplink_relief *relief, uint64_t now_us)
{
    const uint32_t link_bps = relief->link_bps / 4 * 3 + relief->came_bps / 4;
    const bool was_raised = relief->is_raised;
    relief->link_bps = link_bps < relief->link_bps ? link_bps : relief->link_bps;
    if (was_raised) {
        hold_longer(relief);
        relief->is_raised = false;
        relief->capped_since_us = now_us;
    }
    if (was_raised || share_of(relief->link_bps) < relief->cap_bps / 5 * 4) {
        set_cap(relief, share_of(relief->link_bps), now_us);
    }
}

static void raise(struct uplink_relief *relief, uint64_t now_us)
{
    if (!lasts(relief->calm_since_us, relief->hold_us, now_us) ||
        !lasts(relief->stepped_at_us, STEP_US, now_us)) {
        return;
    }
    const uint32_t bps = relief->cap_bps + relief->cap_bps / 2;
    if (bps >= relief->link_bps) {
        lift(relief, now_us);
    } else {
        set_cap(relief, bps, now_us);
        relief->is_raised = true;
    }
}

static void give_up(struct uplink_relief *relief, uint64_t now_us)
{
    if (lasts(relief->stands_since_us, STANDS_FOR_US, now_us) ||
        lasts(relief->capped_since_us, GIVE_UP_US, now_us)) {
        relief->way_us += relief->late_us;
        relief->late_us = 0;
        lift(relief, now_us);
    }
}

static void tend_cap(struct uplink_relief *relief, uint64_t now_us)
{
    if (relief->late_us <= relief->stands_us - STANDS_US ||
        relief->late_us >= relief->stands_us + STANDS_US) {
        relief->stands_us = relief->late_us;
        relief->stands_since_us = now_us;
    }
    if (relief->calm_since_us == 0) {
        lower(relief, now_us);
    }
    if (relief->calm_since_us != 0) {
        raise(relief, now_us);
    } else {
        give_up(relief, now_us);
    }
}

void uplink_relief_look(struct uplink_relief *relief, const struct uplink_relief_look *look,
                        uint64_t now_us)
{
    const int64_t before_us = relief->late_us;
    const uint64_t span_us = now_us - relief->looked_at_us;
    if (relief->looked_at_us != 0 && span_us > PAUSE_US) {
        relief->late_since_us = relief->calm_since_us = 0;
        if (relief->cap_bps != 0) {
            lift(relief, now_us);
        }
    }
    if (!read_lateness(relief, look, now_us)) {
        return;
    }
    note(relief, look->bytes, before_us, now_us);
    if (relief->cap_bps != 0) {
        tend_cap(relief, now_us);
    } else if (is_sudden(relief, now_us)) {
        begin(relief, now_us);
    }
}

bool uplink_relief_take(struct uplink_relief *relief, bool goes_anyway, uint64_t now_us,
                        uint32_t *ret_bps)
{
    const bool is_again = goes_anyway && now_us - relief->said_at_us >= REPEAT_US &&
                          (relief->cap_bps != 0 || relief->liftings_left > 0);
    if (!relief->is_news && !is_again) {
        return false;
    }
    if (relief->cap_bps == 0) {
        relief->liftings_left--;
    }
    relief->is_news = false;
    relief->said_at_us = now_us;
    *ret_bps = relief->cap_bps != 0 ? relief->cap_bps : UPLINK_RELIEF_LIFTED_BPS;
    return true;
}
