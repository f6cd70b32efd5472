/* case_list.h - the list of cases: who owns them, where they are on their way, what is due.
 * Thread: control. */
#ifndef BEDSIDE_SIGNALING_API_CASE_LIST_H
#define BEDSIDE_SIGNALING_API_CASE_LIST_H

#include "signaling/api/api.h"

struct case_row;
/* A case as the list shows it. Owned. */
json_t *case_list_row_json(const struct case_row *row);

void case_list_show(struct api *api, struct http_exchange *exchange,
                    const struct api_parameters *parameters);

#endif
