/* Whom the fetcher asks, and whom never. What is said over TLS is asked in tests/browser. */
#include "gateway/hooks/http_fetcher.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct http_fetch *fetch_with(const struct http_fetcher_config *config, const char *url)
{
    AUTO(mailbox) answers = mailbox_create();
    AUTO(http_fetcher) fetcher = NULL;
    assert_int_equal(http_fetcher_create(config, &fetcher), 0);
    struct http_fetch *fetch = http_fetch_create(url, 1000);
    fetch->reply = answers;
    http_fetcher_ops.start(fetcher, fetch);
    struct pollfd wait = {.fd = mailbox_fd(answers), .events = POLLIN};
    struct mailbox_message *message = NULL;
    while (!(message = mailbox_take(answers))) {
        poll(&wait, 1, -1);
    }
    assert_ptr_equal(message, fetch);
    return fetch;
}

static void this_machine_is_never_asked(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "https://127.0.0.1:1/",         "https://127.8.9.10/", "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",  "https://0.0.0.0/",    "https://[::]/",
        "https://169.254.169.254/meta", "https://localhost/",
    };
    const struct http_fetcher_config config = {.timeout_ms = 5000};
    for (size_t i = 0; i < ARRAY_LENGTH(urls); i++) {
        AUTO(http_fetch) fetch = fetch_with(&config, urls[i]);
        if (fetch->result != -EACCES || fetch->status != 0) {
            fail_msg("%s: %d", urls[i], fetch->result);
        }
    }
}

static void nothing_but_https_is_spoken(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://127.0.0.1/", "file:///etc/passwd",
                                       "gopher://127.0.0.1/", "ftp://127.0.0.1/", "no address"};
    const struct http_fetcher_config config = {.allow_loopback = true, .timeout_ms = 5000};
    for (size_t i = 0; i < ARRAY_LENGTH(urls); i++) {
        AUTO(http_fetch) fetch = fetch_with(&config, urls[i]);
        if (fetch->result >= 0) {
            fail_msg("%s", urls[i]);
        }
    }
}

static void nobody_there_is_said(void **state)
{
    (void)state;
    const struct http_fetcher_config config = {.allow_loopback = true, .timeout_ms = 5000};
    AUTO(http_fetch) fetch = fetch_with(&config, "https://127.0.0.1:1/");
    assert_int_equal(fetch->result, -ECONNREFUSED);
    assert_non_null(fetch->body);
}

/* More than there is room for, and the end while they are under way: each is answered. */
static void every_question_is_answered(void **state)
{
    (void)state;
    enum { COUNT = HTTP_FETCHER_TRANSFERS_MAX * 2 };
    AUTO(mailbox) answers = mailbox_create();
    struct http_fetcher *fetcher = NULL;
    const struct http_fetcher_config config = {.allow_loopback = true, .timeout_ms = 60000};
    assert_int_equal(http_fetcher_create(&config, &fetcher), 0);
    for (int i = 0; i < COUNT; i++) {
        struct http_fetch *fetch = http_fetch_create("https://127.0.0.1:1/", 1000);
        fetch->reply = answers;
        fetch->form = strdup("a=b");
        http_fetcher_ops.start(fetcher, fetch);
    }
    http_fetcher_destroy(fetcher);
    int count = 0;
    struct mailbox_message *message;
    while ((message = mailbox_take(answers))) {
        AUTO(http_fetch) fetch = CONTAINER_OF(message, struct http_fetch, message);
        assert_true(fetch->result < 0);
        count++;
    }
    assert_int_equal(count, COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(this_machine_is_never_asked),
        cmocka_unit_test(nothing_but_https_is_spoken),
        cmocka_unit_test(nobody_there_is_said),
        cmocka_unit_test(every_question_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
