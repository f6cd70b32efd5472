#include "media/rtp/vp8_picture_rewriter.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define A 1
#define B 2

struct picture {
    uint8_t bytes[8];
    size_t size;
    struct vp8_payload parsed;
};

static struct picture picture_15(uint16_t id, uint8_t tl0, uint8_t layer)
{
    struct picture picture = {.bytes = {0x90, 0xf0, (uint8_t)(0x80 | id >> 8), (uint8_t)id, tl0,
                                        (uint8_t)(layer << 6 | 0x1f), 0x01},
                              .size = 7};
    assert_int_equal(vp8_payload_parse(picture.bytes, picture.size, &picture.parsed), 0);
    return picture;
}

static struct picture picture_7(uint8_t id)
{
    struct picture picture = {.bytes = {0x90, 0x80, id, 0x01}, .size = 4};
    assert_int_equal(vp8_payload_parse(picture.bytes, picture.size, &picture.parsed), 0);
    return picture;
}

static struct vp8_payload rewritten;

/* Outgoing picture id, or the error; all of the descriptor in `rewritten`. */
static int forward(struct vp8_picture_rewriter *rewriter, uint32_t source,
                   const struct picture *picture)
{
    uint8_t bytes[VP8_DESCRIPTOR_SIZE_MAX + 1];
    const int size =
        vp8_picture_rewriter_forward(rewriter, source, picture->bytes, &picture->parsed, bytes);
    if (size < 0) {
        return size;
    }
    assert_in_range(size, 1, VP8_DESCRIPTOR_SIZE_MAX);
    bytes[size] = 0x01;
    assert_int_equal(vp8_payload_parse(bytes, (size_t)size + 1, &rewritten), 0);
    assert_int_equal(rewritten.descriptor_size, size);
    assert_int_equal(rewritten.temporal_layer, picture->parsed.temporal_layer);
    assert_int_equal(rewritten.has_tl0_index, picture->parsed.has_tl0_index);
    assert_int_equal(rewritten.frame_start, picture->parsed.frame_start);
    return rewritten.picture_id;
}

static void counts_on_across_sources(void **state)
{
    (void)state;
    struct vp8_picture_rewriter rewriter;
    vp8_picture_rewriter_init(&rewriter, 0x7fff, 255);
    struct picture picture = picture_15(100, 50, 0);
    assert_int_equal(forward(&rewriter, A, &picture), -ESTALE);
    vp8_picture_rewriter_switch(&rewriter, A, &picture.parsed);
    assert_int_equal(forward(&rewriter, A, &picture), 0x7fff);
    assert_int_equal(rewritten.tl0_index, 255);
    assert_int_equal(forward(&rewriter, A, &picture), 0x7fff); /* its next packet, or RTX */
    picture = picture_15(101, 50, 1);
    assert_int_equal(forward(&rewriter, A, &picture), 0); /* wrapped in 15 bits */
    assert_int_equal(rewritten.tl0_index, 255);
    picture = picture_15(103, 52, 0); /* 102 is missing */
    assert_int_equal(forward(&rewriter, A, &picture), 2);
    assert_int_equal(rewritten.tl0_index, 1);

    picture = picture_15(0x7ffe, 9, 0);
    vp8_picture_rewriter_switch(&rewriter, B, &picture.parsed);
    assert_int_equal(forward(&rewriter, B, &picture), 3);
    assert_int_equal(rewritten.tl0_index, 2);
    picture = picture_15(0x7fff, 9, 2);
    assert_int_equal(forward(&rewriter, B, &picture), 4);
    picture = picture_15(0, 10, 0);
    assert_int_equal(forward(&rewriter, B, &picture), 5);
    assert_int_equal(rewritten.tl0_index, 3);
    picture = picture_15(102, 51, 0); /* late, of A */
    assert_int_equal(forward(&rewriter, A, &picture), 1);
    assert_int_equal(rewritten.tl0_index, 0);
    picture = picture_15(104, 51, 0);
    assert_int_equal(forward(&rewriter, A, &picture), -ESTALE);
    vp8_picture_rewriter_switch(&rewriter, A, &picture.parsed);
    assert_int_equal(forward(&rewriter, A, &picture), 6);
    assert_int_equal(rewritten.tl0_index, 4); /* after B's last, not after the late one */
}

static void leaves_frames_out_without_a_hole(void **state)
{
    (void)state;
    struct vp8_picture_rewriter rewriter;
    vp8_picture_rewriter_init(&rewriter, 10, 0);
    struct picture picture = picture_15(1, 0, 0);
    vp8_picture_rewriter_switch(&rewriter, A, &picture.parsed);
    uint16_t expected = 10;
    for (uint16_t id = 1; id < 40000; id++) {
        picture = picture_15(id & 0x7fff, (uint8_t)(id / 4), id % 4 == 0 ? 0 : id % 4 == 2 ? 1 : 2);
        if (picture.parsed.temporal_layer == 2) {
            vp8_picture_rewriter_leave_out(&rewriter, A, &picture.parsed);
            vp8_picture_rewriter_leave_out(&rewriter, A, &picture.parsed);
            assert_int_equal(forward(&rewriter, A, &picture), -ENOENT);
        } else {
            assert_int_equal(forward(&rewriter, A, &picture), expected);
            assert_int_equal(rewritten.tl0_index, (uint8_t)(id / 4));
            expected = (expected + 1) & 0x7fff;
        }
    }
}

static void widens_seven_bits(void **state)
{
    (void)state;
    struct vp8_picture_rewriter rewriter;
    vp8_picture_rewriter_init(&rewriter, 126, 0);
    struct picture picture = picture_7(127);
    vp8_picture_rewriter_switch(&rewriter, A, &picture.parsed);
    for (unsigned i = 0; i < 1000; i++) {
        picture = picture_7((127 + i) & 0x7f);
        assert_int_equal(forward(&rewriter, A, &picture), 126 + i);
        assert_true(rewritten.wide_picture_id);
    }
    /* An encoder that begins anew with wide ids. */
    picture = picture_15(5000, 0, 0);
    assert_int_equal(forward(&rewriter, A, &picture), 1126);
    picture = picture_15(5001, 0, 0);
    assert_int_equal(forward(&rewriter, A, &picture), 1127);
}

static void leaves_payloads_without_picture_id_alone(void **state)
{
    (void)state;
    static const uint8_t payload[] = {0x80, 0x40, 0x09, 0x01};
    struct vp8_picture_rewriter rewriter;
    struct vp8_payload parsed;
    uint8_t bytes[VP8_DESCRIPTOR_SIZE_MAX];
    vp8_picture_rewriter_init(&rewriter, 1, 1);
    assert_int_equal(vp8_payload_parse(payload, sizeof(payload), &parsed), 0);
    vp8_picture_rewriter_switch(&rewriter, A, &parsed);
    vp8_picture_rewriter_leave_out(&rewriter, A, &parsed);
    assert_int_equal(vp8_picture_rewriter_forward(&rewriter, A, payload, &parsed, bytes), 3);
    assert_memory_equal(bytes, payload, 3);
    struct picture picture = picture_15(500, 7, 0);
    vp8_picture_rewriter_switch(&rewriter, B, &picture.parsed);
    assert_int_equal(forward(&rewriter, B, &picture), 1);
    assert_int_equal(rewritten.tl0_index, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_on_across_sources),
        cmocka_unit_test(leaves_frames_out_without_a_hole),
        cmocka_unit_test(widens_seven_bits),
        cmocka_unit_test(leaves_payloads_without_picture_id_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
