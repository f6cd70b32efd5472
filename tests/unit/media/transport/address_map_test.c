#include "media/transport/address_map.h"

#include "gateway/base/random.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define CAPACITY 64
#define ADDRESSES 200

/* Only their addresses matter. */
static char peers[ADDRESSES];
#define PEER(i) ((struct peer_transport *)(void *)&peers[i])

static struct network_address address_of(const char *ip, uint16_t port)
{
    struct network_address address;
    assert_int_equal(network_address_parse(ip, port, &address), 0);
    return address;
}

static void test_each_part_of_an_address_counts(void **state)
{
    (void)state;
    struct network_address addresses[] = {
        address_of("192.0.2.1", 1000), address_of("192.0.2.1", 1001), address_of("192.0.2.2", 1000),
        address_of("fe80::1", 1000),   address_of("fe80::1", 1000),   address_of("fe81::1", 1000),
    };
    addresses[4].scope_id = 2;
    AUTO(address_map) map = address_map_create(CAPACITY);
    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        assert_null(address_map_find(map, &addresses[i]));
        assert_int_equal(address_map_insert(map, &addresses[i], PEER(i)), 0);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        assert_ptr_equal(address_map_find(map, &addresses[i]), PEER(i));
        assert_int_equal(address_map_insert(map, &addresses[i], PEER(9)), -EEXIST);
    }
    address_map_remove(map, &addresses[0]);
    address_map_remove(map, &addresses[0]);
    assert_null(address_map_find(map, &addresses[0]));
    assert_ptr_equal(address_map_find(map, &addresses[1]), PEER(1));
}

static void test_a_full_map_says_so_and_still_finds(void **state)
{
    (void)state;
    AUTO(address_map) map = address_map_create(3);
    for (uint16_t port = 0; port < 3; port++) {
        const struct network_address address = address_of("192.0.2.1", port);
        assert_int_equal(address_map_insert(map, &address, PEER(port)), 0);
    }
    const struct network_address more = address_of("192.0.2.1", 3);
    const struct network_address there = address_of("192.0.2.1", 0);
    assert_int_equal(address_map_insert(map, &more, PEER(3)), -ENOSPC);
    assert_null(address_map_find(map, &more));
    address_map_remove(map, &there);
    assert_int_equal(address_map_insert(map, &more, PEER(3)), 0);
    assert_ptr_equal(address_map_find(map, &more), PEER(3));
}

/* Insertions and removals at random, as crowded as it gets, against a plain list: chains that wrap
 * around the end and holes in their middle come up by themselves, with another key each time. */
static void test_it_agrees_with_a_plain_list(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 20; round++) {
        AUTO(address_map) map = address_map_create(CAPACITY);
        bool present[ADDRESSES] = {false};
        size_t count = 0;
        for (unsigned step = 0; step < 2000; step++) {
            const size_t i = random_below(ADDRESSES);
            const struct network_address address = address_of("198.51.100.7", (uint16_t)i);
            if (present[i]) {
                address_map_remove(map, &address);
                present[i] = false;
                count--;
            } else {
                const int expected = count == CAPACITY ? -ENOSPC : 0;
                assert_int_equal(address_map_insert(map, &address, PEER(i)), expected);
                present[i] = expected == 0;
                count += expected == 0;
            }
            for (size_t k = 0; k < ADDRESSES; k += 1 + step % 7) {
                const struct network_address other = address_of("198.51.100.7", (uint16_t)k);
                assert_ptr_equal(address_map_find(map, &other), present[k] ? PEER(k) : NULL);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_part_of_an_address_counts),
        cmocka_unit_test(test_a_full_map_says_so_and_still_finds),
        cmocka_unit_test(test_it_agrees_with_a_plain_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
