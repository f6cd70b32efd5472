/* Clients that break the rules get an answer or a close code, and nobody else notices. */
#include "tests/fakes/fake_worker_pool.h"
#include "tests/integration/visit_people.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"
#include "signaling/server/http_server.h"
#include "signaling/session/signaling_session.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cmocka.h>

static struct signaling_rig rig;
static struct appointment visit;

static int start(void **state)
{
    (void)state;
    const struct rlimit files = {.rlim_cur = 4096, .rlim_max = 4096};
    (void)setrlimit(RLIMIT_NOFILE, &files);
    signaling_rig_start(&rig);
    appointment_make(&rig, "TEST-1", &visit);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    signaling_rig_stop(&rig);
    return 0;
}

static json_t *ping(void)
{
    return json_pack("{s:s}", "type", "ping");
}

/* After every bad one, the next good one is served. */
static void somebody_else_is_served(void)
{
    AUTO(visit_client) rao = appointment_join(&visit, RAO, NULL);
    assert_true(is_ok(rao, ping()));
}

/* ---- the upgrade ---- */

static void only_our_pages_may_open_a_socket(void **state)
{
    (void)state;
    char with_path[64];
    char suffixed[64];
    char prefixed[80];
    snprintf(with_path, sizeof(with_path), "%s/", rig.origin);
    snprintf(suffixed, sizeof(suffixed), "%s.evil.example", rig.origin);
    snprintf(prefixed, sizeof(prefixed), "https://evil.example#%s", rig.origin);
    const struct {
        const char *origin;
        const char *path;
        const char *protocol;
        int status;
    } cases[] = {
        {rig.origin, "/visit", "bedside.visit.v1", 101},
        {NULL, "/visit", "bedside.visit.v1", 403},
        {"", "/visit", "bedside.visit.v1", 403},
        {"null", "/visit", "bedside.visit.v1", 403},
        {"https://localhost", "/visit", "bedside.visit.v1", 403},
        {"http://localhost:1", "/visit", "bedside.visit.v1", 403},
        {"https://evil.example", "/visit", "bedside.visit.v1", 403},
        {with_path, "/visit", "bedside.visit.v1", 403},
        {suffixed, "/visit", "bedside.visit.v1", 403},
        {prefixed, "/visit", "bedside.visit.v1", 403},
        {rig.origin, "/other", "bedside.visit.v1", 404},
        {rig.origin, "/visit/", "bedside.visit.v1", 404},
        {rig.origin, "/visit", NULL, 404},
        {rig.origin, "/visit", "bedside.visit.v2", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct visit_client_address address = {.port = signaling_server_port(rig.server),
                                                     .origin = cases[i].origin,
                                                     .path = cases[i].path,
                                                     .protocol = cases[i].protocol};
        int status;
        AUTO(visit_client) client = visit_client_open(&address, &status);
        if (status != cases[i].status && !(cases[i].status == 0 && status >= 400)) {
            fail_msg("case %zu: %d", i, status);
        }
        assert_int_equal(client != NULL, cases[i].status == 101);
    }
    somebody_else_is_served();
}

static void old_tls_is_refused(void **state)
{
    (void)state;
    static const struct {
        int version;
        bool good;
    } cases[] = {{TLS1_VERSION, false},
                 {TLS1_1_VERSION, false},
                 {TLS1_2_VERSION, true},
                 {TLS1_3_VERSION, true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct visit_client_address address = {.port = signaling_server_port(rig.server),
                                                     .origin = rig.origin,
                                                     .path = "/visit",
                                                     .protocol = "bedside.visit.v1",
                                                     .tls_version_max = cases[i].version};
        AUTO(visit_client) client = visit_client_open(&address, NULL);
        assert_int_equal(client != NULL, cases[i].good);
    }
}

static int connect_from(const char *from)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET};
    inet_pton(AF_INET, from, &at.sin_addr);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    at.sin_port = htons(signaling_server_port(rig.server));
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    const struct timeval deadline = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    return fd;
}

