/* test_card.h - a picture and a sound that the gateway itself sends into a room, to try a link.
 *
 * Three layers of VP8, each frame a key frame of one grey picture and filling behind it, which
 * decoders pass over, and Opus that is silence. It publishes like a browser, so that whoever has it
 * in a slot is sent to, paced and probed as in a visit: the layer that arrives and the estimate are
 * those that the visit will have. It is an endpoint without a transport: what is sent to it is
 * dropped. Time is given. Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_TEST_CARD_H
#define BEDSIDE_MEDIA_WORKER_TEST_CARD_H

#include "gateway/base/cleanup.h"

#include <stdint.h>

struct packet_buffer_pool;
struct room;

#define TEST_CARD_LAYERS 3
/* Of all layers together less than this; of the best one about 2.4 Mbit/s. */
#define TEST_CARD_BPS_MAX 3500000

struct test_card;

/* Enters the room. All borrowed. Returns NULL when the room has no place. */
struct test_card *test_card_create(struct room *room, struct packet_buffer_pool *packets,
                                   uint64_t endpoint_id, uint64_t now_us);
/* Leaves; before the room goes. Accepts NULL. Always returns NULL. */
struct test_card *test_card_destroy(struct test_card *card);
DEFINE_AUTO(test_card)

/* Sends what is due; what was due long ago is left out. Returns when it is to be called again. */
uint64_t test_card_send(struct test_card *card, uint64_t now_us);

#endif
