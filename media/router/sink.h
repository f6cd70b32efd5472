/* sink.h - where packets leave the router: a browser's SRTP transport, the recorder's socket, a
 * test. Everything that leaves goes through one. Pure. Thread: belongs to the worker of its room.
 */
#ifndef BEDSIDE_MEDIA_ROUTER_SINK_H
#define BEDSIDE_MEDIA_ROUTER_SINK_H

#include "media/rtp/packet_part.h"

enum sink_datagram { SINK_RTP, SINK_RTCP, SINK_RECORDER };

#define SINK_PARTS_MAX 6

struct sink_ops {
    /* Sends the pieces as one datagram; of SINK_RTP the first piece is the whole RTP header.
     * Returns 0, -EAGAIN when it was dropped for want of room, or another negative errno when
     * nothing more can be sent. */
    int (*send)(void *context, enum sink_datagram kind, const struct packet_part *parts,
                size_t part_count);
};

struct sink {
    const struct sink_ops *ops;
    void *context; /* borrowed */
};

static inline int sink_send(const struct sink *sink, enum sink_datagram kind,
                            const struct packet_part *parts, size_t part_count)
{
    return sink->ops->send(sink->context, kind, parts, part_count);
}

#endif
