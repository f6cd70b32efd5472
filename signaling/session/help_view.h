/* help_view.h - a help session as one of its two sees it. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_SESSION_HELP_VIEW_H
#define BEDSIDE_SIGNALING_SESSION_HELP_VIEW_H

#include "signaling/session/visit_view.h"

/* How many of the words between the two are kept, while it goes on. */
#define HELP_WORDS_MAX 30
#define HELP_WORDS_SIZE 1000 /* characters of one */

/* What the two wrote, while it goes on. */
struct help_words {
    char help_id[UUID_TEXT_SIZE]; /* of the session */
    json_t *latest;               /* chat messages, at most HELP_WORDS_MAX; owned; may be NULL */
    unsigned said;                /* since the session began, those that are forgotten too */
};
/* Which of them a page was told. */
struct help_words_told {
    char help_id[UUID_TEXT_SIZE];
    unsigned said;
};

/* An owned `help_session` of docs/signaling.schema.json without words, or JSON null when there is
 * none for the viewer: an offer is one when who offers is there. */
json_t *help_view(const struct visit_view *view);
/* Gives it the words that the page was not told yet, and notes that it was. Returns whether there
 * are any. Of null, nothing is known any more. */
bool help_view_add_words(json_t *help, const struct help_words *words,
                         struct help_words_told *told);
/* Whether it is over: news only for those who were told of it before. */
bool help_view_is_over(const struct visit_view *view);

#endif
