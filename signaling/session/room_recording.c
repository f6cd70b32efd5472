#include "signaling/session/room_recording.h"

#include <stdio.h>
#include <string.h>

void room_recording_init(struct room_recording *recording, uint64_t room_id,
                         const struct recording_control_ops *control, void *control_context,
                         const struct room_recording_worker *worker, void *worker_context)
{
    *recording = (struct room_recording){
        .control = control,
        .control_context = control_context,
        .worker = worker,
        .worker_context = worker_context,
        .room_id = room_id,
    };
}

static void pause_flow(struct room_recording *recording)
{
    if (recording->running) {
        recording->running = false;
        recording->worker->pause(recording->worker_context, recording->room_id);
    }
}

static void detach(struct room_recording *recording)
{
    pause_flow(recording);
    if (recording->attached) {
        recording->attached = false;
        recording->worker->detach(recording->worker_context, recording->room_id);
    }
}

static void resume(struct room_recording *recording)
{
    if (recording->attached && !recording->running && recording->holds == 0 &&
        recording->flow == RECORDING_FLOW_RUN) {
        recording->running = true;
        recording->worker->resume(recording->worker_context, recording->room_id);
    }
}

/* Another recording than before, or none: what was of the old one is over. */
static void change_recording(struct room_recording *recording, const char *recording_id)
{
    if (strcmp(recording->recording_id, recording_id) == 0) {
        return;
    }
    detach(recording);
    snprintf(recording->recording_id, UUID_TEXT_SIZE, "%s", recording_id);
    recording->started = false;
    recording->finished = false;
    recording->flowing_since_ms = 0;
    recording->recorded_ms = 0;
}

static int start(struct room_recording *recording, const char *visit_id, const char *case_id)
{
    if (recording->started) {
        return 0;
    }
    struct recording_order order = {0};
    snprintf(order.recording_id, UUID_TEXT_SIZE, "%s", recording->recording_id);
    snprintf(order.visit_id, UUID_TEXT_SIZE, "%s", visit_id);
    snprintf(order.case_id, UUID_TEXT_SIZE, "%s", case_id);
    const int result = recording->control->start(recording->control_context, &order);
    recording->started = result == 0;
    return result;
}

static void finish(struct room_recording *recording)
{
    detach(recording);
    if (!recording->finished) {
        recording->finished = true;
        recording->started = false;
        recording->control->finish(recording->control_context, recording->recording_id);
    }
}

int room_recording_apply(struct room_recording *recording, const struct recording_status *status,
                         const char *visit_id, const char *case_id)
{
    change_recording(recording, status->recording_id);
    recording->flow = status->flow;
    switch (status->flow) {
    case RECORDING_FLOW_NONE:
        detach(recording);
        return 0;
    case RECORDING_FLOW_HOLD:
        pause_flow(recording);
        return 0;
    case RECORDING_FLOW_FINISH:
        finish(recording);
        return 0;
    case RECORDING_FLOW_RUN:
        resume(recording);
        return start(recording, visit_id, case_id);
    }
    return 0;
}

void room_recording_hold(struct room_recording *recording)
{
    recording->holds++;
    pause_flow(recording);
}

void room_recording_release(struct room_recording *recording)
{
    recording->holds -= recording->holds > 0;
    resume(recording);
}

void room_recording_on_ready(struct room_recording *recording, int worker_fd)
{
    recording->worker->attach(recording->worker_context, recording->room_id, worker_fd);
    recording->attached = true;
    recording->running = false; /* a new feed starts paused */
    resume(recording);
}

void room_recording_on_died(struct room_recording *recording)
{
    /* The worker notices by itself (RECORDING_BROKEN); a new process brings a new socket. */
    recording->attached = false;
    recording->running = false;
}

void room_recording_on_flowing(struct room_recording *recording, int64_t wall_ms)
{
    recording->flowing_since_ms = wall_ms;
}

void room_recording_on_stopped(struct room_recording *recording, int64_t wall_ms)
{
    if (recording->flowing_since_ms > 0 && wall_ms > recording->flowing_since_ms) {
        recording->recorded_ms += wall_ms - recording->flowing_since_ms;
    }
    recording->flowing_since_ms = 0;
}
