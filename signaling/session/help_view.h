/* help_view.h - a help session as one of its two sees it. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_SESSION_HELP_VIEW_H
#define BEDSIDE_SIGNALING_SESSION_HELP_VIEW_H

#include "signaling/session/visit_view.h"

/* How many of the words between the two are kept, while it goes on. */
#define HELP_WORDS_MAX 30
#define HELP_WORDS_SIZE 1000 /* characters of one */

/* An owned `help_session` of docs/signaling.schema.json, or JSON null when there is none for the
 * viewer: an offer is one when who offers is there. `words`: borrowed chat messages; may be NULL.
 */
json_t *help_view(const struct visit_view *view, json_t *words);
/* Whether it is over: news only for those who were told of it before. */
bool help_view_is_over(const struct visit_view *view);

#endif
