/* sink.h - where packets leave the router: a browser's SRTP transport, the recorder's socket, a test.
 * Everything that leaves goes through one.
 * Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SINK_H
#define BEDSIDE_MEDIA_ROUTER_SINK_H

#include <stddef.h>
#include <stdint.h>

enum sink_datagram { SINK_RTP, SINK_RTCP, SINK_RECORDER };

/* One datagram in two parts: what was written for this receiver, and what lies in a packet shared with
 * others (`tail` may be NULL). Both are borrowed for the call. */
struct sink_parts {
    const uint8_t *head;
    size_t head_size;
    const uint8_t *tail;
    size_t tail_size;
};

struct sink_ops {
    /* Returns 0, -EAGAIN when this datagram was dropped for want of room, or another negative errno when
     * nothing more can be sent. */
    int (*send)(void *context, enum sink_datagram kind, const struct sink_parts *parts);
};

struct sink {
    const struct sink_ops *ops;
    void *context; /* borrowed */
};

static inline int sink_send(const struct sink *sink, enum sink_datagram kind,
                            const struct sink_parts *parts)
{
    return sink->ops->send(sink->context, kind, parts);
}

#endif
