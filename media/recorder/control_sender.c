#include "media/recorder/control_sender.h"

#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#define SEND_TIMEOUT_MS 1000

void control_send(int control_fd, const struct recorder_control_message *message)
{
    AUTO_FREE uint8_t *datagram = allocate_zeroed(1, RECORDER_CONTROL_SIZE_MAX);
    const size_t size = recorder_control_write(message, datagram);
    while (send(control_fd, datagram, size, MSG_NOSIGNAL) < 0) {
        struct pollfd wait = {.fd = control_fd, .events = POLLOUT};
        if ((errno != EAGAIN && errno != EINTR) || poll(&wait, 1, SEND_TIMEOUT_MS) == 0) {
            return;
        }
    }
}

void control_send_file(int control_fd, enum recorder_control_type type,
                       const struct recorder_file_report *file)
{
    AUTO_FREE struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    message->type = type;
    message->file = *file;
    control_send(control_fd, message);
}

void control_send_reason(int control_fd, enum recorder_control_type type, const char *reason)
{
    AUTO_FREE struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    message->type = type;
    snprintf(message->reason, sizeof message->reason, "%s", reason);
    control_send(control_fd, message);
}
