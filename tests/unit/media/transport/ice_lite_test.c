#include "media/transport/ice_lite.h"

#include "tests/fakes/test_peer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SECOND_US 1000000u

/* An agent, a peer that writes checks for it, and the owner's record of what it was told. */
struct bench {
    struct stun_responder *responder;
    struct ice_lite *ice;
    struct test_peer *peer;
    uint64_t now_us;
    unsigned added;
    unsigned removed;
    struct network_address last_removed;
    struct network_address destination;
    bool has_destination;
    char retired[8];
    int refuses; /* what on_address_added returns */
};

static int on_address_added(void *context, const struct network_address *address, uint64_t now_us)
{
    struct bench *bench = context;
    (void)address;
    assert_int_equal(now_us, bench->now_us);
    if (bench->refuses < 0) {
        return bench->refuses;
    }
    bench->added++;
    return 0;
}

static void on_address_removed(void *context, const struct network_address *address)
{
    struct bench *bench = context;
    bench->removed++;
    bench->last_removed = *address;
}

static void on_destination_changed(void *context, const struct network_address *destination)
{
    struct bench *bench = context;
    bench->has_destination = destination != NULL;
    if (destination) {
        bench->destination = *destination;
    }
}

static void on_ufrag_retired(void *context, const char *ufrag)
{
    struct bench *bench = context;
    snprintf(bench->retired, sizeof(bench->retired), "%s", ufrag);
}

static const struct ice_lite_ops ops = {.on_address_added = on_address_added,
                                        .on_address_removed = on_address_removed,
                                        .on_destination_changed = on_destination_changed,
                                        .on_ufrag_retired = on_ufrag_retired};

static void introduce(struct bench *bench, const char *ufrag, const char *pwd)
{
    const struct test_peer_gateway gateway = {
        .address = "127.0.0.1", .port = 9, .ufrag = ufrag, .pwd = pwd};
    test_peer_set_gateway(bench->peer, &gateway);
}

static struct stun_credentials credentials(const struct bench *bench, const char *ufrag,
                                           const char *pwd)
{
    return (struct stun_credentials){
        .local_ufrag = ufrag, .local_pwd = pwd, .remote_ufrag = test_peer_ufrag(bench->peer)};
}

static int setup(void **state)
{
    static struct bench bench;
    memset(&bench, 0, sizeof(bench));
    bench.now_us = 1000 * SECOND_US;
    bench.responder = stun_responder_create();
    bench.peer = test_peer_create(NULL);
    const struct ice_lite_config config = {.responder = bench.responder,
                                           .credentials = credentials(&bench, "old", "oldpwd"),
                                           .ops = &ops,
                                           .context = &bench};
    assert_int_equal(ice_lite_create(&config, &bench.ice), 0);
    introduce(&bench, "old", "oldpwd");
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    ice_lite_destroy(bench->ice);
    stun_responder_destroy(bench->responder);
    test_peer_destroy(bench->peer);
    return 0;
}

static struct network_address place(uint16_t number)
{
    struct network_address address;
    assert_int_equal(network_address_parse("192.0.2.1", number, &address), 0);
    return address;
}

static enum stun_verdict check_from(struct bench *bench, uint16_t number, unsigned flags)
{
    uint8_t check[512];
    uint8_t reply[STUN_REPLY_SIZE_MAX];
    size_t reply_size = 0;
    const struct network_address source = place(number);
    const size_t size = test_peer_build_check(bench->peer, flags, check, sizeof(check));
    const enum stun_verdict verdict =
        ice_lite_on_datagram(bench->ice, check, size, &source, bench->now_us, reply, &reply_size);
    assert_int_equal(verdict == STUN_REFUSED, reply_size == 0);
    return verdict;
}

static void accept_from(struct bench *bench, uint16_t number, unsigned flags)
{
    assert_int_equal(check_from(bench, number, flags), STUN_ACCEPTED);
}

static void assert_sends_to(const struct bench *bench, uint16_t number)
{
    assert_int_equal(bench->has_destination, number != 0);
    if (bench->has_destination) {
        assert_int_equal(bench->destination.port, number);
    }
}

