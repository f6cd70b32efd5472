#include "media/transport/tcp_outbox.h"

#include "gateway/base/allocate.h"
#include "media/transport/tcp_framing.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define MASK (TCP_OUTBOX_SIZE - 1)
#define PICTURES_BELOW (TCP_OUTBOX_SIZE / 4 * 3)

_Static_assert((TCP_OUTBOX_SIZE & MASK) == 0, "positions are masked");

/* `put` and `taken` count bytes since the beginning. One mark travels with the bytes: it is set at
 * the end of what waits, and how long it stays there is how long they wait. */
struct tcp_outbox {
    uint64_t put;
    uint64_t taken;
    uint64_t mark;
    uint64_t marked_us; /* 0: there is no mark */
    bool is_late;
    uint8_t bytes[TCP_OUTBOX_SIZE];
};

struct tcp_outbox *tcp_outbox_create(void)
{
    return allocate_zeroed(1, sizeof(struct tcp_outbox));
}

struct tcp_outbox *tcp_outbox_destroy(struct tcp_outbox *outbox)
{
    free(outbox);
    return NULL;
}

static size_t waiting(const struct tcp_outbox *outbox)
{
    return (size_t)(outbox->put - outbox->taken);
}

static void append(struct tcp_outbox *outbox, const void *bytes, size_t size)
{
    const size_t at = outbox->put & MASK;
    const size_t until_end = TCP_OUTBOX_SIZE - at;
    const size_t first = size < until_end ? size : until_end;
    memcpy(outbox->bytes + at, bytes, first);
    memcpy(outbox->bytes, (const uint8_t *)bytes + first, size - first);
    outbox->put += size;
}

int tcp_outbox_put(struct tcp_outbox *outbox, const void *packet, size_t size)
{
    if (size > TCP_FRAMING_PACKET_SIZE_MAX) {
        return -EMSGSIZE;
    }
    const size_t after = waiting(outbox) + TCP_FRAMING_HEADER_SIZE + size;
    const bool is_small = size <= TCP_OUTBOX_SMALL_SIZE_MAX;
    if (after > TCP_OUTBOX_SIZE || (!is_small && (outbox->is_late || after > PICTURES_BELOW))) {
        return -EAGAIN;
    }
    uint8_t header[TCP_FRAMING_HEADER_SIZE];
    tcp_framing_write_header(size, header);
    append(outbox, header, sizeof(header));
    append(outbox, packet, size);
    return 0;
}

bool tcp_outbox_is_empty(const struct tcp_outbox *outbox)
{
    return outbox->put == outbox->taken;
}

int tcp_outbox_peek(const struct tcp_outbox *outbox, struct iovec ret_pieces[2])
{
    const size_t size = waiting(outbox);
    if (size == 0) {
        return 0;
    }
    const size_t at = outbox->taken & MASK;
    const size_t until_end = TCP_OUTBOX_SIZE - at;
    const size_t first = size < until_end ? size : until_end;
    ret_pieces[0] = (struct iovec){(void *)(outbox->bytes + at), first};
    ret_pieces[1] = (struct iovec){(void *)outbox->bytes, size - first};
    return size > first ? 2 : 1;
}

void tcp_outbox_take(struct tcp_outbox *outbox, size_t size)
{
    assert(size <= waiting(outbox));
    outbox->taken += size;
}

void tcp_outbox_on_tick(struct tcp_outbox *outbox, uint64_t now_us)
{
    if (outbox->marked_us > 0 && outbox->taken >= outbox->mark) {
        outbox->marked_us = 0;
        outbox->is_late = false;
    }
    if (outbox->marked_us > 0) {
        outbox->is_late |= now_us - outbox->marked_us >= TCP_OUTBOX_LATE_US;
    } else if (!tcp_outbox_is_empty(outbox)) {
        outbox->mark = outbox->put;
        outbox->marked_us = now_us;
    }
}
