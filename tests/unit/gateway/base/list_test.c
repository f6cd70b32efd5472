#include "gateway/base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct item {
    int number;
    struct list element;
};

static void walks_in_order_and_survives_removal(void **state)
{
    (void)state;
    struct list list;
    struct item items[5];
    list_init(&list);
    assert_true(list_is_empty(&list));
    for (int i = 0; i < 5; i++) {
        items[i].number = i;
        list_append(&list, &items[i].element);
    }
    int expected = 0;
    LIST_FOR_EACH (element, &list) {
        const struct item *item = LIST_ENTRY(element, struct item, element);
        assert_int_equal(item->number, expected++);
        if (item->number % 2 == 0) {
            list_remove(element);
        }
    }
    assert_int_equal(expected, 5);
    list_remove(&items[0].element); /* twice is harmless */
    expected = 1;
    LIST_FOR_EACH (element, &list) {
        assert_int_equal(LIST_ENTRY(element, struct item, element)->number, expected);
        expected += 2;
    }
    assert_int_equal(expected, 5);
    list_remove(&items[1].element);
    list_remove(&items[3].element);
    assert_true(list_is_empty(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_in_order_and_survives_removal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
