#include "tests/integration/prompt_recorder.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/visit_recording.h"
#include "tests/integration/signaling_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct preparation {
    struct visit_task task;
    struct signaling_rig *rig;
    char recording_id[UUID_TEXT_SIZE];
};

/* As the gateway's keeper does: the data key is kept before the recorder comes up. */
static int run_preparation(struct visit_task *task, struct visit_service *service)
{
    static const uint8_t wrapped_key[40];
    struct preparation *preparation = CONTAINER_OF(task, struct preparation, task);
    (void)visit_recording_prepare(service, preparation->recording_id, wrapped_key,
                                  sizeof(wrapped_key), "test");
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    close(pair[1]);
    struct recording_control_event *event =
        recording_control_event_create(RECORDING_CONTROL_READY, preparation->recording_id, pair[0]);
    mailbox_post(signaling_server_recording_events(preparation->rig->server), &event->message);
    return 0;
}

static int start_recorder(void *context, const struct recording_order *order)
{
    struct preparation *preparation = allocate_zeroed(1, sizeof(*preparation));
    preparation->rig = context;
    preparation->task.run = run_preparation;
    memcpy(preparation->recording_id, order->recording_id, sizeof(preparation->recording_id));
    visit_service_post(preparation->rig->visits, &preparation->task);
    return 0;
}

static void finish_recorder(void *context, const char *recording_id)
{
    struct signaling_rig *rig = context;
    struct recording_control_event *event =
        recording_control_event_create(RECORDING_CONTROL_FINISHED, recording_id, -1);
    mailbox_post(signaling_server_recording_events(rig->server), &event->message);
}

static bool recorder_is_available(void *context)
{
    (void)context;
    return true;
}

const struct recording_control_ops *prompt_recorder_ops(void)
{
    static const struct recording_control_ops ops = {
        .start = start_recorder, .finish = finish_recorder, .is_available = recorder_is_available};
    return &ops;
}
