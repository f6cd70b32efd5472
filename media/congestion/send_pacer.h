/* send_pacer.h - spreads what is sent to one receiver over time, so that no queue of ours stands
 * before its link, and sound never waits behind pictures.
 *
 * The link is thought of as busy until `free_at`: each packet moves that on by its size at the
 * pacing rate, and one may leave while it is less than a burst ahead of now.
 *
 *   sound            leaves at once, always; it takes its share of the rate
 *   repair           retransmissions of pictures
 *   picture          in order
 *
 * On a link with room nothing ever waits: asking and noting are a few additions. What has to wait
 * is not copied: the queue, allocated when it is first needed and bounded, locks the packet and
 * remembers whose it is; numbers are given when it leaves. Pure. Thread: the worker that owns the
 * endpoint. */
#ifndef BEDSIDE_MEDIA_CONGESTION_SEND_PACER_H
#define BEDSIDE_MEDIA_CONGESTION_SEND_PACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet_buffer;

enum pacer_class { PACER_SOUND, PACER_REPAIR, PACER_PICTURE };

#define SEND_PACER_BURST_US 10000
#define SEND_PACER_INTERVAL_US 5000 /* between two looks at what waits */
/* Pictures that would wait longer are worth nothing; a key frame alone may. */
#define SEND_PACER_WAIT_MAX_US 250000
#define SEND_PACER_KEYFRAME_WAIT_MAX_US 600000
#define SEND_PACER_WAITING_MAX 512 /* of each class */

enum packet_fate {
    PACKET_FOLLOWS,
    PACKET_BEGINS,   /* is the first of its source */
    PACKET_LEFT_OUT, /* is not sent, and leaves no hole; in its turn, since it takes no number */
};

/* What waits. */
struct paced_packet {
    void *line;                   /* the caller's: who sends it */
    struct packet_buffer *packet; /* PICTURE: locked by the queue; REPAIR: NULL */
    uint32_t source;              /* whose numbers `packet` has */
    uint16_t sequence;            /* REPAIR: of the line */
    uint16_t size;                /* on the wire, about; 0 of what is left out */
    uint8_t codec;
    uint8_t fate;
};

struct pacer_queue {
    struct paced_packet *packets; /* owned; a ring, NULL until something waits */
    uint32_t capacity;
    uint32_t first;
    uint32_t count;
    uint32_t bytes;
};

/* Fields are private. */
struct send_pacer {
    uint64_t free_at_ns;
    uint32_t ns_per_byte; /* 0: without limit */
    bool held;
    struct pacer_queue repair;
    struct pacer_queue picture;
    uint64_t empty_since_us;
};

void send_pacer_init(struct send_pacer *pacer);
/* Unlocks and frees what waits. */
void send_pacer_finish(struct send_pacer *pacer);

/* `estimate_bps` of the link. A narrow one (300 kbit/s and less) is not asked for more than it is
 * believed to carry: there a key frame takes most of a second, and sound would queue behind it.
 * From
 * 1 Mbit/s on pictures are paced at 1.5 times as much (it is caught up soon, and what is not used by
 * frames is lost), up to 2.5 times where there is plenty. 0: without limit. */
void send_pacer_set_estimate(struct send_pacer *pacer, uint32_t estimate_bps);
uint32_t send_pacer_rate_bps(uint32_t estimate_bps);

/* Held, nothing leaves but sound. */
static inline void send_pacer_hold(struct send_pacer *pacer, bool held)
{
    pacer->held = held;
}

static inline bool send_pacer_is_busy(const struct send_pacer *pacer, uint64_t now_us)
{
    return pacer->held || pacer->free_at_ns > (now_us + SEND_PACER_BURST_US) * 1000;
}

/* Whether a packet of the class may leave now; if not, send_pacer_wait(). */
static inline bool send_pacer_is_clear(const struct send_pacer *pacer, enum pacer_class class,
                                       uint64_t now_us)
{
    if (class == PACER_SOUND || (pacer->ns_per_byte == 0 && !pacer->held)) {
        return class != PACER_PICTURE || pacer->picture.count == 0;
    }
    return !send_pacer_is_busy(pacer, now_us) && pacer->repair.count == 0 &&
           (class == PACER_REPAIR || pacer->picture.count == 0);
}

/* A packet has left. */
static inline void send_pacer_note_sent(struct send_pacer *pacer, size_t size, uint64_t now_us)
{
    const uint64_t now_ns = now_us * 1000;
    pacer->free_at_ns = (pacer->free_at_ns > now_ns ? pacer->free_at_ns : now_ns) +
                        (uint64_t)size * pacer->ns_per_byte;
}

/* Queues it; locks `packet->packet`. Returns 0, or -ENOBUFS when the class has its bound: the
 * packet is lost. */
int send_pacer_wait(struct send_pacer *pacer, enum pacer_class class,
                    const struct paced_packet *packet);
/* The next one that may leave: repair first. True, and it belongs to the caller, with the lock on
 * its packet. */
bool send_pacer_take(struct send_pacer *pacer, uint64_t now_us, struct paced_packet *ret_packet);
bool send_pacer_has_waiting(const struct send_pacer *pacer);
/* How long what waits now will take, sound aside. */
uint64_t send_pacer_wait_us(const struct send_pacer *pacer, uint64_t now_us);
/* Pictures wait too long (SEND_PACER_WAIT_MAX_US; a single frame SEND_PACER_KEYFRAME_WAIT_MAX_US):
 * drop them. */
bool send_pacer_is_overdue(const struct send_pacer *pacer, uint64_t now_us);
/* Drops what waits of one line; NULL: of all. */
void send_pacer_drop(struct send_pacer *pacer, const void *line);
/* Gives memory back that was not used for 10 s; for the tick. */
void send_pacer_tend(struct send_pacer *pacer, uint64_t now_us);

#endif
