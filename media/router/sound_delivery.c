#include "media/router/sound_delivery.h"

#include "gateway/base/sequence_number.h"

#define REPEATS_MAX 3

/* What one message tells of at most, about; libwebrtc sends one each 50 to 250 ms. */
static const uint32_t FEEDBACK_SPAN_MS = 300;
static const int32_t EARLIEST_MS = 400;
static const int32_t LATEST_MS = 2000;
static const int32_t LATEST_AWAY_MS = 4500;

void sound_delivery_init(struct sound_delivery *delivery)
{
    delivery->started = false;
}

static struct sound_delivery_place *place_of(struct sound_delivery *delivery, uint16_t sequence)
{
    return &delivery->places[sequence % SOUND_DELIVERY_PLACES];
}

static void begin_at(struct sound_delivery *delivery, uint16_t sequence)
{
    *delivery = (struct sound_delivery){
        .started = true, .newest = (uint16_t)(sequence - 1), .next = sequence};
}

/* Makes room up to `sequence`; what lies between is a hole until it is sent. */
static void advance(struct sound_delivery *delivery, uint16_t sequence, uint32_t now_ms)
{
    const bool was_speech = place_of(delivery, delivery->newest)->is_speech;
    while (delivery->newest != sequence) {
        if (sequence_distance(delivery->newest, delivery->next) >= SOUND_DELIVERY_PLACES - 1) {
            delivery->next++; /* nobody asked what became of it */
        }
        *place_of(delivery, ++delivery->newest) =
            (struct sound_delivery_place){.sent_ms = now_ms, .is_speech = was_speech};
    }
}

void sound_delivery_on_sent(struct sound_delivery *delivery, const struct sound_sent *sent,
                            uint64_t now_us)
{
    const uint32_t now_ms = (uint32_t)(now_us / 1000);
    const int16_t ahead = sequence_distance(sent->sequence, delivery->newest);
    if (!delivery->started || ahead >= SOUND_DELIVERY_PLACES || ahead < -SOUND_DELIVERY_PLACES) {
        begin_at(delivery, sent->sequence);
    }
    if (sequence_is_newer(sent->sequence, delivery->newest)) {
        advance(delivery, sent->sequence, now_ms);
    } else if (sequence_is_newer(delivery->next, sent->sequence)) {
        return; /* its fate was told */
    }
    *place_of(delivery, sent->sequence) = (struct sound_delivery_place){
        .sent_ms = now_ms,
        .transport_sequence = sent->transport_sequence,
        .repeated = sent->repeated,
        .is_speech = sent->is_speech,
        .is_sent = true,
    };
}

/* Packets between the last feedback and this one, as far as missing messages account for them. */
static void darken(struct sound_delivery *delivery, uint16_t first_told, unsigned missing)
{
    uint32_t began_ms = 0;
    bool began = false;
    for (uint16_t at = delivery->next; !sequence_is_newer(at, delivery->newest); at++) {
        struct sound_delivery_place *place = place_of(delivery, at);
        if (!place->is_sent || place->is_told ||
            !sequence_is_newer(place->transport_sequence, delivery->told_to)) {
            continue;
        }
        began_ms = began ? began_ms : place->sent_ms;
        began = true;
        if (!sequence_is_newer(first_told, place->transport_sequence) ||
            place->sent_ms - began_ms >= missing * FEEDBACK_SPAN_MS) {
            return;
        }
        place->is_dark = true;
    }
}

void sound_delivery_on_feedback(struct sound_delivery *delivery,
                                const struct transport_cc_status *statuses, size_t count,
                                unsigned missing)
{
    if (!delivery->started || count == 0) {
        return;
    }
    if (delivery->is_told && missing > 0) {
        darken(delivery, statuses[0].sequence, missing);
    }
    delivery->told_to = statuses[count - 1].sequence;
    delivery->is_told = true;
    for (uint16_t at = delivery->next; !sequence_is_newer(at, delivery->newest); at++) {
        struct sound_delivery_place *place = place_of(delivery, at);
        const uint16_t index = (uint16_t)(place->transport_sequence - statuses[0].sequence);
        if (place->is_sent && index < count) {
            place->is_told = true;
            place->is_dark = false;
            place->is_here |= statuses[index].received;
        }
    }
}

/* Below 0 for what has come since the tick began. */
static int32_t age_ms_of(const struct sound_delivery_place *place, uint64_t now_us)
{
    return (int32_t)((uint32_t)(now_us / 1000) - place->sent_ms);
}

/* By a packet that came, or of which that is not known. */
static bool is_repeated(struct sound_delivery *delivery, uint16_t sequence)
{
    for (uint16_t after = 1; after <= REPEATS_MAX; after++) {
        const uint16_t later = (uint16_t)(sequence + after);
        if (sequence_is_newer(later, delivery->newest)) {
            return false;
        }
        const struct sound_delivery_place *place = place_of(delivery, later);
        if ((place->is_here || place->is_dark) && place->repeated & 1u << (after - 1)) {
            return true;
        }
    }
    return false;
}

/* Feedback that has passed a packet over will not speak of it any more; where it stays away
 * altogether, it may be on its way behind a long queue. */
static int32_t latest_ms(const struct sound_delivery *delivery,
                         const struct sound_delivery_place *place)
{
    const bool is_passed =
        delivery->is_told && sequence_is_newer(delivery->told_to, place->transport_sequence);
    return delivery->is_told && !is_passed ? LATEST_AWAY_MS : LATEST_MS;
}

bool sound_delivery_next(struct sound_delivery *delivery, uint64_t now_us,
                         struct sound_fate *ret_fate)
{
    if (!delivery->started || sequence_is_newer(delivery->next, delivery->newest)) {
        return false;
    }
    const struct sound_delivery_place *place = place_of(delivery, delivery->next);
    const int32_t age_ms = age_ms_of(place, now_us);
    const bool is_open =
        place->is_sent && !place->is_told && !place->is_dark && age_ms < latest_ms(delivery, place);
    if (age_ms < EARLIEST_MS || is_open) {
        return false;
    }
    *ret_fate = (struct sound_fate){
        .sent_us = (now_us / 1000 - (uint32_t)age_ms) * 1000,
        .is_speech = place->is_speech,
        .is_known = !place->is_dark,
        .packet_came = place->is_here,
        .heard = place->is_here || place->is_dark || is_repeated(delivery, delivery->next),
    };
    delivery->next++;
    return true;
}
