#include "media/rtp/receive_window.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void takes_each_number_once(void **state)
{
    (void)state;
    struct receive_window window;
    receive_window_init(&window);
    assert_false(receive_window_has(&window, 0));
    assert_int_equal(receive_window_accept(&window, 65534), 0);
    assert_int_equal(receive_window_accept(&window, 65534), -EALREADY);
    assert_int_equal(receive_window_accept(&window, 1), 0);
    assert_int_equal(receive_window_accept(&window, 65535), 0);
    assert_int_equal(receive_window_accept(&window, 65535), -EALREADY);
    assert_true(receive_window_has(&window, 65535));
    assert_false(receive_window_has(&window, 0));
    assert_false(receive_window_has(&window, 2));
    assert_int_equal(receive_window_accept(&window, (uint16_t)(1 - 1023)), 0);
    assert_int_equal(receive_window_accept(&window, (uint16_t)(1 - 1024)), -ESTALE);
    assert_false(receive_window_has(&window, (uint16_t)(1 - 1024)));
}

static void forgets_what_left_the_window(void **state)
{
    (void)state;
    struct receive_window window;
    receive_window_init(&window);
    for (unsigned i = 0; i < 200000; i++) {
        assert_int_equal(receive_window_accept(&window, (uint16_t)i), 0);
        assert_int_equal(receive_window_accept(&window, (uint16_t)i), -EALREADY);
    }
    /* Numbers skipped now are those whose bits were set a round before. */
    const uint16_t last = (uint16_t)199999;
    assert_int_equal(receive_window_accept(&window, (uint16_t)(last + 1000)), 0);
    assert_int_equal(receive_window_accept(&window, (uint16_t)(last + 500)), 0);
    assert_int_equal(receive_window_accept(&window, (uint16_t)(last + 20000)), 0);
    assert_int_equal(receive_window_accept(&window, (uint16_t)(last + 20000 - 1023)), 0);
    assert_int_equal(receive_window_accept(&window, last), -ESTALE);
}

static void a_closed_window_takes_only_what_is_newer(void **state)
{
    (void)state;
    struct receive_window window;
    receive_window_init(&window);
    receive_window_close(&window); /* nothing came yet: there is nothing to close */
    assert_int_equal(receive_window_accept(&window, 65530), 0);
    assert_int_equal(receive_window_accept(&window, 2), 0);
    receive_window_close(&window);
    assert_int_equal(receive_window_accept(&window, 65535), -EALREADY);
    assert_int_equal(receive_window_accept(&window, 2), -EALREADY);
    assert_true(receive_window_has(&window, 1));
    assert_int_equal(receive_window_accept(&window, 4), 0);
    assert_int_equal(receive_window_accept(&window, 3), 0);
    assert_int_equal(receive_window_accept(&window, 1), -EALREADY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_each_number_once),
        cmocka_unit_test(forgets_what_left_the_window),
        cmocka_unit_test(a_closed_window_takes_only_what_is_newer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
