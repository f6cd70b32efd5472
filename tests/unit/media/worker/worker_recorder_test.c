#include "media/worker/worker_recorder.h"

#include "gateway/base/loop.h"
#include "media/recorder_protocol.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

struct scene {
    struct loop *loop;
    struct worker_recorder *recorder;
    int far_end;
    unsigned messages;
    unsigned closed;
};

static void on_message(void *context, const uint8_t *datagram, size_t size, uint64_t now_us)
{
    struct scene *s = context;
    (void)now_us;
    assert_int_equal(size, 4);
    assert_memory_equal(datagram, "wish", 4);
    s->messages++;
    loop_stop(s->loop);
}

static void on_closed(void *context, uint64_t now_us)
{
    struct scene *s = context;
    (void)now_us;
    s->closed++;
    s->recorder = worker_recorder_destroy(s->recorder); /* allowed here */
    loop_stop(s->loop);
}

static int set_up(void **state)
{
    static const struct worker_recorder_ops ops = {.on_message = on_message,
                                                   .on_closed = on_closed};
    struct scene *s = calloc(1, sizeof(*s));
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    s->loop = loop_create("test");
    s->recorder = worker_recorder_create(s->loop, fds[0], &ops, s);
    s->far_end = fds[1];
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    s->recorder = worker_recorder_destroy(s->recorder);
    s->loop = loop_destroy(s->loop);
    if (s->far_end >= 0) {
        close(s->far_end);
    }
    free(s);
    return 0;
}

static int send_text(struct scene *s, const char *head, const char *tail)
{
    const struct sink sink = worker_recorder_sink(s->recorder);
    const struct packet_part parts[] = {{(const uint8_t *)head, strlen(head)},
                                        {(const uint8_t *)tail, strlen(tail)}};
    return sink_send(&sink, SINK_RECORDER, parts, ARRAY_LENGTH(parts));
}

static void test_parts_go_as_one_datagram(void **state)
{
    struct scene *s = *state;
    char bytes[64] = {0};
    assert_int_equal(send_text(s, "head ", "tail"), 0);
    assert_int_equal(send_text(s, "next", ""), 0);
    assert_int_equal(recv(s->far_end, bytes, sizeof(bytes), 0), 9);
    assert_memory_equal(bytes, "head tail", 9);
    assert_int_equal(recv(s->far_end, bytes, sizeof(bytes), 0), 4);
}

static void test_a_full_socket_drops_and_recovers(void **state)
{
    struct scene *s = *state;
    char bytes[64];
    int sent = 0;
    int r = 0;
    while ((r = send_text(s, "packet", "")) == 0) {
        sent++;
    }
    assert_int_equal(r, -EAGAIN);
    while (recv(s->far_end, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
        sent--;
    }
    assert_int_equal(sent, 0);
    assert_int_equal(send_text(s, "packet", ""), 0);
}

static void test_a_closed_end_is_an_error_and_no_signal(void **state)
{
    struct scene *s = *state;
    close(s->far_end);
    s->far_end = -1;
    assert_int_equal(send_text(s, "packet", ""), -EPIPE);
    loop_run(s->loop);
    assert_int_equal(s->closed, 1);
}

static void test_what_the_recorder_says_is_handed_on(void **state)
{
    struct scene *s = *state;
    assert_int_equal(send(s->far_end, "wish", 4, 0), 4);
    loop_run(s->loop);
    assert_int_equal(s->messages, 1);
}

int main(void)
{
#define RECORDER_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        RECORDER_TEST(test_parts_go_as_one_datagram),
        RECORDER_TEST(test_a_full_socket_drops_and_recovers),
        RECORDER_TEST(test_a_closed_end_is_an_error_and_no_signal),
        RECORDER_TEST(test_what_the_recorder_says_is_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
