/* recording_keeper.h - carries the hub's recording orders to the recorder processes, and what those
 * report into the case record.
 *
 *   hub --start, finish--> keeper --data key--> store thread       (made once, kept wrapped)
 *                            | ---------------> recorder_supervisor
 *   hub <--ready, died, ... -|  <-- events ---- recorder_supervisor
 *                            '-- segments, playable files, manifest --> store thread
 *
 * It decides nothing: consent and phases are the domain's, processes the supervisor's.
 * Thread: control. */
#ifndef BEDSIDE_GATEWAY_RECORDING_KEEPER_H
#define BEDSIDE_GATEWAY_RECORDING_KEEPER_H

#include "gateway/base/cleanup.h"
#include "media/recording_file/recording_key.h"
#include "signaling/session/recording_control.h"

#include <stdint.h>

struct mailbox;
struct recorder_supervisor;
struct visit_service_thread;

struct recording_keeper_config {
    const char *directory; /* borrowed; each recording has a folder of its own in it */
    uint8_t master_key[RECORDING_KEY_SIZE];
    struct visit_service_thread *visits;    /* borrowed */
    struct recorder_supervisor *supervisor; /* borrowed; NULL: recording is switched off */
    struct mailbox *supervisor_events;      /* borrowed: given to recorder_supervisor_create() */
    struct mailbox *task_replies;           /* borrowed: a mailbox of the keeper's alone */
};

struct recording_keeper;

struct recording_keeper *recording_keeper_create(const struct recording_keeper_config *config);
/* Wipes the master key. Accepts NULL. Always returns NULL. */
struct recording_keeper *recording_keeper_destroy(struct recording_keeper *keeper);
DEFINE_AUTO(recording_keeper)

/* What the signaling server is given; the context is the keeper. */
extern const struct recording_control_ops recording_keeper_ops;
/* Where the hub reads its events (borrowed): known only once the signaling server exists. */
void recording_keeper_set_hub(struct recording_keeper *keeper, struct mailbox *hub_events);

/* After a restart: closes the books on what was broken off, and finishes what was being finished.
 */
void recording_keeper_recover(struct recording_keeper *keeper);

/* To be called when supervisor_events, or task_replies, is readable. `context` is the keeper. */
void recording_keeper_on_supervisor_events(void *context);
void recording_keeper_on_task_replies(void *context);

#endif
