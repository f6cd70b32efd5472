/* picture_notices.h - the steps by which pictures give way, told to who receives them and to who is
 * shown. Private to this folder. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_PICTURE_NOTICES_H
#define BEDSIDE_SIGNALING_SESSION_PICTURE_NOTICES_H

#include "gateway/base/random.h"
#include "media/worker/worker_messages.h"

struct seat;
struct visit_room;

/* What a receiver has in one slot. */
struct picture_notice {
    char participant_id[UUID_TEXT_SIZE]; /* who is shown; empty: nothing was said yet */
    enum picture_step step;              /* as the worker says */
    enum picture_step told;              /* as both were told */
};

/* A camera that its owner stopped is no step of the ladder, whatever comes of it; nor is it in the
 * first seconds after it was started again. */
void picture_notices_on_event(struct visit_room *room, const struct worker_picture_event *event);
/* Somebody else is put into the receiver's slot, or nobody: what was said does not hold any more.
 */
void picture_notices_clear(struct seat *receiver, size_t slot);
/* Says again what is otherwise than full, to a seat that has just joined. */
void picture_notices_repeat(struct seat *seat);
/* A camera was stopped or started, or some time went by. */
void picture_notices_review(struct visit_room *room);
/* The worst step of what the receiver is shown now. */
enum picture_step picture_notices_worst(const struct seat *receiver);
/* "full", "small", ...: as in the protocol. */
const char *picture_notices_name(enum picture_step step);

#endif
