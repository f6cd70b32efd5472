#include "tests/bench/estimator/trace_links.h"

static const struct trace_link links[] = {
    {"good", "5 Mbit/s, 20 ms", {.down = {.rate_bps = 5000000, .delay_us = 20000}}},
    {"lte-weak",
     "600 kbit/s, 60 ms, jitter 40 ms, bursts of loss",
     {.down = {.rate_bps = 600000,
               .delay_us = 60000,
               .jitter_us = 40000,
               .burst_enter_percent = 1,
               .burst_leave_percent = 33}}},
    {"edge",
     "150 kbit/s, 150 ms, 5 % loss",
     {.down = {.rate_bps = 150000, .delay_us = 150000, .loss_percent = 5}}},
    {"loss-10", "no limit, 30 ms, 10 % loss", {.down = {.delay_us = 30000, .loss_percent = 10}}},
    {"satellite", "no limit, 300 ms, 1 % loss", {.down = {.delay_us = 300000, .loss_percent = 1}}},
    {"narrow",
     "50 kbit/s, 60 ms",
     {.down = {.rate_bps = 50000, .delay_us = 60000, .queue_bytes = 5000}}},
    {"drop-and-return",
     "2 Mbit/s, 200 kbit/s from 20 s to 40 s",
     {.down = {.rate_bps = 2000000, .delay_us = 25000},
      .changes = {{20000000, {.rate_bps = 200000, .delay_us = 25000, .queue_bytes = 25000}},
                  {40000000, {.rate_bps = 2000000, .delay_us = 25000}}}}},
    {"shared",
     "2 Mbit/s, 30 ms, shared with another receiver from 20 s on",
     {.down = {.rate_bps = 2000000, .delay_us = 30000}, .second_at_us = 20000000}},
    {"others",
     "1.5 Mbit/s, 30 ms, somebody else takes 400 kbit/s now and then",
     {.down = {.rate_bps = 1500000, .delay_us = 30000}, .others_bps = 400000}},
};

const struct trace_link *trace_link_at(size_t index)
{
    return index < ARRAY_LENGTH(links) ? &links[index] : NULL;
}
