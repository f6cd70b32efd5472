/* seat_news.h - what the page of a seat is told of the visit, each thing once: of the events of
 * which only the newest counts, those that changed since. Private to this folder. Thread: control.
 */
#ifndef BEDSIDE_SIGNALING_SESSION_SEAT_NEWS_H
#define BEDSIDE_SIGNALING_SESSION_SEAT_NEWS_H

#include "signaling/session/visit_room.h"

/* Whatever of the picture is news to the page. */
void seat_news_tell(struct seat *seat);
/* The help session as `joined` has it, with all its words, noting that they were told. Owned. */
json_t *seat_help_json(struct seat *seat);
/* Forgets what the page was told, so that all of it is told again. */
void seat_forget_news(struct seat *seat);
/* One event, to whoever sits there now; takes `event` (owned). */
void seat_tell(struct seat *seat, json_t *event);
void seat_say_goodbye(struct seat *seat, const char *reason, const char *message);

/* To everybody in the visit who is connected; takes `event` (owned). */
void visit_room_tell_all(struct visit_room *room, json_t *event);
/* The same, but not to those in the calm room; to the team alone. */
void visit_room_tell_hearers(struct visit_room *room, json_t *event);
void visit_room_tell_team(struct visit_room *room, json_t *event);
/* The same, to the two who are apart. */
void visit_room_tell_apart(struct visit_room *room, json_t *event);

#endif