/* A TLS connection that says whatever the test wants, until the gateway closes it. */
static void say(const char *text, char *ret_answer, size_t size)
{
    static const unsigned char protocols[] = "\x02h2\x08http/1.1";
    const int fd = connect_from("127.0.0.1");
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_alpn_protos(context, protocols, sizeof(protocols) - 1);
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    assert_int_equal(SSL_connect(ssl), 1);
    const unsigned char *chosen;
    unsigned chosen_size;
    SSL_get0_alpn_selected(ssl, &chosen, &chosen_size);
    assert_int_equal(chosen_size, 8); /* HTTP/1.1, though h2 was preferred */
    assert_true(SSL_write(ssl, text, (int)strlen(text)) > 0);
    size_t total = 0;
    int got;
    while (total + 1 < size &&
           (got = SSL_read(ssl, ret_answer + total, (int)(size - 1 - total))) > 0) {
        total += (size_t)got;
    }
    ret_answer[total] = 0;
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(fd);
}

static void other_protocols_are_not_spoken(void **state)
{
    (void)state;
    static const char *const requests[] = {
        /* 4.1.6 would go over to HTTP/2 here, whatever ALPN said. */
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "
        "h2c\r\n"
        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: nonsense\r\n\r\n",
        "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "garbage\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        char answer[4096];
        say(requests[i], answer, sizeof(answer));
        assert_null(strstr(answer, " 101 "));
        assert_null(strstr(answer, " 200 "));
        somebody_else_is_served();
    }
}

static void request_bodies_have_one_length(void **state)
{
    (void)state;
    static const struct {
        const char *headers;
        const char *status;
    } cases[] = {
        {"Transfer-Encoding: chunked\r\n", " 411 "},
        {"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", " 411 "},
        {"", " 411 "},
        {"Content-Length: nine\r\n", " 400 "},
        {"Content-Length: -1\r\n", " 400 "},
        {"Content-Length: 65537\r\n", " 413 "},
        {"Content-Length: 99999999999999999999\r\n", " 413 "},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char request[512];
        char answer[4096];
        snprintf(request, sizeof(request),
                 "POST /api/v1/arrivals HTTP/1.1\r\nHost: localhost\r\nOrigin: %s\r\n"
                 "Content-Type: application/json\r\n%s\r\n",
                 rig.origin, cases[i].headers);
        say(request, answer, sizeof(answer));
        if (!strstr(answer, cases[i].status)) {
            fail_msg("case %zu: %.60s", i, answer);
        }
        assert_non_null(strstr(answer, "Connection: close"));
    }
    somebody_else_is_served();
}

/* ---- frames ---- */

static void frames_over_a_limit_are_closed_with_its_code(void **state)
{
    (void)state;
    char *big = allocate_zeroed(1, WEBSOCKET_MESSAGE_SIZE_MAX + 2);
    memset(big, ' ', WEBSOCKET_MESSAGE_SIZE_MAX + 1);

    AUTO(visit_client) too_big = appointment_connect(&visit);
    visit_client_send_frame(too_big, 1, true, big, WEBSOCKET_MESSAGE_SIZE_MAX + 1);
    assert_int_equal(visit_client_wait_closed(too_big), WEBSOCKET_CLOSE_TOO_BIG);

    AUTO(visit_client) as_big_as_may_be = appointment_connect(&visit);
    visit_client_send_frame(as_big_as_may_be, 1, true, big, WEBSOCKET_MESSAGE_SIZE_MAX);
    json_t *error = visit_client_wait(as_big_as_may_be, "error");
    assert_string_equal(text_in(error, "code"), "bad_message");
    json_decref(error);

    AUTO(visit_client) too_big_in_pieces = appointment_connect(&visit);
    for (int i = 0; i < 9; i++) {
        visit_client_send_frame(too_big_in_pieces, i == 0 ? 1 : 0, false, big, 8192);
    }
    assert_int_equal(visit_client_wait_closed(too_big_in_pieces), WEBSOCKET_CLOSE_TOO_BIG);

    AUTO(visit_client) too_many_pieces = appointment_connect(&visit);
    for (int i = 0; i <= WEBSOCKET_FRAGMENTS_MAX; i++) {
        visit_client_send_frame(too_many_pieces, i == 0 ? 1 : 0, false, " ", 1);
    }
    assert_int_equal(visit_client_wait_closed(too_many_pieces), WEBSOCKET_CLOSE_POLICY);

    AUTO(visit_client) binary = appointment_connect(&visit);
    visit_client_send_frame(binary, 2, true, "{}", 2);
    assert_int_equal(visit_client_wait_closed(binary), WEBSOCKET_CLOSE_UNSUPPORTED);

    AUTO(visit_client) in_pieces = appointment_connect(&visit);
    visit_client_send_frame(in_pieces, 1, false, "{\"type\":\"pi", 11);
    visit_client_send_frame(in_pieces, 9, true, "ping", 4);
    visit_client_send_frame(in_pieces, 0, true, "ng\",\"id\":77}", 12);
    json_decref(visit_client_wait(in_pieces, "ok"));
    free(big);
    somebody_else_is_served();
}

