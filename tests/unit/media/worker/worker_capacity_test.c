#include "media/worker/worker_capacity.h"

#include "gateway/base/cleanup.h"
#include "media/rtp/packet_buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define GIB (UINT64_C(1) << 30)

static void the_smallest_bound_counts(void **state)
{
    static const struct {
        struct worker_capacity_request request;
        struct worker_capacity capacity;
    } cases[] = {
        {{0, 32768, 2, 16 * GIB}, {448, WORKER_BOUND_PACKETS}},
        {{200, 32768, 2, 16 * GIB}, {200, WORKER_BOUND_CONFIGURED}},
        {{448, 32768, 2, 16 * GIB}, {448, WORKER_BOUND_CONFIGURED}},
        {{1000, 32768, 2, 16 * GIB}, {448, WORKER_BOUND_PACKETS}},
        {{0, 32768, 2, 0}, {448, WORKER_BOUND_PACKETS}},
        {{0, 32768, 8, 1 * GIB}, {76, WORKER_BOUND_MEMORY}},
        {{50, 32768, 8, 1 * GIB}, {50, WORKER_BOUND_CONFIGURED}},
        {{0, 32768, 256, 1 * GIB}, {1, WORKER_BOUND_MEMORY}}, /* the pools alone are too much */
        {{0, 1048576, 1, 64 * GIB}, {10000, WORKER_BOUND_CONFIGURED}},
        {{0, 1024, 1, 64 * GIB}, {14, WORKER_BOUND_PACKETS}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct worker_capacity capacity = worker_capacity_of(&cases[i].request);
        assert_int_equal(capacity.peers, cases[i].capacity.peers);
        assert_int_equal(capacity.bound, cases[i].capacity.bound);
    }
}

static void a_packet_takes_what_is_reckoned(void **state)
{
    (void)state;
    assert_in_range(sizeof(struct packet_buffer), WORKER_CAPACITY_BYTES_PER_PACKET - 63,
                    WORKER_CAPACITY_BYTES_PER_PACKET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_bound_counts),
        cmocka_unit_test(a_packet_takes_what_is_reckoned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
