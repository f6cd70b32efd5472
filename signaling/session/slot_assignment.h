/* slot_assignment.h - who is in which slot of one receiver: people keep their slot, newcomers take
 * the first free one. Pure. Thread: any; belongs to one. */
#ifndef BEDSIDE_SIGNALING_SESSION_SLOT_ASSIGNMENT_H
#define BEDSIDE_SIGNALING_SESSION_SLOT_ASSIGNMENT_H

#include "gateway/base/random.h"
#include "media/worker/worker_messages.h"

struct slot_assignment {
    size_t slot_count;
    struct {
        char participant_id[UUID_TEXT_SIZE]; /* empty: free */
        bool video;                          /* the client shows this tile */
        uint32_t width;                      /* pixels at which it is shown; 0: not said */
        uint32_t height;
    } slots[ENDPOINT_SLOTS_MAX];
};

void slot_assignment_init(struct slot_assignment *assignment);
/* Grows or shrinks to what was negotiated. */
void slot_assignment_resize(struct slot_assignment *assignment, size_t slot_count);
/* Makes the slots hold `people` (ids, without the receiver): removes who left, adds who came, in
 * order. Returns true when something changed. */
bool slot_assignment_update(struct slot_assignment *assignment, const char *const *people,
                            size_t people_count);

/* What the client shows of a slot below slot_count, and how large. */
void slot_assignment_show(struct slot_assignment *assignment, size_t slot, bool video,
                          uint32_t width, uint32_t height);

#endif
