/* worker_recorder.h - the worker's end of a recorder's socket (media/recorder_protocol.h).
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_RECORDER_H
#define BEDSIDE_MEDIA_WORKER_WORKER_RECORDER_H

#include "gateway/base/cleanup.h"
#include "media/router/sink.h"

#include <stddef.h>
#include <stdint.h>

struct loop;

struct worker_recorder_ops {
    /* A message of the recorder, borrowed for the call. */
    void (*on_message)(void *context, const uint8_t *datagram, size_t size, uint64_t now_us);
    /* The recorder's end closed. May destroy the object. */
    void (*on_closed)(void *context, uint64_t now_us);
};

struct worker_recorder;

/* Takes ownership of `fd`, a SOCK_SEQPACKET socket, and makes it non-blocking. */
struct worker_recorder *worker_recorder_create(struct loop *loop, int fd,
                                               const struct worker_recorder_ops *ops,
                                               void *context);
/* Closes the socket: the recorder reads what was sent, then the end. Accepts NULL. Always returns
 * NULL. */
struct worker_recorder *worker_recorder_destroy(struct worker_recorder *recorder);
DEFINE_AUTO(worker_recorder)

/* Where the router sends SINK_RECORDER. */
struct sink worker_recorder_sink(struct worker_recorder *recorder);

#endif
