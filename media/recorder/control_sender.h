/* control_sender.h - the recorder's side of recorder_control.h: tells the supervisor.
 * Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_RECORDER_CONTROL_SENDER_H
#define BEDSIDE_MEDIA_RECORDER_CONTROL_SENDER_H

#include "media/recorder_control.h"

/* Waits until the datagram fits. A supervisor that is gone is found out elsewhere: its socket
 * closes. */
void control_send(int control_fd, const struct recorder_control_message *message);
void control_send_file(int control_fd, enum recorder_control_type type,
                       const struct recorder_file_report *file);
/* `type` is one of those that carry a reason; `reason` is a sentence without names. */
void control_send_reason(int control_fd, enum recorder_control_type type, const char *reason);

#endif
