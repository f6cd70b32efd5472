#include "signaling/protocol/sdp_answer.h"

#include "gateway/base/cleanup.h"

#include <glib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const addresses[] = {"203.0.113.10", "2001:db8::10"};

/* The candidate lines of an answer with one line: owned, g_strfreev(). */
static char **candidates_of(bool tcp)
{
    const struct sdp_offer_line offered = {
        .media = "audio", .proto = "UDP/TLS/RTP/SAVPF", .mid = "0"};
    struct sdp_answer answer = {.fingerprint = "00",
                                .addresses = addresses,
                                .address_count = 2,
                                .port = 7001,
                                .tcp = tcp,
                                .cname = "c",
                                .lines = {{.offered = &offered, .direction = SDP_INACTIVE}},
                                .line_count = 1};
    g_autofree char *text = sdp_answer_write(&answer);
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (size_t i = 0; lines[i]; i++) {
        if (g_str_has_prefix(lines[i], "a=candidate:")) {
            g_strv_builder_add(builder, lines[i]);
        }
    }
    assert_non_null(strstr(text, "a=end-of-candidates\r\n"));
    return g_strv_builder_end(builder);
}

static void assert_lines(char **lines, const char *const *expected, size_t count)
{
    assert_int_equal(g_strv_length(lines), count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(lines[i], expected[i]);
    }
}

static void without_tcp_there_are_datagrams_alone(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "a=candidate:1 1 udp 2130706431 203.0.113.10 7001 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::10 7001 typ host",
    };
    g_auto(GStrv) lines = candidates_of(false);
    assert_lines(lines, expected, ARRAY_LENGTH(expected));
}

/* Below every UDP candidate, even of the last address (RFC 6544, 4.2). */
static void with_tcp_each_address_is_passive_too(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "a=candidate:1 1 udp 2130706431 203.0.113.10 7001 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::10 7001 typ host",
        "a=candidate:3 1 tcp 1520435199 203.0.113.10 7001 typ host tcptype passive",
        "a=candidate:4 1 tcp 1520434943 2001:db8::10 7001 typ host tcptype passive",
    };
    g_auto(GStrv) lines = candidates_of(true);
    assert_lines(lines, expected, ARRAY_LENGTH(expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_tcp_there_are_datagrams_alone),
        cmocka_unit_test(with_tcp_each_address_is_passive_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
