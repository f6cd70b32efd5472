#include "media/router/layer_meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_lines_on_a_tile(void **state)
{
    static const struct {
        uint16_t width;
        uint16_t height;
        uint32_t tile_width;
        uint32_t tile_height;
        uint32_t lines;
    } cases[] = {
        {960, 540, 343, 257, 257}, /* cut off at its sides */
        {540, 960, 343, 257, 610}, /* a telephone held upright: cut off above and below */
        {540, 540, 400, 300, 400}, {640, 480, 640, 480, 480},
        {0, 0, 343, 257, 257},     {540, 0, 343, 257, 257},
        {960, 540, 0, 0, 0},       {1, 65535, 65535, 1, 1} /* no shape that anybody films in */,
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct layer_meter meter = {0};
        layer_meter_note_size(&meter, cases[i].width, cases[i].height);
        const uint32_t lines =
            layer_meter_lines_on(&meter, cases[i].tile_width, cases[i].tile_height);
        assert_in_range(lines, cases[i].lines, cases[i].lines + 1);
    }
}

/* Its lines are those of the largest picture, its shape that of the last one. */
static void test_a_picture_is_turned(void **state)
{
    struct layer_meter meter = {0};
    (void)state;
    layer_meter_note_size(&meter, 960, 540);
    layer_meter_note_size(&meter, 480, 270); /* scaled down for a while */
    assert_int_equal(meter.height, 540);
    assert_in_range(layer_meter_lines_on(&meter, 343, 257), 257, 257);
    layer_meter_note_size(&meter, 540, 960);
    assert_int_equal(meter.height, 960);
    assert_in_range(layer_meter_lines_on(&meter, 343, 257), 609, 611);
    layer_meter_note_size(&meter, 0, 0);
    assert_in_range(layer_meter_lines_on(&meter, 343, 257), 609, 611);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_on_a_tile),
        cmocka_unit_test(test_a_picture_is_turned),
    };
    return cmocka_run_group_tests_name("layer_meter", tests, NULL, NULL);
}
