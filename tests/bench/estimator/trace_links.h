/* trace_links.h - links to simulate, by name. */
#ifndef BEDSIDE_TESTS_BENCH_TRACE_LINKS_H
#define BEDSIDE_TESTS_BENCH_TRACE_LINKS_H

#include "tests/fakes/simulated_downlink.h"

struct trace_link {
    const char *name;
    const char *about;
    struct simulated_downlink_config config;
};

/* NULL after the last one. */
const struct trace_link *trace_link_at(size_t index);

#endif
