/* quality_books.h - takes what the gateway noticed of connections to the store thread: rows of
 * minutes, marks of missed words. Private to this folder. Thread: control. */
#ifndef BEDSIDE_SIGNALING_SESSION_QUALITY_BOOKS_H
#define BEDSIDE_SIGNALING_SESSION_QUALITY_BOOKS_H

#include "signaling/session/missed_words.h"

#include <stdint.h>

struct quality_books; /* the rows of one visit that are written together */
struct seat;
struct visit_room;

struct quality_books *quality_books_open(struct visit_room *room);
/* Closes the seat's open minute and adds its row, if there is one. */
void quality_books_add(struct quality_books *books, struct seat *seat, int64_t now_ms);
/* Sends the rows off, or nothing when there are none; `books` is gone. */
void quality_books_close(struct quality_books *books);

/* A mark on the timeline; no more than a visit's record bears. */
void quality_books_mark(struct visit_room *room, const char *speaker_id,
                        const struct missed_words_notice *notice);

#endif
