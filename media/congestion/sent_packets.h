/* sent_packets.h - remembers when which packet was sent to one receiver, until its transport-wide
 * feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1) says what became of it.
 *
 * Bounded: the last 1024 transport-wide sequence numbers, 8 kB; what is older than 30 s is
 * forgotten. Pure. Thread: the worker that owns the endpoint. */
#ifndef BEDSIDE_MEDIA_CONGESTION_SENT_PACKETS_H
#define BEDSIDE_MEDIA_CONGESTION_SENT_PACKETS_H

#include "gateway/base/cleanup.h"
#include "media/congestion/packet_result.h"
#include "media/rtp/rtcp_transport_cc.h"

#include <stddef.h>
#include <stdint.h>

/* Feedback that tells of more is of no use. */
#define SENT_PACKETS_MAX 1024
/* Added to an SRTP packet: the IPv4 and UDP headers, which fill a link as well. */
#define SENT_PACKETS_OVERHEAD_BYTES 28

struct sent_packets;

struct sent_packets *sent_packets_create(void);
/* Accepts NULL, returns NULL. */
struct sent_packets *sent_packets_destroy(struct sent_packets *log);
DEFINE_AUTO(sent_packets)

/* `sequence` counts up by one with each packet, `size` is that of the SRTP packet plus
 * SENT_PACKETS_OVERHEAD_BYTES, `probe` is 0 or probe_request.id. */
void sent_packets_record(struct sent_packets *log, uint16_t sequence, uint32_t size, uint16_t probe,
                         uint64_t now_us);

/* Takes what one feedback told (rtcp_transport_cc_read()). Returns how many results were written,
 * at most `count`, in the order of sending. A packet is told as lost once, and may be told as
 * received later; as received, once. Numbers never sent or forgotten are ignored. */
size_t sent_packets_on_feedback(struct sent_packets *log,
                                const struct transport_cc_status *statuses, size_t count,
                                uint64_t now_us, struct packet_result *ret_results);

#endif
