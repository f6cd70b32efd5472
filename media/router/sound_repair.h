/* sound_repair.h - what the publisher of one stream says twice (RFC 2198) makes up for what was
 * lost on the way from it.
 *
 *   RED packet 7 (frames 6, 7), packet 6 never came  -->  frame 6 as packet 6, frame 7 as packet 7
 *
 * Inside the router there is only plain Opus: a recorder, and a receiver that knows nothing of
 * redundancy, gain as much as any other. An earlier frame says when it was, not which packet it
 * came in; that follows from how long Opus frames last (RFC 6716, 3.1). What would not fit in
 * between the packets that came is left alone.
 *
 * Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SOUND_REPAIR_H
#define BEDSIDE_MEDIA_ROUTER_SOUND_REPAIR_H

#include "media/rtp/packet_buffer.h"
#include "media/rtp/receive_window.h"
#include "media/rtp/red_audio.h"

/* The newest packet that came. */
struct sound_repair {
    bool started;
    uint16_t sequence;
    uint32_t timestamp;
};

/* A frame whose packet is missing. */
struct sound_repair_frame {
    uint16_t sequence;
    struct red_audio_frame frame; /* borrowed from the packet */
};

void sound_repair_init(struct sound_repair *repair);

/* Makes a RED packet one of its own frame (`packet->rtp` is a view of that, with `payload_type`)
 * and finds what else it brings. `came` knows the packets before it. Returns how many frames are
 * missing, the oldest first, or -EBADMSG. */
int sound_repair_open(const struct sound_repair *repair, const struct receive_window *came,
                      struct packet_buffer *packet, uint8_t payload_type,
                      struct sound_repair_frame ret_missing[RED_AUDIO_EARLIER_MAX]);
/* Notes a packet that came, RED or not. */
void sound_repair_on_packet(struct sound_repair *repair, const struct rtp_packet *rtp);

/* Fills an empty buffer with the packet that the frame would have come in: what else is to be said
 * of it, it has of `carrier`, whose data the frame lies in. */
void sound_repair_fill(struct packet_buffer *empty, const struct packet_buffer *carrier,
                       const struct sound_repair_frame *missing);

#endif
