/* endpoint_media.h - what was negotiated with one browser: the m-lines on which it sends
 * (publications) and the slots in which it receives.
 *
 *   A slot is a pair of receive m-lines (audio, video) with fixed SSRCs. Binding puts the tracks of
 * another endpoint of the same room into it. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_ROUTER_ENDPOINT_MEDIA_H
#define BEDSIDE_MEDIA_ROUTER_ENDPOINT_MEDIA_H

#include "media/rtp/media_codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEDIA_MID_SIZE_MAX 17 /* RFC 8843 keeps it short for the one-byte extension: 16 and a 0 */
#define MEDIA_RID_SIZE_MAX 17
#define MEDIA_RIDS_MAX 3
#define MEDIA_PAYLOADS_MAX 4
#define MEDIA_SOURCES_MAX 3
#define ENDPOINT_PUBLICATIONS_MAX 3 /* camera, microphone, screen */
#define ENDPOINT_SLOTS_MAX 16

/* An m-line on which the endpoint sends. */
struct endpoint_publication {
    enum media_kind kind;
    char mid[MEDIA_MID_SIZE_MAX];
    struct media_payload payloads[MEDIA_PAYLOADS_MAX];
    size_t payload_count;
    /* Streams named by a=ssrc, if any (rtx_ssrc 0 without FID group); else by mid, rid. */
    struct {
        uint32_t ssrc;
        uint32_t rtx_ssrc;
    } sources[MEDIA_SOURCES_MAX];
    size_t source_count;
    char rids[MEDIA_RIDS_MAX][MEDIA_RID_SIZE_MAX]; /* lowest layer first */
    size_t rid_count;
};

/* One m-line of a slot. */
struct endpoint_slot_line {
    char mid[MEDIA_MID_SIZE_MAX]; /* empty: the slot has no such line */
    struct media_payload payloads[MEDIA_PAYLOADS_MAX];
    size_t payload_count;
    uint32_t ssrc;
    uint32_t rtx_ssrc; /* 0 without RTX */
};

struct endpoint_slot {
    struct endpoint_slot_line audio;
    struct endpoint_slot_line video;
};

struct endpoint_media {
    struct media_extension_ids extensions;
    struct endpoint_publication publications[ENDPOINT_PUBLICATIONS_MAX];
    size_t publication_count;
    struct endpoint_slot slots[ENDPOINT_SLOTS_MAX];
    size_t slot_count;
};

#endif
