#include "media/router/simulcast_selector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS UINT64_C(1000)

static const uint64_t NOW_US = 10000 * MS;

/* A layer that began and was last heard of so many milliseconds ago; 0, 0 never flowed. */
struct layer_age {
    unsigned began_ms;
    unsigned last_ms;
};

static void test_choice(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct layer_age layers[3];
        int current;
        int expected;
    } cases[] = {
        {"nothing flows yet", {{0, 0}, {0, 0}, {0, 0}}, -1, -1},
        {"the first that flows is taken at once", {{10, 0}, {0, 0}, {0, 0}}, -1, 0},
        {"the best of several that flow", {{10, 0}, {10, 0}, {10, 0}}, -1, 2},
        {"a young better layer waits", {{5000, 0}, {5000, 0}, {500, 0}}, 1, 1},
        {"a steady better layer is taken", {{5000, 0}, {5000, 0}, {1500, 0}}, 1, 2},
        {"a broken layer is left for a lower one", {{5000, 0}, {5000, 0}, {5000, 1500}}, 2, 1},
        {"a short pause is no break", {{5000, 0}, {5000, 0}, {5000, 390}}, 2, 2},
        {"lower ones go on without it", {{5000, 0}, {5000, 0}, {5000, 400}}, 2, 1},
        {"the lowest alone goes on", {{5000, 0}, {5000, 400}, {5000, 400}}, 2, 0},
        {"all of them pause", {{5000, 600}, {5000, 650}, {5000, 900}}, 2, 2},
        {"a better one goes on: no reason", {{5000, 900}, {5000, 450}, {5000, 0}}, 1, 2},
        {"what has stopped is not gone back to", {{5000, 0}, {5000, 0}, {5000, 500}}, 1, 1},
        {"nor begun with", {{5000, 0}, {5000, 500}, {0, 0}}, -1, 0},
        {"all broken: stay", {{5000, 2000}, {5000, 2000}, {5000, 2000}}, 2, 2},
        {"from broken to the best young one", {{5000, 1500}, {100, 0}, {0, 0}}, 0, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct simulcast_layer layers[3] = {{0}};
        for (size_t l = 0; l < 3; l++) {
            if (cases[i].layers[l].began_ms > 0) {
                layers[l].flowing_since_us = NOW_US - cases[i].layers[l].began_ms * MS;
                layers[l].last_packet_us = NOW_US - cases[i].layers[l].last_ms * MS;
            }
        }
        const int chosen = simulcast_selector_choose(layers, 3, cases[i].current, NOW_US);
        if (chosen != cases[i].expected) {
            fail_msg("%s: chose %d, expected %d", cases[i].name, chosen, cases[i].expected);
        }
    }
}

static void test_a_pause_begins_the_layer_anew(void **state)
{
    (void)state;
    struct simulcast_layer layer = {0};
    simulcast_layer_on_packet(&layer, 1000 * MS);
    simulcast_layer_on_packet(&layer, 1500 * MS);
    assert_int_equal(layer.flowing_since_us, 1000 * MS);
    simulcast_layer_on_packet(&layer, 2600 * MS);
    assert_int_equal(layer.flowing_since_us, 2600 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_a_pause_begins_the_layer_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
