#include "media/congestion/arrival_log.h"

#include "media/rtp/rtcp_transport_cc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What the feedback says, as text: "base:" and a character for each packet, 1 or 0, for each RTCP
 * packet. */
static const char *tell(struct arrival_log *log)
{
    static char text[4096];
    uint8_t buffer[8192];
    struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
    while (arrival_log_write_feedback(log, &writer, 1, 2) > 0) {
    }
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    char *end = text;
    *end = 0;
    rtcp_walk_begin(&walk, buffer, writer.size);
    while (rtcp_walk_next(&walk, &packet) > 0) {
        static struct transport_cc_status statuses[2048];
        struct transport_cc_feedback feedback;
        const int count = rtcp_transport_cc_read(&packet, &feedback, statuses, 2048);
        assert_true(count > 0);
        end += sprintf(end, "%s%u:", end == text ? "" : " ", feedback.base_sequence);
        for (int i = 0; i < count; i++) {
            *end++ = statuses[i].received ? '1' : '0';
        }
        *end = 0;
    }
    return text;
}

static void tells_each_arrival_once(void **state)
{
    (void)state;
    AUTO(arrival_log) log = arrival_log_create(64);
    assert_string_equal(tell(log), "");
    assert_int_equal(arrival_log_record(log, 65534, 1000), 0);
    assert_int_equal(arrival_log_record(log, 65535, 2000), 0);
    assert_int_equal(arrival_log_record(log, 65535, 2500), -EALREADY);
    assert_int_equal(arrival_log_record(log, 2, 3000), 0);
    assert_string_equal(tell(log), "65534:11001");
    assert_string_equal(tell(log), "");
    assert_int_equal(arrival_log_record(log, 3, 4000), 0);
    assert_string_equal(tell(log), "3:1");
}

static void takes_back_a_loss_when_the_packet_comes_late(void **state)
{
    (void)state;
    AUTO(arrival_log) log = arrival_log_create(64);
    arrival_log_record(log, 10, 1000);
    arrival_log_record(log, 13, 2000);
    assert_string_equal(tell(log), "10:1001");
    arrival_log_record(log, 11, 3000);
    arrival_log_record(log, 14, 4000);
    assert_string_equal(tell(log), "11:1011");
    /* before the very first one */
    arrival_log_record(log, 9, 5000);
    assert_string_equal(tell(log), "9:111011");
    assert_int_equal(arrival_log_record(log, (uint16_t)(14 - 64), 6000), -ESTALE);
    assert_string_equal(tell(log), "");
}

static void forgets_what_does_not_fit(void **state)
{
    (void)state;
    AUTO(arrival_log) log = arrival_log_create(64);
    arrival_log_record(log, 1, 1000);
    arrival_log_record(log, 2, 2000);
    arrival_log_record(log, 66, 3000); /* 64 on from 2, which falls out */
    const char *told = tell(log);
    assert_memory_equal(told, "3:000", 5);
    assert_int_equal(strlen(told), 2 + 64);
    assert_string_equal(told + strlen(told) - 2, "01");
    arrival_log_record(log, 30000, 4000);
    arrival_log_record(log, 30001, 5000);
    told = tell(log);
    assert_memory_equal(told, "29938:0000", 10);
    assert_string_equal(told + strlen(told) - 3, "011");
}

static void tells_the_end_of_a_long_row_of_losses(void **state)
{
    (void)state;
    AUTO(arrival_log) log = arrival_log_create(1024);
    arrival_log_record(log, 0, 1000);
    assert_string_equal(tell(log), "0:1");
    arrival_log_record(log, 1000, 2000);
    const char *told = tell(log);
    assert_memory_equal(told, "744:000", 7);
    assert_int_equal(strlen(told), 4 + 257);
}

static void goes_on_in_the_next_packet(void **state)
{
    (void)state;
    AUTO(arrival_log) log = arrival_log_create(1024);
    for (uint16_t i = 0; i < 800; i++) {
        arrival_log_record(log, i, 1000000 + i * 1000u);
    }
    /* nothing fits: nothing is lost */
    uint8_t buffer[16];
    struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
    assert_int_equal(arrival_log_write_feedback(log, &writer, 1, 2), -ENOBUFS);
    const char *told = tell(log);
    assert_memory_equal(told, "0:111", 5);
    assert_non_null(strstr(told, " 512:111"));
    assert_int_equal(strlen(told), 2 + 512 + 5 + 288);
    assert_string_equal(tell(log), "");
}

static void numbers_its_feedback(void **state)
{
    (void)state;
    AUTO(arrival_log) log = arrival_log_create(64);
    for (unsigned i = 0; i < 300; i++) {
        uint8_t buffer[64];
        struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
        arrival_log_record(log, (uint16_t)i, 1000 + i);
        assert_int_equal(arrival_log_write_feedback(log, &writer, 1, 2), 1);
        assert_int_equal(buffer[19], i & 0xff);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_each_arrival_once),
        cmocka_unit_test(takes_back_a_loss_when_the_packet_comes_late),
        cmocka_unit_test(forgets_what_does_not_fit),
        cmocka_unit_test(tells_the_end_of_a_long_row_of_losses),
        cmocka_unit_test(goes_on_in_the_next_packet),
        cmocka_unit_test(numbers_its_feedback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