static void test_before_a_nomination_the_latest_check_decides(void **state)
{
    struct bench *bench = *state;
    assert_sends_to(bench, 0);
    accept_from(bench, 1, 0);
    assert_sends_to(bench, 1);
    accept_from(bench, 2, 0);
    assert_sends_to(bench, 2);
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    assert_sends_to(bench, 1);
    accept_from(bench, 2, 0);
    assert_sends_to(bench, 1);
    accept_from(bench, 2, TEST_PEER_CHECK_NOMINATE);
    assert_sends_to(bench, 2);
    assert_int_equal(bench->added, 2);
    assert_int_equal(ice_lite_changes(bench->ice), 3);
}

static void test_a_silent_address_gives_way_after_five_seconds(void **state)
{
    struct bench *bench = *state;
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    bench->now_us += 5 * SECOND_US - 1;
    accept_from(bench, 2, 0);
    assert_sends_to(bench, 1);
    bench->now_us += 1;
    accept_from(bench, 2, 0);
    assert_sends_to(bench, 2);
}

/* Firefox's later checks do not nominate: one from another address says that the NAT moved it. */
static void test_a_silent_peer_moves_at_once(void **state)
{
    struct bench *bench = *state;
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    accept_from(bench, 1, 0);
    bench->now_us += SECOND_US / 2;
    accept_from(bench, 2, 0);
    assert_sends_to(bench, 1);
    ice_lite_set_silent(bench->ice, true);
    assert_sends_to(bench, 1); /* until somebody is there */
    accept_from(bench, 2, 0);
    assert_sends_to(bench, 2);
    ice_lite_set_silent(bench->ice, false);
    accept_from(bench, 1, 0);
    assert_sends_to(bench, 2);
}

/* Libwebrtc nominates in every check of the pair that it sends on: a check of another one, which
 * happens to come through first, is none of its wishes. */
static void test_a_silent_peer_that_nominates_always_moves_when_it_says_so(void **state)
{
    struct bench *bench = *state;
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    ice_lite_set_silent(bench->ice, true);
    accept_from(bench, 2, 0);
    assert_sends_to(bench, 1);
    accept_from(bench, 3, TEST_PEER_CHECK_NOMINATE);
    assert_sends_to(bench, 3);
}

static void test_addresses_age_one_by_one_and_consent_with_the_last(void **state)
{
    struct bench *bench = *state;
    assert_true(ice_lite_on_tick(bench->ice, bench->now_us + 3600ull * SECOND_US));
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    bench->now_us += 4 * SECOND_US;
    accept_from(bench, 2, 0);
    assert_true(ice_lite_on_tick(bench->ice, bench->now_us + 26 * SECOND_US - 1));
    assert_int_equal(bench->removed, 0);
    assert_sends_to(bench, 1);
    assert_true(ice_lite_on_tick(bench->ice, bench->now_us + 26 * SECOND_US));
    assert_int_equal(bench->removed, 1);
    assert_int_equal(bench->last_removed.port, 1);
    assert_sends_to(bench, 2); /* where consent is fresh */
    assert_true(ice_lite_on_tick(bench->ice, bench->now_us + 30 * SECOND_US - 1));
    assert_false(ice_lite_on_tick(bench->ice, bench->now_us + 30 * SECOND_US));
    assert_int_equal(bench->removed, 2);
    assert_sends_to(bench, 0);
}

static void test_the_oldest_of_eight_addresses_makes_room(void **state)
{
    struct bench *bench = *state;
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    for (uint16_t i = 2; i <= ICE_LITE_ADDRESSES_MAX; i++) {
        bench->now_us += 1000;
        accept_from(bench, i, 0);
    }
    assert_int_equal(bench->removed, 0);
    bench->now_us += 1000;
    accept_from(bench, 100, 0);
    assert_int_equal(bench->removed, 1);
    assert_int_equal(bench->last_removed.port, 2); /* 1 is older, but in use */
    assert_sends_to(bench, 1);
    uint64_t last_us = 0;
    const struct network_address gone = place(2);
    const struct network_address kept = place(100);
    assert_false(ice_lite_knows(bench->ice, &gone, &last_us));
    assert_true(ice_lite_knows(bench->ice, &kept, &last_us));
    assert_int_equal(last_us, bench->now_us);
}

static void test_an_address_that_the_owner_refuses_is_not_answered(void **state)
{
    struct bench *bench = *state;
    bench->refuses = -EEXIST;
    assert_int_equal(check_from(bench, 1, TEST_PEER_CHECK_NOMINATE), STUN_REFUSED);
    assert_sends_to(bench, 0);
    assert_true(ice_lite_on_tick(bench->ice, bench->now_us + 3600ull * SECOND_US));
    bench->refuses = 0;
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    assert_sends_to(bench, 1);
}

