/* worker_report.h - the report of a worker, for metrics; those of its endpoints are its rooms'.
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_REPORT_H
#define BEDSIDE_MEDIA_WORKER_WORKER_REPORT_H

struct worker_state;

/* Posts a worker_report. */
void worker_report_post(struct worker_state *worker);

#endif
