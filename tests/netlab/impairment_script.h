/* impairment_script.h - settings of both directions as text, and how they change over time.
 *
 *   delay 50              both directions, from the beginning
 *   rate-down 2000        kbit/s; towards the client alone (-up: towards the gateway)
 *   10 loss 20            10 seconds after the beginning
 *   12.5 loss 0           # a remark
 *
 * One setting a line: cut, noudp (0 or 1), loss, duplicate, reorder (percent), burst (percent of
 * packets that begin a burst, and after a comma that end it: `burst 1,25`), delay, jitter (ms),
 * rate (kbit/s, 0: none), queue (bytes), rebind (how far the NAT moves the client's UDP ports).
 * Pure. */
#ifndef BEDSIDE_TESTS_NETLAB_IMPAIRMENT_SCRIPT_H
#define BEDSIDE_TESTS_NETLAB_IMPAIRMENT_SCRIPT_H

#include "tests/netlab/impairment.h"

enum impairment_direction { IMPAIRMENT_UP, IMPAIRMENT_DOWN, IMPAIRMENT_DIRECTIONS };

struct impairment_change {
    uint64_t at_us; /* since the beginning */
    bool towards[IMPAIRMENT_DIRECTIONS];
    const char *name; /* of the setting; static */
    double value;
    double second_value; /* of `burst` */
};

/* Reads one line, without its end. Returns 1 with a change, 0 for an empty line or a remark alone,
 * or -EINVAL for what makes no sense. */
int impairment_change_read(const char *line, struct impairment_change *ret_change);
void impairment_change_apply(const struct impairment_change *change,
                             struct impairment_settings settings[IMPAIRMENT_DIRECTIONS]);

struct impairment_script;

/* Returns 0, or -EINVAL with the number of the first line that makes no sense, counted from 1.
 * Lines may come in any order of time. */
int impairment_script_read(const char *text, struct impairment_script **ret_script,
                           unsigned *ret_line);
/* Accepts NULL, returns NULL. */
struct impairment_script *impairment_script_destroy(struct impairment_script *script);
DEFINE_AUTO(impairment_script)

/* When the next change is due, since the beginning; IMPAIRMENT_NOTHING_DUE after the last one. */
uint64_t impairment_script_due_us(const struct impairment_script *script);
/* Applies what is due by now. */
void impairment_script_apply(struct impairment_script *script, uint64_t since_beginning_us,
                             struct impairment_settings settings[IMPAIRMENT_DIRECTIONS]);

#endif
