/* thread_priority.h - threads whose work may wait a moment, so that sound and picture need not.
 *
 * Media workers run as the process was started, be it as real-time threads; control, store,
 * playback, hooks and recorders run behind them where they share a core. Thread: any. */
#ifndef BEDSIDE_BASE_THREAD_PRIORITY_H
#define BEDSIDE_BASE_THREAD_PRIORITY_H

/* Steps of nice(2) behind the media workers. */
#define THREAD_BEHIND_CONVERSATION 5 /* people wait for it: signaling, store */
#define THREAD_BEHIND_ALL 10         /* nobody does: recorders, hooks */

/* Puts the calling thread, and what it starts from now on, `steps` behind, as a SCHED_BATCH thread,
 * which never interrupts another. Call it when the threads that shall not inherit it run. What the
 * system refuses is left as it is. */
void thread_run_behind(int steps);

/* The calling thread, when it wakes, takes the core at once from a thread that runs behind it,
 * instead of after that one's slice of some milliseconds (Linux 6.12 and newer; before, nothing
 * changes). A real-time thread stays one. For threads that run for a moment and wait again. */
void thread_wake_at_once(void);

#endif
