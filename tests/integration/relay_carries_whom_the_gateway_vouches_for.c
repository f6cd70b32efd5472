/* coturn with the configuration of deploy/turn, and credentials as the gateway mints them: a client
 * that has no other way reaches the gateway through it; one whose credentials are over, or not the
 * gateway's, does not; and it reaches nobody else. */
#include "signaling/session/turn_servers.h"
#include "tests/integration/native_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#define SECRET "north-wing-relay-secret"
#define LIFETIME_SECONDS 600

extern char **environ;

struct relay {
    pid_t process; /* 0: none */
    uint16_t port;
    char folder[64];
};

/* A port that was free a moment ago for UDP and TCP. */
static uint16_t free_port(void)
{
    struct transport_fixture fixture;
    transport_fixture_init(&fixture, "127.0.0.1");
    const uint16_t port = transport_host_port(fixture.host);
    transport_fixture_finish(&fixture);
    return port;
}

static char *in_folder(const struct relay *relay, const char *name)
{
    return g_build_filename(relay->folder, name, NULL);
}

/* The administrator's work: what is in capitals is replaced. */
static void write_configuration(const struct relay *relay, const char *gateway_address)
{
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(TURN_CONFIGURATION, &text, NULL, NULL));
    const struct {
        const char *word;
        const char *by;
    } words[] = {{"RELAY_ADDRESS", "127.0.0.1"},
                 {"RELAY_NAME", "relay.example"},
                 {"static-auth-secret=SECRET", "static-auth-secret=" SECRET},
                 {"GATEWAY_ADDRESS", gateway_address}};
    g_autoptr(GString) edited = g_string_new(text);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        assert_true(g_string_replace(edited, words[i].word, words[i].by, 0) > 0);
    }
    g_autofree char *path = in_folder(relay, "turnserver.conf");
    assert_true(g_file_set_contents(path, edited->str, -1, NULL));
}

