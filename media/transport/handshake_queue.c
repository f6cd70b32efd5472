#include "media/transport/handshake_queue.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <string.h>

struct place {
    struct network_address source;
    size_t size;
    uint8_t bytes[UDP_DATAGRAM_SIZE_MAX];
};

struct handshake_queue {
    size_t first;
    size_t count;
    size_t taken; /* in this turn */
    struct place places[HANDSHAKE_QUEUE_PLACES];
};

struct handshake_queue *handshake_queue_create(void)
{
    return allocate_zeroed(1, sizeof(struct handshake_queue));
}

struct handshake_queue *handshake_queue_destroy(struct handshake_queue *queue)
{
    free(queue);
    return NULL;
}

int handshake_queue_put(struct handshake_queue *queue, const struct udp_datagram *datagram)
{
    if (datagram->size > UDP_DATAGRAM_SIZE_MAX) {
        return -EMSGSIZE;
    }
    if (queue->count == HANDSHAKE_QUEUE_PLACES) {
        return -ENOSPC;
    }
    struct place *place = &queue->places[(queue->first + queue->count) % HANDSHAKE_QUEUE_PLACES];
    place->source = datagram->source;
    place->size = datagram->size;
    memcpy(place->bytes, datagram->data, datagram->size);
    queue->count++;
    return 0;
}

bool handshake_queue_take(struct handshake_queue *queue, struct udp_datagram *ret_datagram)
{
    if (queue->count == 0 || queue->taken == HANDSHAKE_QUEUE_PER_TURN) {
        return false;
    }
    const struct place *place = &queue->places[queue->first];
    queue->first = (queue->first + 1) % HANDSHAKE_QUEUE_PLACES;
    queue->count--;
    queue->taken++;
    *ret_datagram =
        (struct udp_datagram){.data = place->bytes, .size = place->size, .source = place->source};
    return true;
}

bool handshake_queue_is_empty(const struct handshake_queue *queue)
{
    return queue->count == 0;
}

void handshake_queue_end_turn(struct handshake_queue *queue)
{
    queue->taken = 0;
}
