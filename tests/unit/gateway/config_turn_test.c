#include "gateway/config_turn.h"

#include "gateway/base/cleanup.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void good_ones_pass(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "turn:relay.example",
        "turn:192.0.2.1:3478",
        "turn:[2001:db8::1]:3478?transport=udp",
        "turns:relay.example:443?transport=tcp",
        "turn:relay.example?transport=tcp",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *fault = config_turn_fault(rows[i]);
        if (fault) {
            fail_msg("%s: %s", rows[i], fault);
        }
    }
}

static void bad_ones_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        const char *fault;
    } rows[] = {
        {"", "begin with"},
        {"relay.example", "begin with"},
        {"stun:relay.example", "begin with"},
        {"https://relay.example", "begin with"},
        {"turn:", "the host"},
        {"turn://relay.example", "the host"},
        {"turn:[::1", "the host"},
        {"turn:[relay]", "the host"},
        {"turn:relay example", "after host"},
        {"turn:relay.example:", "the port"},
        {"turn:relay.example:0", "the port"},
        {"turn:relay.example:65536", "the port"},
        {"turn:relay.example:999999", "the port"},
        {"turn:relay.example?transport=sctp", "after host"},
        {"turn:relay.example/path", "after host"},
        {"turn:user@relay.example", "after host"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *fault = config_turn_fault(rows[i].uri);
        if (!fault || !strstr(fault, rows[i].fault)) {
            fail_msg("%s: %s", rows[i].uri, fault ? fault : "(no fault)");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones_pass),
        cmocka_unit_test(bad_ones_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
