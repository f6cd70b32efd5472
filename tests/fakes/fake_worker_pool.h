/* fake_worker_pool.h - media/worker/worker_pool.h without media: it writes down what it is asked,
 * in order.
 *
 * Link it instead of bedside_media_worker. Endpoints are called e1, e2, ... in the order of their
 * opening: open e1 / media e1 publications=2 slots=3 / enter e1 / bind e1 slot=0 source=e2 video=1
 * / view e1 slot=0 640x360 / priority e1 patient / huddle e1 / help e1 / leave e1 / close e1 attach
 * / pause / resume / detach RESUME and PAUSE are answered with the worker's events. Thread: the
 * writing is control's, the reading the test's. */
#ifndef BEDSIDE_TESTS_FAKE_WORKER_POOL_H
#define BEDSIDE_TESTS_FAKE_WORKER_POOL_H

#include "media/worker/worker_pool.h"

#include <stdbool.h>

/* Waits until a line that begins with `line` was written after the last fake_worker_pool_forget().
 * Returns false after 20 s. */
bool fake_worker_pool_wait(const char *line);
/* Where the first line that begins with `line` stands, counted from 0; -1: nowhere. */
int fake_worker_pool_find(const char *line);
/* Which e<n> belongs to the participant, the newest; 0: none. */
int fake_worker_pool_endpoint_of(const char *participant_id);
void fake_worker_pool_forget(void);
/* Owned: free(). */
char *fake_worker_pool_journal(void);
/* From now on no more people are taken, or again. */
void fake_worker_pool_set_full(bool full);
/* Posts the event of endpoint e<n>. */
void fake_worker_pool_fail_endpoint(int n);
void fake_worker_pool_show_picture(int receiver, uint32_t slot, int source, enum picture_step step);
/* `limits`: MEDIA_RIDS_MAX of them; NULL: none. */
void fake_worker_pool_want_layers(int publisher, const char *mid, uint32_t layers,
                                  const struct worker_layer_limit *limits);
/* The microphone is to be sent so. */
void fake_worker_pool_want_sound(int publisher, uint32_t max_bps, uint32_t frame_ms);
/* `report` is copied; its `message` and `endpoint_id` are set. */
void fake_worker_pool_report(int n, const struct worker_endpoint_report *report);
void fake_worker_pool_fall_silent(int n, bool silent);
void fake_worker_pool_miss_words(int listener, int speaker, int64_t began_wall_ms,
                                 uint32_t missed_ms, uint32_t of_ms);

#endif
