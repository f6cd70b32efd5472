/* room_recording.h - makes true what the record says of a visit's recording: at the worker and at
 * the recorder.
 *
 * The domain decides who may be recorded when (gateway/visits/recording_rule.h) and says it as a
 * level, `flow`. This keeps worker and recorder at that level:
 *
 *     flow           recorder process          worker
 *     NONE           -                         detached
 *     HOLD           kept if there is one      paused
 *     RUN            started if there is none  attached when it is ready, then resumed
 *     FINISH         told to finish, once      paused, detached
 *
 * Whatever lessens what is recorded is posted to the worker at once. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_ROOM_RECORDING_H
#define BEDSIDE_SIGNALING_SESSION_ROOM_RECORDING_H

#include "gateway/visits/recording_rule.h"
#include "signaling/session/recording_control.h"

struct worker_pool;

/* What it does to a worker; real in signaling_hub.c, fake in tests. */
struct room_recording_worker {
    void (*attach)(void *context, uint64_t room_id, int recorder_fd); /* takes the descriptor */
    void (*pause)(void *context, uint64_t room_id);
    void (*resume)(void *context, uint64_t room_id);
    void (*detach)(void *context, uint64_t room_id);
};

struct room_recording {
    const struct recording_control_ops *control; /* borrowed */
    void *control_context;
    const struct room_recording_worker *worker; /* borrowed */
    void *worker_context;
    uint64_t room_id;
    char recording_id[UUID_TEXT_SIZE]; /* of the recorder below; empty: none */
    bool started;                      /* a recorder was asked for */
    bool attached;                     /* the worker has its socket */
    bool running;                      /* RESUME was posted last, not PAUSE */
    bool finished;                     /* FINISH was passed on */
    unsigned holds;                    /* of room_recording_hold() */
    enum recording_flow flow;          /* wanted */
    /* For people: */
    int64_t flowing_since_ms; /* 0: not */
    int64_t recorded_ms;      /* of closed intervals */
};

void room_recording_init(struct room_recording *recording, uint64_t room_id,
                         const struct recording_control_ops *control, void *control_context,
                         const struct room_recording_worker *worker, void *worker_context);
/* Takes the status of a new picture. Returns 0, or the negative errno with which a recorder could
 * not be started: then the record must be told (visit_recording_failed). */
int room_recording_apply(struct room_recording *recording, const struct recording_status *status,
                         const char *visit_id, const char *case_id);
/* Somebody's consent ends, or somebody says stop: lets nothing flow from now on, before the store
 * has answered. Call _release() once for each, after the picture that answers was applied; pictures
 * of before change nothing meanwhile. */
void room_recording_hold(struct room_recording *recording);
void room_recording_release(struct room_recording *recording);
/* The recorder's events. `worker_fd` of READY is taken. */
void room_recording_on_ready(struct room_recording *recording, int worker_fd);
void room_recording_on_died(struct room_recording *recording);
/* The worker's: it flowed, or stopped, at `wall_ms`. */
void room_recording_on_flowing(struct room_recording *recording, int64_t wall_ms);
void room_recording_on_stopped(struct room_recording *recording, int64_t wall_ms);

#endif
