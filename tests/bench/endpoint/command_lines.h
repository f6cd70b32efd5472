/* command_lines.h - the lines on standard input by which a program of the gauge is led.
 * Thread: the program's only one. */
#ifndef BEDSIDE_TESTS_BENCH_ENDPOINT_COMMAND_LINES_H
#define BEDSIDE_TESTS_BENCH_ENDPOINT_COMMAND_LINES_H

#include <stdbool.h>

/* So that it can be read when it polls readable. */
void command_lines_begin(void);
/* Calls `obey` with each whole line that waits, which it may write into. Returns false when there
 * will be no more. */
bool command_lines_read(void (*obey)(void *context, char *line), void *context);

#endif
