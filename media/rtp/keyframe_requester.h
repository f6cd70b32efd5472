/* keyframe_requester.h - merges everybody's wishes for a key frame of one published stream into few
 * requests, and knows where the last one begins, for who comes while none may be asked for.
 *
 * A request goes out at most every 500 ms, whoever wishes how often; it is repeated until a key
 * frame comes, and after KEYFRAME_REQUESTER_EAGER_TRIES only every 2 s, since the camera is then
 * probably off. Pure; fields are private. Thread: the worker that owns the stream. */
#ifndef BEDSIDE_MEDIA_RTP_KEYFRAME_REQUESTER_H
#define BEDSIDE_MEDIA_RTP_KEYFRAME_REQUESTER_H

#include <stdbool.h>
#include <stdint.h>

#define KEYFRAME_REQUESTER_INTERVAL_US 500000
#define KEYFRAME_REQUESTER_PATIENT_INTERVAL_US 2000000
#define KEYFRAME_REQUESTER_EAGER_TRIES 10

struct keyframe_requester {
    bool wanted;
    uint32_t tries;      /* for the wish at hand */
    uint64_t sent_at_us; /* 0: never */
    uint64_t sent_count;
    bool has_keyframe; /* one came since the stream started: */
    uint16_t keyframe_sequence;
    uint32_t keyframe_timestamp;
};

void keyframe_requester_init(struct keyframe_requester *requester);
void keyframe_requester_want(struct keyframe_requester *requester);
/* A packet came with which a decoder may start. Codecs may say so of several packets of a frame. */
void keyframe_requester_on_keyframe(struct keyframe_requester *requester, uint16_t sequence,
                                    uint32_t timestamp);
/* True, and noted, if a PLI is to be sent now. Ask after want() and on each tick. */
bool keyframe_requester_due(struct keyframe_requester *requester, uint64_t now_us);

#endif
