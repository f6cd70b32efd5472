/* signaling_session.h - one socket's conversation: join first, then requests by a table.
 *
 *   opened --join--> (store thread) --joined--> seated --leave, bye, socket lost--> closed
 *      '-- 10 s without a seat, 20 bad messages: closed (1008)
 *
 * A socket that is lost leaves the seat away for 30 s, its media untouched; `join` with `resume`
 * takes it again. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_SIGNALING_SESSION_H
#define BEDSIDE_SIGNALING_SESSION_SIGNALING_SESSION_H

#include "gateway/visits/visit_refusal.h"
#include "signaling/protocol/signaling_message.h"

#define SIGNALING_REQUESTS_PER_SECOND 20
#define SIGNALING_REQUESTS_BURST 60
#define SIGNALING_BAD_MESSAGES_MAX 20

#endif