/* Frames that RFC 6455 forbids: each ends its own connection. */
static void unlawful_frames_end_their_own_connection(void **state)
{
    (void)state;
    static const struct {
        unsigned opcode;
        bool final;
        size_t size;
    } frames[] = {
        {3, true, 4},  {0x0b, true, 4}, {0, true, 4},    {9, true, 126},
        {9, false, 4}, {8, true, 1},    {0x41, true, 4},
    };
    const char bytes[128] = "{\"x";
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        AUTO(visit_client) client = appointment_connect(&visit);
        visit_client_send_frame(client, frames[i].opcode, frames[i].final, bytes, frames[i].size);
        (void)visit_client_wait_closed(client);
        somebody_else_is_served();
    }
}

/* ---- messages ---- */

static void twenty_bad_messages_are_enough(void **state)
{
    (void)state;
    AUTO(visit_client) client = appointment_connect(&visit);
    for (int i = 0; i < SIGNALING_BAD_MESSAGES_MAX; i++) {
        assert_true(
            visit_client_send_text(client, "{\"type\":\"chat\",\"type\":\"end\",\"id\":1}"));
        json_t *error = visit_client_wait(client, "error");
        assert_string_equal(text_in(error, "code"), "bad_message");
        json_decref(error);
    }
    assert_int_equal(visit_client_wait_closed(client), WEBSOCKET_CLOSE_POLICY);
    somebody_else_is_served();
}

static void a_flood_is_slowed_and_nobody_else_waits(void **state)
{
    (void)state;
    AUTO(visit_client) flood = appointment_connect(&visit);
    AUTO(visit_client) rao = appointment_join(&visit, RAO, NULL);
    for (int i = 0; i < 1000; i++) {
        char text[64];
        snprintf(text, sizeof(text), "{\"type\":\"ping\",\"id\":%d}", i);
        assert_true(visit_client_send_text(flood, text));
    }
    assert_true(is_ok(rao, ping()));
    for (int i = 0; i < SIGNALING_REQUESTS_BURST; i++) {
        json_decref(visit_client_wait(flood, "ok")); /* the burst is served */
    }
    json_t *error = visit_client_wait(flood, "error");
    assert_string_equal(text_in(error, "code"), "too_fast");
    assert_true(json_is_integer(json_object_get(error, "reply_to")));
    json_decref(error);
}

static void guesses_at_tokens_are_refused_alike(void **state)
{
    (void)state;
    static const char *const tokens[] = {
        "x", "' OR 1=1 --", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "\xf0\x9f\x98\x80"};
    AUTO(visit_client) client = appointment_connect(&visit);
    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        json_t *reply = visit_client_request(
            client, json_pack("{s:s, s:s}", "type", "join", "token", tokens[i]));
        assert_true(is_error(reply, "bad_token"));
        json_decref(reply);
    }
    json_t *reply =
        visit_client_request(client, json_pack("{s:s, s:s}", "type", "chat", "text", "x"));
    assert_true(is_error(reply, "not_joined"));
    json_decref(reply);
}

/* A proxy keeps its connections and sends many people's requests over one: each counts for the
 * address that it names, and what a client wrote into the header before the proxy is not believed.
 */
