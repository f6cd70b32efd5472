/* worker_report.h - the reports of a worker and its endpoints, for metrics and for the call's own
 * display. Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_WORKER_WORKER_REPORT_H
#define BEDSIDE_MEDIA_WORKER_WORKER_REPORT_H

#include <stdint.h>

struct worker_state;

/* Posts a worker_endpoint_report for each endpoint, and a worker_report. */
void worker_report_post(struct worker_state *worker, uint64_t now_us);

#endif
