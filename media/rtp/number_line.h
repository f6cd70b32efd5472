/* number_line.h - maps numbers of changing sources, some of them left out, onto one unbroken
 * outgoing line, and remembers the last pieces of the map for whoever comes late.
 *
 *   source A   10 11 12 .. 20 |                       A 15..16 left out
 *   source B                  | 70 71 72 ..
 *   outgoing    1  2  3 ..  9 | 10 11 12 ..
 *
 * The map is a short list of segments; each carries numbers of one source to equally many outgoing
 * ones. A number that was skipped (lost, perhaps late) keeps its place; one that was left out has
 * none. Used for sequence numbers (16 bits) and VP8 picture ids (7 or 15 bits). Pure; fields are
 * private. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_RTP_NUMBER_LINE_H
#define BEDSIDE_MEDIA_RTP_NUMBER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_LINE_SEGMENTS 32
/* A source that skips more numbers at once gets one free place instead of all of them, so that no
 * source can push the outgoing numbers half way round, where receivers lose count. Losses that long
 * are beyond repair anyway. */
#define NUMBER_LINE_LEAP_MAX 256

struct number_line_segment {
    uint32_t source; /* chosen by the caller, never 0 */
    uint32_t begin;  /* unwrapped number of the source */
    uint32_t end;    /* one past the last */
    uint32_t out;    /* of `begin`; unwrapped */
    uint32_t note;   /* the caller's, from number_line_switch() */
    uint8_t bits;    /* width of the source's numbers */
};

struct number_line {
    uint32_t count;
    uint32_t newest;      /* index of the newest */
    uint32_t source_next; /* of the newest segment's source: after the last number seen */
    uint32_t out_next;
    struct number_line_segment segments[NUMBER_LINE_SEGMENTS]; /* a ring */
};

/* A place on the line. */
struct number_line_place {
    uint32_t source;
    uint32_t number; /* the source's, in its width */
    uint32_t out;    /* unwrapped: cut it to the width of the outgoing field */
    uint32_t note;
};

void number_line_init(struct number_line *line, uint32_t first_out);
/* From `number` of `source` on, the line goes on with this source. */
void number_line_switch(struct number_line *line, uint32_t source, uint8_t bits, uint32_t number,
                        uint32_t note);
/* Finds or makes the place of a number. Returns 0, -ENOENT when it was left out, -ESTALE when it is
 * not (or no longer) on the map: too late, or of a source that the line has left. */
int number_line_place(struct number_line *line, uint32_t source, uint32_t number,
                      struct number_line_place *ret_place);
/* Finds only; -ESTALE also for what comes next. */
int number_line_find(const struct number_line *line, uint32_t source, uint32_t number,
                     struct number_line_place *ret_place);
/* Leaves a number out. Returns 0, or -EALREADY when it is late and has a place that stays empty,
 * -ESTALE. */
int number_line_leave_out(struct number_line *line, uint32_t source, uint32_t number);
/* The way back: `out` in `bits` bits, close to the last one. Returns 0 or -ESTALE. */
int number_line_origin(const struct number_line *line, uint32_t out, uint8_t bits,
                       struct number_line_place *ret_place);

#endif
