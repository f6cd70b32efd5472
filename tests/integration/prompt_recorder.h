/* prompt_recorder.h - a recorder that comes up and finishes at once, and records nothing: for tests
 * over signaling_rig. Thread: control's. */
#ifndef BEDSIDE_TESTS_PROMPT_RECORDER_H
#define BEDSIDE_TESTS_PROMPT_RECORDER_H

#include "signaling/signaling_server.h"

/* The context is the struct signaling_rig. */
const struct recording_control_ops *prompt_recorder_ops(void);

#endif
