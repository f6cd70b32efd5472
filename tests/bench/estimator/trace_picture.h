/* trace_picture.h - the estimate over time as an SVG: capacity, estimate and what arrived above,
 * the queue below. */
#ifndef BEDSIDE_TESTS_BENCH_TRACE_PICTURE_H
#define BEDSIDE_TESTS_BENCH_TRACE_PICTURE_H

#include "tests/bench/estimator/trace_file.h"

void trace_picture_write(FILE *svg, const char *title, const struct trace_point *points,
                         size_t count);

#endif
