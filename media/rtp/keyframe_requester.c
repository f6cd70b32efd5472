#include "media/rtp/keyframe_requester.h"

#include "gateway/base/sequence_number.h"

void keyframe_requester_init(struct keyframe_requester *requester)
{
    *requester = (struct keyframe_requester){.wanted = false};
}

void keyframe_requester_want(struct keyframe_requester *requester)
{
    requester->wanted = true;
}

void keyframe_requester_on_keyframe(struct keyframe_requester *requester, uint16_t sequence,
                                    uint32_t timestamp)
{
    requester->wanted = false;
    requester->tries = 0;
    const bool is_same_frame =
        requester->has_keyframe && timestamp == requester->keyframe_timestamp;
    const bool is_newer = sequence_is_newer(sequence, requester->keyframe_sequence);
    /* A later frame, or a packet of the same one that belongs before. */
    if (!requester->has_keyframe || is_newer != is_same_frame) {
        requester->has_keyframe = true;
        requester->keyframe_sequence = sequence;
        requester->keyframe_timestamp = timestamp;
    }
}

bool keyframe_requester_due(struct keyframe_requester *requester, uint64_t now_us)
{
    if (!requester->wanted) {
        return false;
    }
    const uint64_t interval_us = requester->tries < KEYFRAME_REQUESTER_EAGER_TRIES
                                     ? KEYFRAME_REQUESTER_INTERVAL_US
                                     : KEYFRAME_REQUESTER_PATIENT_INTERVAL_US;
    if (requester->sent_at_us != 0 && now_us - requester->sent_at_us < interval_us) {
        return false;
    }
    requester->tries++;
    requester->sent_at_us = now_us;
    requester->sent_count++;
    return true;
}
