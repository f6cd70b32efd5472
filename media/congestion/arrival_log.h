/* arrival_log.h - what arrived when, of all packets of one browser, for the feedback by which it
 * estimates its uplink (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 *
 * Bounded: the last `capacity` transport-wide sequence numbers. Feedback begins where the last one
 * ended, or at a packet that came late after it had been told as lost. Pure. Thread: the worker
 * that owns the endpoint. */
#ifndef BEDSIDE_MEDIA_CONGESTION_ARRIVAL_LOG_H
#define BEDSIDE_MEDIA_CONGESTION_ARRIVAL_LOG_H

#include "gateway/base/byte_writer.h"
#include "gateway/base/cleanup.h"

#include <stddef.h>
#include <stdint.h>

/* Feedback is due this often (libwebrtc's own choice lies between 50 and 250 ms): at 50 ms it would
 * take 24 kbit/s of a narrow downlink, and each is a packet of its own to us. */
#define ARRIVAL_LOG_FEEDBACK_INTERVAL_US 100000

struct arrival_log;

/* `capacity` is a power of two, at least 64; 512 hold a second of 5 Mbit/s. */
struct arrival_log *arrival_log_create(size_t capacity);
/* Accepts NULL, returns NULL. */
struct arrival_log *arrival_log_destroy(struct arrival_log *log);
DEFINE_AUTO(arrival_log)

/* Returns 0, -EALREADY for a number that came before, -ESTALE for one older than the log goes back.
 */
int arrival_log_record(struct arrival_log *log, uint16_t transport_sequence, uint64_t arrival_us);
/* Appends one RTCP packet with what has not been told yet. Returns 1, call again until 0: nothing
 * to tell; or -ENOBUFS when the writer is full, and the rest is told next time. */
int arrival_log_write_feedback(struct arrival_log *log, struct byte_writer *writer,
                               uint32_t sender_ssrc, uint32_t media_ssrc);

#endif