/* Returns false where there is no coturn. */
static bool spawn_relay(struct relay *relay)
{
    g_autofree char *configuration = in_folder(relay, "turnserver.conf");
    g_autofree char *log = in_folder(relay, "turnserver.log");
    g_autofree char *pid = in_folder(relay, "turnserver.pid");
    g_autofree char *database = in_folder(relay, "turnserver.db");
    g_autofree char *port = g_strdup_printf("%u", relay->port);
    /* On one machine, without certificates. */
    const char *const arguments[] = {"turnserver",
                                     "-c",
                                     configuration,
                                     "-p",
                                     port,
                                     "--no-tls",
                                     "-l",
                                     log,
                                     "--pidfile",
                                     pid,
                                     "-b",
                                     database,
                                     "--allow-loopback-peers",
                                     NULL};
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    const int error = posix_spawnp(&relay->process, "turnserver", &quiet, NULL,
                                   (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&quiet);
    return error == 0;
}

/* It listens on TCP when it listens on UDP, too. */
static void wait_until_it_listens(const struct relay *relay)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(relay->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const uint64_t until_us = clock_now_us() + 20000000;
    int connected = -1;
    while (connected < 0 && clock_now_us() < until_us) {
        assert_int_equal(waitpid(relay->process, NULL, WNOHANG), 0);
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        connected = connect(fd, (const struct sockaddr *)&to, sizeof(to));
        close(fd);
        g_usleep(connected < 0 ? 20000 : 0);
    }
    assert_int_equal(connected, 0);
}

static void start_relay(struct relay *relay, const char *gateway_address)
{
    strcpy(relay->folder, "/tmp/bedside-relay-XXXXXX");
    assert_non_null(g_mkdtemp(relay->folder));
    relay->port = free_port();
    write_configuration(relay, gateway_address);
    if (!spawn_relay(relay)) {
        skip();
    }
    wait_until_it_listens(relay);
}

static void end_relay(struct relay *relay)
{
    static const char *const files[] = {"turnserver.conf", "turnserver.log", "turnserver.pid",
                                        "turnserver.db"};
    if (relay->process != 0) {
        kill(relay->process, SIGTERM);
        waitpid(relay->process, NULL, 0);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = in_folder(relay, files[i]);
        (void)g_unlink(path);
    }
    (void)g_rmdir(relay->folder);
    *relay = (struct relay){0};
}

static struct relay relay;

static int setup(void **state)
{
    (void)state;
    start_relay(&relay, "127.0.0.1");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    end_relay(&relay);
    return 0;
}

/* ---- the gateway's part ---- */

/* As the gateway would have minted them `ago_seconds` ago. */
static json_t *mint(const char *secret, int64_t ago_seconds)
{
    static const char *const uris[] = {"turn:relay.example"};
    g_autofree char *path = in_folder(&relay, "secret");
    assert_true(g_file_set_contents(path, secret, -1, NULL));
    const struct turn_servers_config config = {
        .uris = uris, .uri_count = 1, .secret_path = path, .lifetime_seconds = LIFETIME_SECONDS};
    AUTO(turn_servers) servers = NULL;
    assert_int_equal(turn_servers_create(&config, &servers), 0);
    assert_int_equal(g_unlink(path), 0);
    json_t *list = turn_servers_mint(servers, "p1", (int64_t)time(NULL) - ago_seconds);
    json_t *server = json_incref(json_array_get(list, 0));
    json_decref(list);
    return server;
}

static struct native_client_config relayed(const json_t *server, NiceRelayType type)
{
    return (struct native_client_config){
        .relay_only = true,
        .relay_type = type,
        .relay_port = relay.port,
        .relay_user = json_string_value(json_object_get(server, "username")),
        .relay_password = json_string_value(json_object_get(server, "credential"))};
}

static void connect_through(NiceRelayType type)
{
    static struct native_client client;
    json_t *server = mint(SECRET, 0);
    const struct native_client_config config = relayed(server, type);
    native_client_init(&client, &config);
    STEP_UNTIL(&client, client.has_gathered);
    assert_true(native_client_relayed_candidates(&client) > 0);
    native_client_open_transport(&client);
    native_client_give_answer(&client);
    STEP_UNTIL(&client, client.is_ready);
    assert_false(native_client_statistics(&client).over_tcp); /* the relay speaks UDP with us */
    native_client_finish(&client);
    json_decref(server);
}

static void test_a_client_without_another_way_gets_through(void **state)
{
    (void)state;
    connect_through(NICE_RELAY_TYPE_TURN_UDP);
}

static void test_also_when_its_network_lets_tcp_through_alone(void **state)
{
    (void)state;
    connect_through(NICE_RELAY_TYPE_TURN_TCP);
}

static void assert_refused(json_t *server)
{
    static struct native_client client;
    const struct native_client_config config = relayed(server, NICE_RELAY_TYPE_TURN_UDP);
    native_client_init(&client, &config);
    STEP_UNTIL(&client, client.has_gathered);
    assert_int_equal(native_client_relayed_candidates(&client), 0);
    native_client_finish(&client);
    json_decref(server);
}

static void test_credentials_that_are_over_are_refused(void **state)
{
    (void)state;
    assert_refused(mint(SECRET, LIFETIME_SECONDS + 60));
}

static void test_credentials_of_another_secret_are_refused(void **state)
{
    (void)state;
    assert_refused(mint("south-wing-relay-secret", 0));
}

static void test_it_reaches_nobody_but_the_gateway(void **state)
{
    (void)state;
    static struct native_client client;
    end_relay(&relay);
    start_relay(&relay, "192.0.2.1"); /* the gateway is somewhere else */
    json_t *server = mint(SECRET, 0);
    const struct native_client_config config = relayed(server, NICE_RELAY_TYPE_TURN_UDP);
    native_client_init(&client, &config);
    STEP_UNTIL(&client, client.has_gathered);
    assert_true(native_client_relayed_candidates(&client) > 0);
    native_client_open_transport(&client);
    native_client_give_answer(&client);
    STEP_UNTIL(&client, client.has_failed);
    assert_int_equal(native_client_statistics(&client).checks_answered, 0);
    native_client_finish(&client);
    json_decref(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_client_without_another_way_gets_through, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_also_when_its_network_lets_tcp_through_alone, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_credentials_that_are_over_are_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_credentials_of_another_secret_are_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_it_reaches_nobody_but_the_gateway, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
