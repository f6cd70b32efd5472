/* downlink.h - the way to one receiver: what may leave when, and how much its link bears.
 *
 *   line --> clear? --> transport-wide number, sent_packets --> sink
 *              | no
 *              v
 *        send_pacer's queue --> numbers and header when it leaves
 *
 *   transport-wide feedback --> sent_packets --> bandwidth_estimator --> pacing rate, allocation
 *                                                        | probe
 *                                                        v
 *                        padding: old packets as RTX, in bursts of 5 ms
 *
 * A receiver that gives no transport-wide feedback is not *governed*: nothing is held back from it.
 * Nor is any other for its first two seconds, unless its link is far or shows a queue or losses: an
 * estimate that is still a guess holds nothing up. Pure. Thread: belongs to the worker of its room.
 */
#ifndef BEDSIDE_MEDIA_ROUTER_DOWNLINK_H
#define BEDSIDE_MEDIA_ROUTER_DOWNLINK_H

#include "gateway/base/list.h"
#include "media/congestion/bandwidth_estimator.h"
#include "media/congestion/send_pacer.h"
#include "media/congestion/sent_packets.h"
#include "media/router/picture_protection.h"
#include "media/router/sink.h"

struct subscribed_track;

#define DOWNLINK_TAG_BYTES 16 /* SRTP's, at most */

struct downlink_probe {
    struct probe_request request; /* id 0: none is under way */
    uint64_t began_us;
    uint32_t sent_bytes;
    uint32_t sent_packets;
};

struct downlink {
    struct sink sink;
    struct send_pacer pacer;
    bool numbers; /* transport-wide numbers are negotiated: feedback is to be expected */
    uint16_t next_transport_sequence;
    struct sent_packets *sent;             /* owned; NULL until something is numbered */
    struct bandwidth_estimator *estimator; /* owned; with `sent` */
    uint64_t bytes;                        /* all that was sent, as RTP */
    bool governed;
    uint64_t numbered_since_us; /* 0: nothing was numbered yet */
    uint64_t feedback_began_us; /* 0: there was none yet */
    uint64_t heard_at_us;       /* of the last RTCP of any kind */
    uint32_t overdue_count;     /* how often waiting pictures were dropped */
    struct downlink_probe probe;
    uint32_t rtt_us; /* 0 while unknown */
    uint16_t reported_loss_permille;
    struct picture_protection protection;
    struct list in_waiting; /* the room's, of those with something to send soon */
    struct list *waiting;   /* borrowed: that list */
};

/* `waiting` is borrowed: the list into which it puts itself while something waits or a probe is
 * under way. */
void downlink_init(struct downlink *downlink, const struct sink *sink, struct list *waiting);
void downlink_finish(struct downlink *downlink);
/* It may be another link now: what was learned of the old one, and what is under way there, is
 * forgotten. Numbers go on. */
void downlink_begin_again(struct downlink *downlink);

/* ---- sending ---- */

static inline bool downlink_is_clear(const struct downlink *downlink, enum pacer_class class,
                                     uint64_t now_us)
{
    return send_pacer_is_clear(&downlink->pacer, class, now_us);
}

/* The transport-wide number of the packet that is sent next, if it has one. */
static inline uint16_t downlink_number(const struct downlink *downlink)
{
    return downlink->next_transport_sequence;
}

/* Sends one RTP packet. `is_numbered`: its header has downlink_number(). */
void downlink_send(struct downlink *downlink, const struct packet_part *parts, size_t part_count,
                   bool is_numbered, uint64_t now_us);
/* Lets a packet of a line wait; subscribed_track_send_waiting() is called when it may leave. When
 * too much waits, all pictures that wait are dropped, and their lines are told. */
void downlink_wait(struct downlink *downlink, enum pacer_class class,
                   const struct paced_packet *packet, uint64_t now_us);
/* Sends an outgoing packet of a line once more, as RTX, so much later, if there is room then. */
void downlink_repeat(struct downlink *downlink, struct subscribed_track *line, uint16_t sequence,
                     uint16_t size, uint32_t after_us, uint64_t now_us);
/* Forgets what waits of a line that goes, or whose picture is not wanted any more. */
void downlink_forget(struct downlink *downlink, const struct subscribed_track *line);

/* Sends what may leave by now, and padding of a probe, for which `padder` serves (NULL: none does).
 * Every 5 ms while downlink_is_waiting(). */
void downlink_send_waiting(struct downlink *downlink, struct subscribed_track *padder,
                           uint64_t now_us);
bool downlink_is_waiting(const struct downlink *downlink);

/* ---- what is known of the link ---- */

/* What transport-wide feedback told, at most SENT_PACKETS_MAX. */
void downlink_on_feedback(struct downlink *downlink, const struct transport_cc_status *statuses,
                          size_t count, uint64_t now_us);
void downlink_set_rtt(struct downlink *downlink, uint32_t rtt_us);
/* What comes from the receiver is late all at once (voice_pulse.h): pictures are held until news of
 * what was sent says that all is well. */
void downlink_suspect(struct downlink *downlink, uint64_t now_us);
/* What would be sent if the link bore it: how far probes go. */
void downlink_set_wanted(struct downlink *downlink, uint32_t wanted_bps, uint64_t now_us);
/* Every 20 to 50 ms. */
void downlink_on_tick(struct downlink *downlink, uint64_t now_us);
/* The receiver's report says what share of a stream was lost, in 1/256: of use where there is no
 * transport-wide feedback. */
void downlink_on_report(struct downlink *downlink, uint8_t fraction_lost);
/* Something was lost lately. */
static inline bool downlink_is_lossy(const struct downlink *downlink)
{
    return picture_protection_is_lossy(&downlink->protection);
}
/* NULL while nothing is known: no feedback, or none yet. */
const struct bandwidth_estimate *downlink_estimate(const struct downlink *downlink);
/* What to reckon with: the estimate, or before it what a link may be trusted with; 0: no limit,
 * since its receiver says nothing of arrivals. */
uint32_t downlink_believed_bps(const struct downlink *downlink, uint64_t now_us);
/* A round trip that is long from the start, and nothing was told of what is sent: a picture now
 * may be a queue in which the voice stands for a second. True for a second at most. */
bool downlink_is_unheard_of(const struct downlink *downlink, uint64_t now_us);
/* Not to be begun with the best layer. */
bool downlink_is_narrow(const struct downlink *downlink, uint64_t now_us);

#endif