static void guesses_behind_a_proxy_count_for_who_makes_them(void **state)
{
    (void)state;
    static const char *const others[] = {"X-Forwarded-For: 203.0.113.2",
                                         "X-Forwarded-For: 203.0.113.1, 203.0.113.3"};
    AUTO(browser) proxy = browser_create(&rig);
    struct answer answer = {0};
    struct request guess = {.path = "/api/v1/join-links/look",
                            .body = "{\"secret\":\"guess\"}",
                            .header = "X-Forwarded-For: 203.0.113.1",
                            .from = RIG_PROXY_ADDRESS};
    for (unsigned i = 0; i < 2000 && answer.status != 429; i++) {
        browser_ask(proxy, &guess, &answer);
    }
    assert_int_equal(answer.status, 429);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        guess.header = others[i];
        browser_ask(proxy, &guess, &answer);
        assert_int_equal(answer.status, 404);
    }
    answer_clear(&answer);
}

static void bad_offers_say_why(void **state)
{
    (void)state;
    AUTO(visit_client) rao = appointment_join(&visit, RAO, NULL);
    static const char *const offers[] = {"garbage", "v=0",
                                         "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"};
    for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
        json_t *reply =
            visit_client_request(rao, json_pack("{s:s, s:s}", "type", "offer", "sdp", offers[i]));
        assert_true(is_error(reply, "bad_offer"));
        assert_true(text_in(reply, "where")[0] != 0);
        json_decref(reply);
    }
    json_t *answer = visit_client_request(rao, offer_message("firefox_admitted", 3));
    assert_string_equal(text_in(answer, "type"), "answer");
    json_decref(answer);
}

/* ---- many, and slow ones ---- */

#define SLOW_SOCKETS 400

static void slow_sockets_do_not_lock_the_door(void **state)
{
    (void)state;
    static int fds[SLOW_SOCKETS];
    /* Half of them from the address of the honest one: they fill what one address may hold. */
    for (int i = 0; i < SLOW_SOCKETS; i++) {
        fds[i] = connect_from(i % 2 == 0 ? "127.0.0.1" : "127.0.0.2");
        assert_int_equal(send(fds[i], "\x16\x03\x01", 3, MSG_NOSIGNAL),
                         3); /* the beginning of a ClientHello */
    }
    for (int i = 0; i < 3; i++) {
        somebody_else_is_served();
    }
    for (int i = 0; i < SLOW_SOCKETS; i++) {
        close(fds[i]);
    }
    somebody_else_is_served();
}

static void sockets_that_never_join_are_closed(void **state)
{
    (void)state;
    AUTO(visit_client) client = appointment_connect(&visit);
    assert_int_equal(visit_client_wait_closed(client), WEBSOCKET_CLOSE_POLICY);
}

/* Someone who asks and never reads: the answers that wait are bounded, then it is closed. */
static void a_reader_that_does_not_read_is_closed(void **state)
{
    (void)state;
    AUTO(visit_client) deaf = appointment_connect(&visit);
    /* Every refusal is an answer of about 130 bytes; the kernel's buffers take some megabytes of
     * them. */
    bool open = true;
    const uint64_t deadline_us = clock_now_us() + 60ull * 1000000;
    while (open && clock_now_us() < deadline_us) {
        open = visit_client_send_text(deaf, "{\"type\":\"ping\",\"id\":1}");
    }
    assert_false(open);
    somebody_else_is_served();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_pages_may_open_a_socket),
        cmocka_unit_test(old_tls_is_refused),
        cmocka_unit_test(other_protocols_are_not_spoken),
        cmocka_unit_test(request_bodies_have_one_length),
        cmocka_unit_test(frames_over_a_limit_are_closed_with_its_code),
        cmocka_unit_test(unlawful_frames_end_their_own_connection),
        cmocka_unit_test(twenty_bad_messages_are_enough),
        cmocka_unit_test(a_flood_is_slowed_and_nobody_else_waits),
        cmocka_unit_test(guesses_at_tokens_are_refused_alike),
        cmocka_unit_test(guesses_behind_a_proxy_count_for_who_makes_them),
        cmocka_unit_test(bad_offers_say_why),
        cmocka_unit_test(slow_sockets_do_not_lock_the_door),
        cmocka_unit_test(sockets_that_never_join_are_closed),
        cmocka_unit_test(a_reader_that_does_not_read_is_closed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
