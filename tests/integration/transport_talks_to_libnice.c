/* libnice's full ICE agent finds its way to the gateway's lite side, keeps it, and restarts: by
 * UDP, and by TCP where there is no UDP. */
#include "tests/integration/native_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void connect_keep_and_restart(const struct native_client_config *config)
{
    static struct native_client client;
    native_client_init(&client, config);
    native_client_open_transport(&client);
    native_client_give_answer(&client);
    STEP_UNTIL(&client, client.is_ready);
    const struct peer_transport_statistics ready = native_client_statistics(&client);
    assert_int_equal(ready.stun_rejected, 0);
    assert_int_equal(ready.over_tcp, client.config.over_tcp);
    /* Consent checks go on after the pair was chosen. */
    STEP_UNTIL(&client, native_client_statistics(&client).checks_answered > ready.checks_answered);
    assert_true(client.is_ready);

    native_client_restart(&client);
    const uint64_t before = native_client_statistics(&client).checks_answered;
    native_client_give_answer(&client);
    STEP_UNTIL(&client,
               client.is_ready && native_client_statistics(&client).checks_answered > before);
    assert_int_equal(client.failed, 0);
    native_client_finish(&client);
}

static void test_a_libnice_agent_connects_keeps_consent_and_restarts(void **state)
{
    (void)state;
    connect_keep_and_restart(NULL);
}

static void test_without_udp_it_does_so_over_tcp(void **state)
{
    (void)state;
    connect_keep_and_restart(&(struct native_client_config){.over_tcp = true});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_libnice_agent_connects_keeps_consent_and_restarts),
        cmocka_unit_test(test_without_udp_it_does_so_over_tcp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