static void test_refused_and_objected_checks_change_nothing(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(check_from(bench, 1, TEST_PEER_CHECK_WRONG_PASSWORD), STUN_REFUSED);
    assert_int_equal(check_from(bench, 1, TEST_PEER_CHECK_CONTROLLED), STUN_OBJECTED);
    assert_int_equal(check_from(bench, 1, TEST_PEER_CHECK_UNKNOWN_REQUIRED), STUN_OBJECTED);
    assert_int_equal(bench->added, 0);
    assert_sends_to(bench, 0);
}

static void test_a_restart_ends_when_the_new_credentials_nominate(void **state)
{
    struct bench *bench = *state;
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    const struct stun_credentials next = credentials(bench, "new", "newpwd");
    assert_int_equal(ice_lite_restart(bench->ice, &next), 0);
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE); /* with the old ones */
    assert_string_equal(bench->retired, "");
    introduce(bench, "new", "newpwd");
    accept_from(bench, 2, 0);
    assert_sends_to(bench, 1);
    assert_string_equal(bench->retired, "");
    accept_from(bench, 2, TEST_PEER_CHECK_NOMINATE);
    assert_sends_to(bench, 2);
    assert_string_equal(bench->retired, "old");
    introduce(bench, "old", "oldpwd");
    assert_int_equal(check_from(bench, 1, TEST_PEER_CHECK_NOMINATE), STUN_REFUSED);
    assert_sends_to(bench, 2);
    introduce(bench, "new", "oldpwd");
    assert_int_equal(check_from(bench, 1, TEST_PEER_CHECK_NOMINATE), STUN_REFUSED);
}

static void test_a_second_restart_replaces_the_first(void **state)
{
    struct bench *bench = *state;
    const struct stun_credentials first = credentials(bench, "one", "onepwd");
    const struct stun_credentials second = credentials(bench, "two", "twopwd");
    const struct stun_credentials empty = credentials(bench, "three", "");
    assert_int_equal(ice_lite_restart(bench->ice, &first), 0);
    assert_int_equal(ice_lite_restart(bench->ice, &empty), -EINVAL);
    assert_string_equal(bench->retired, "");
    assert_int_equal(ice_lite_restart(bench->ice, &second), 0);
    assert_string_equal(bench->retired, "one");
    introduce(bench, "one", "onepwd");
    assert_int_equal(check_from(bench, 1, TEST_PEER_CHECK_NOMINATE), STUN_REFUSED);
    introduce(bench, "two", "twopwd");
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    assert_string_equal(bench->retired, "old");
}

static void test_what_is_forgotten_is_reported_and_not_sent_to(void **state)
{
    struct bench *bench = *state;
    accept_from(bench, 1, TEST_PEER_CHECK_NOMINATE);
    accept_from(bench, 2, 0);
    accept_from(bench, 3, 0);
    const struct network_address chosen = place(1);
    ice_lite_forget(bench->ice, &chosen);
    assert_int_equal(bench->removed, 1);
    assert_sends_to(bench, 0);
    bench->now_us += 1000;
    accept_from(bench, 3, 0);
    assert_sends_to(bench, 3);
    ice_lite_forget_all(bench->ice);
    assert_int_equal(bench->removed, 3);
    assert_sends_to(bench, 0);
    /* Consent is the peer's, not an address's: it lasts for its 30 s. */
    assert_true(ice_lite_on_tick(bench->ice, bench->now_us + 30 * SECOND_US - 1));
    assert_false(ice_lite_on_tick(bench->ice, bench->now_us + 30 * SECOND_US));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_before_a_nomination_the_latest_check_decides, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_silent_peer_moves_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_silent_peer_that_nominates_always_moves_when_it_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_silent_address_gives_way_after_five_seconds, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_addresses_age_one_by_one_and_consent_with_the_last,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_oldest_of_eight_addresses_makes_room, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_an_address_that_the_owner_refuses_is_not_answered,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_and_objected_checks_change_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_restart_ends_when_the_new_credentials_nominate,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_second_restart_replaces_the_first, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_forgotten_is_reported_and_not_sent_to, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
