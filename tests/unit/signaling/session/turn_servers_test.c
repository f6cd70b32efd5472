#include "signaling/session/turn_servers.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const uris[] = {"turn:relay.example", "turns:relay.example:443?transport=tcp"};

/* A file that is gone after the test. */
struct secret_file {
    char path[64];
};

static struct secret_file make_file(const char *text)
{
    struct secret_file file = {"/tmp/bedside-turn-XXXXXX"};
    const int fd = g_mkstemp(file.path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return file;
}

static int create(const char *text, struct turn_servers **ret_servers)
{
    const struct secret_file file = make_file(text);
    const struct turn_servers_config config = {
        .uris = uris, .uri_count = 2, .secret_path = file.path, .lifetime_seconds = 3600};
    const int result = turn_servers_create(&config, ret_servers);
    assert_int_equal(g_unlink(file.path), 0);
    return result;
}

/* The password was made with `openssl dgst -sha1 -hmac`. */
static void credentials_are_those_that_coturn_expects(void **state)
{
    (void)state;
    AUTO(turn_servers) servers = NULL;
    assert_int_equal(create("north-wing-relay-secret\n", &servers), 0);
    json_t *list = turn_servers_mint(servers, "p123", 1790000000);
    assert_int_equal(json_array_size(list), 1);
    const json_t *server = json_array_get(list, 0);
    assert_string_equal(json_string_value(json_object_get(server, "username")), "1790003600:p123");
    assert_string_equal(json_string_value(json_object_get(server, "credential")),
                        "PgDs1NRklGuzfPFYX/RK49MnyQU=");
    const json_t *urls = json_object_get(server, "urls");
    assert_int_equal(json_array_size(urls), 2);
    assert_string_equal(json_string_value(json_array_get(urls, 1)), uris[1]);
    json_decref(list);
}

static void each_has_credentials_of_their_own(void **state)
{
    (void)state;
    AUTO(turn_servers) servers = NULL;
    assert_int_equal(create("north-wing-relay-secret", &servers), 0);
    json_t *one = turn_servers_mint(servers, "p1", 1790000000);
    json_t *other = turn_servers_mint(servers, "p2", 1790000000);
    json_t *later = turn_servers_mint(servers, "p1", 1790000001);
    assert_false(json_equal(one, other));
    assert_false(json_equal(one, later));
    json_decref(one);
    json_decref(other);
    json_decref(later);
}

static void without_servers_the_list_is_empty(void **state)
{
    (void)state;
    json_t *list = turn_servers_mint(NULL, "p123", 1790000000);
    assert_true(json_is_array(list));
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
}

static void a_secret_is_one_long_word(void **state)
{
    (void)state;
    g_autofree char *longest = g_strnfill(TURN_SECRET_LENGTH_MAX, 'x');
    g_autofree char *too_long = g_strnfill(TURN_SECRET_LENGTH_MAX + 1, 'x');
    g_autofree char *huge = g_strnfill(100000, 'x');
    const struct {
        const char *text;
        int result;
    } rows[] = {
        {"sixteen-letters!", 0},
        {"sixteen-letters!\r\n", 0},
        {longest, 0},
        {"", -EBADMSG},
        {"fifteen-letters", -EBADMSG},
        {"sixteen letters!", -EBADMSG},
        {"sixteen-letters!\nsixteen-letters!\n", -EBADMSG},
        {"sixteen-letters\x80!", -EBADMSG},
        {too_long, -EBADMSG},
        {huge, -EBADMSG},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        AUTO(turn_servers) servers = NULL;
        assert_int_equal(create(rows[i].text, &servers), rows[i].result);
    }
    const struct turn_servers_config nowhere = {
        .uris = uris, .uri_count = 1, .secret_path = "/nonexistent/secret"};
    AUTO(turn_servers) servers = NULL;
    assert_int_equal(turn_servers_create(&nowhere, &servers), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials_are_those_that_coturn_expects),
        cmocka_unit_test(each_has_credentials_of_their_own),
        cmocka_unit_test(without_servers_the_list_is_empty),
        cmocka_unit_test(a_secret_is_one_long_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
