#include "signaling/session/network_tests.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/random.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/peer_negotiation.h"
#include "signaling/session/turn_servers.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <string.h>

LOG_TOPIC("network-test");

#define SECOND_US UINT64_C(1000000)
/* So many are free after it has all of its own. */
#define PLACES_LEFT (2 * NETWORK_TEST_CONNECTIONS_MAX)
#define PAUSE_US (NETWORK_TEST_PAUSE_SECONDS * SECOND_US)

struct test_connection {
    uint64_t endpoint_id;
    struct peer_negotiation *negotiation; /* owned */
    bool measured;
    bool connected; /* now or before */
    bool failed;
    enum endpoint_path path;
    uint32_t best_up_bps; /* of a second */
    struct worker_endpoint_report report;
};

struct network_test {
    char id[RANDOM_TOKEN_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    uint64_t room_id;
    uint64_t card_id;
    uint64_t ends_us;
    struct test_connection connections[NETWORK_TEST_CONNECTIONS_MAX];
    size_t connection_count;
};

struct network_tests {
    struct network_tests_config config;
    struct network_test *running[NETWORK_TESTS_MAX]; /* owned; NULL: free */
    GHashTable *paid_until; /* participant id -> uint64_t: when what it began is forgotten */
    struct network_tests_counts counts;
};

/* ---- life ---- */

struct network_tests *network_tests_create(const struct network_tests_config *config)
{
    struct network_tests *tests = g_new0(struct network_tests, 1);
    tests->config = *config;
    tests->paid_until = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return tests;
}

static void finish(struct network_tests *tests, size_t place)
{
    struct network_test *test = tests->running[place];
    for (size_t i = 0; i < test->connection_count; i++) {
        worker_pool_close_endpoint(tests->config.workers, test->connections[i].endpoint_id);
        peer_negotiation_destroy(test->connections[i].negotiation);
    }
    worker_pool_close_room(tests->config.workers, test->room_id);
    log_info("ended", "participant=%s connections=%zu", test->participant_id,
             test->connection_count);
    g_free(test);
    tests->running[place] = NULL;
    tests->counts.running--;
}

struct network_tests *network_tests_destroy(struct network_tests *tests)
{
    if (!tests) {
        return NULL;
    }
    for (size_t i = 0; i < NETWORK_TESTS_MAX; i++) {
        if (tests->running[i]) {
            finish(tests, i);
        }
    }
    g_hash_table_destroy(tests->paid_until);
    g_free(tests);
    return NULL;
}

static gboolean is_forgotten(gpointer participant_id, gpointer paid_until, gpointer now_us)
{
    (void)participant_id;
    return *(const uint64_t *)paid_until <= *(const uint64_t *)now_us;
}

void network_tests_on_tick(struct network_tests *tests, uint64_t now_us)
{
    for (size_t i = 0; i < NETWORK_TESTS_MAX; i++) {
        if (tests->running[i] && now_us >= tests->running[i]->ends_us) {
            finish(tests, i);
        }
    }
    g_hash_table_foreach_remove(tests->paid_until, is_forgotten, &now_us);
}

void network_tests_count(const struct network_tests *tests, struct network_tests_counts *ret_counts)
{
    *ret_counts = tests->counts;
}

/* ---- beginning ---- */

static bool belongs_to(const struct network_test *test, const char *participant_id)
{
    return test && strcmp(test->participant_id, participant_id) == 0;
}

static void finish_of(struct network_tests *tests, const char *participant_id)
{
    for (size_t i = 0; i < NETWORK_TESTS_MAX; i++) {
        if (belongs_to(tests->running[i], participant_id)) {
            finish(tests, i);
        }
    }
}

/* Returns NETWORK_TESTS_MAX when there is none, or workers are busy. */
static size_t free_place(const struct network_tests *tests)
{
    size_t place = 0;
    if (!worker_pool_takes_person(tests->config.workers, 0,
                                  NETWORK_TEST_CONNECTIONS_MAX + PLACES_LEFT)) {
        return NETWORK_TESTS_MAX;
    }
    while (place < NETWORK_TESTS_MAX && tests->running[place]) {
        place++;
    }
    return place;
}

/* Each one is paid for with a pause; so many pauses may be owed. */
static bool pay(struct network_tests *tests, const char *participant_id, uint64_t now_us)
{
    uint64_t *until_us = g_hash_table_lookup(tests->paid_until, participant_id);
    if (!until_us) {
        until_us = g_new0(uint64_t, 1);
        g_hash_table_insert(tests->paid_until, g_strdup(participant_id), until_us);
    }
    const uint64_t from_us = MAX(*until_us, now_us);
    if (from_us + PAUSE_US > now_us + NETWORK_TESTS_IN_A_ROW * PAUSE_US) {
        return false;
    }
    *until_us = from_us + PAUSE_US;
    return true;
}

static struct network_test *open_test(struct network_tests *tests, const char *participant_id,
                                      uint64_t now_us)
{
    struct network_test *test = g_new0(struct network_test, 1);
    random_token(test->id);
    g_strlcpy(test->participant_id, participant_id, sizeof(test->participant_id));
    test->room_id = tests->config.next_id(tests->config.context);
    test->card_id = tests->config.next_id(tests->config.context);
    test->ends_us = now_us + NETWORK_TEST_SECONDS * SECOND_US;
    worker_pool_open_room(tests->config.workers, test->room_id);
    worker_pool_show_test_card(tests->config.workers, test->room_id, test->card_id);
    return test;
}

int network_tests_begin(struct network_tests *tests, const char *participant_id, uint64_t now_us,
                        json_t **ret_description)
{
    finish_of(tests, participant_id);
    const size_t place = free_place(tests);
    if (place == NETWORK_TESTS_MAX) {
        tests->counts.refused++;
        return -EBUSY;
    }
    if (!pay(tests, participant_id, now_us)) {
        return -EAGAIN;
    }
    struct network_test *test = open_test(tests, participant_id, now_us);
    tests->running[place] = test;
    tests->counts.running++;
    tests->counts.begun++;
    log_info("begun", "participant=%s room=%" PRIu64, participant_id, test->room_id);
    *ret_description =
        json_pack("{s:s, s:i, s:b, s:o}", "id", test->id, "seconds", NETWORK_TEST_SECONDS, "tcp",
                  tests->config.tcp, "ice_servers",
                  turn_servers_mint(tests->config.turn, participant_id, clock_wall_ms() / 1000));
    return 0;
}

static struct network_test *find(const struct network_tests *tests, const char *participant_id,
                                 const char *test_id, size_t *ret_place)
{
    for (size_t i = 0; i < NETWORK_TESTS_MAX; i++) {
        struct network_test *test = tests->running[i];
        if (belongs_to(test, participant_id) && strcmp(test->id, test_id) == 0) {
            *ret_place = i;
            return test;
        }
    }
    return NULL;
}

int network_tests_end(struct network_tests *tests, const char *participant_id, const char *test_id)
{
    size_t place;
    if (!find(tests, participant_id, test_id, &place)) {
        return -ENOENT;
    }
    finish(tests, place);
    return 0;
}

/* ---- connections ---- */

static bool is_measured(const struct network_test *test)
{
    for (size_t i = 0; i < test->connection_count; i++) {
        if (test->connections[i].measured) {
            return true;
        }
    }
    return false;
}

static void open_endpoint(const struct network_tests *tests, const struct network_test *test,
                          struct test_connection *connection,
                          const struct peer_negotiation_outcome *outcome)
{
    struct worker_pool *workers = tests->config.workers;
    connection->endpoint_id = tests->config.next_id(tests->config.context);
    worker_pool_open_endpoint(workers, test->room_id, connection->endpoint_id, test->participant_id,
                              &outcome->transport);
    worker_pool_set_media(workers, connection->endpoint_id, &outcome->media);
    if (connection->measured) {
        worker_pool_move(workers, connection->endpoint_id, ROOM_CIRCLE_VISIT);
        worker_pool_bind_slot(workers, connection->endpoint_id, 0, test->card_id, true);
    }
}

static int negotiate(const struct network_tests *tests, const struct network_test *test,
                     const struct network_test_offer *offer, struct peer_negotiation *negotiation,
                     struct peer_negotiation_outcome *ret_outcome, struct sdp_problem *ret_problem)
{
    const struct peer_negotiation_request request = {
        .sdp = offer->sdp,
        .sdp_size = offer->sdp_size,
        .active = offer->measured,
        .port = worker_pool_room_port(tests->config.workers, test->room_id),
    };
    return peer_negotiation_offer(negotiation, &request, ret_outcome, ret_problem);
}

int network_tests_connect(struct network_tests *tests, const struct network_test_offer *offer,
                          json_t **ret_answer, struct sdp_problem *ret_problem)
{
    const struct peer_negotiation_config config = {
        .fingerprint = tests->config.fingerprint,
        .addresses = tests->config.addresses,
        .address_count = tests->config.address_count,
        .tcp = tests->config.tcp,
        .slots_max = 1,
    };
    size_t place;
    struct network_test *test = find(tests, offer->participant_id, offer->test_id, &place);
    if (!test) {
        return -ENOENT;
    }
    if (test->connection_count == NETWORK_TEST_CONNECTIONS_MAX ||
        (offer->measured && is_measured(test))) {
        return -ENOSPC;
    }
    AUTO(peer_negotiation) negotiation = peer_negotiation_create(&config);
    g_autofree struct peer_negotiation_outcome *outcome =
        g_new0(struct peer_negotiation_outcome, 1);
    const int result = negotiate(tests, test, offer, negotiation, outcome, ret_problem);
    if (result < 0) {
        return result;
    }
    struct test_connection *connection = &test->connections[test->connection_count++];
    *connection =
        (struct test_connection){.negotiation = TAKE(negotiation), .measured = offer->measured};
    open_endpoint(tests, test, connection, outcome);
    *ret_answer = json_pack("{s:i, s:s}", "connection", (int)test->connection_count - 1, "sdp",
                            outcome->answer);
    g_free(outcome->answer);
    return 0;
}

/* ---- what workers say ---- */

static struct test_connection *find_connection(const struct network_tests *tests,
                                               uint64_t endpoint_id, bool *ret_is_card)
{
    for (size_t i = 0; i < NETWORK_TESTS_MAX; i++) {
        struct network_test *test = tests->running[i];
        for (size_t c = 0; test && c < test->connection_count; c++) {
            if (test->connections[c].endpoint_id == endpoint_id) {
                return &test->connections[c];
            }
        }
        *ret_is_card |= test && test->card_id == endpoint_id;
    }
    return NULL;
}

static void take_report(struct test_connection *connection,
                        const struct worker_endpoint_report *report)
{
    connection->report = *report;
    connection->best_up_bps = MAX(connection->best_up_bps, report->bitrate_up_bps);
    if (report->connected) {
        connection->connected = true;
        connection->path = report->path;
    }
}

static uint64_t endpoint_of(const struct mailbox_message *message)
{
    switch (message->type) {
    case WORKER_EVENT_ENDPOINT_CONNECTED:
    case WORKER_EVENT_ENDPOINT_FAILED:
        return ((const struct worker_endpoint_event *)(const void *)message)->endpoint_id;
    case WORKER_EVENT_ENDPOINT_REPORT:
        return ((const struct worker_endpoint_report *)(const void *)message)->endpoint_id;
    default:
        return 0; /* of no use here, and of nobody else's seat */
    }
}

bool network_tests_take_event(struct network_tests *tests, const struct mailbox_message *message)
{
    bool is_card = false;
    const uint64_t endpoint_id = tests->counts.running > 0 ? endpoint_of(message) : 0;
    struct test_connection *connection =
        endpoint_id != 0 ? find_connection(tests, endpoint_id, &is_card) : NULL;
    if (!connection) {
        return is_card;
    }
    if (message->type == WORKER_EVENT_ENDPOINT_REPORT) {
        take_report(connection, (const struct worker_endpoint_report *)(const void *)message);
    } else if (message->type == WORKER_EVENT_ENDPOINT_CONNECTED) {
        connection->connected = true;
    } else {
        connection->failed = true;
    }
    return true;
}

static json_t *connection_json(const struct test_connection *connection)
{
    static const char *const paths[] = {
        [ENDPOINT_PATH_NONE] = NULL, [ENDPOINT_PATH_UDP] = "udp", [ENDPOINT_PATH_TCP] = "tcp"};
    const struct worker_endpoint_report *report = &connection->report;
    const char *path = paths[connection->path];
    json_t *json = json_pack("{s:b, s:b, s:o, s:b}", "connected", connection->connected, "failed",
                             connection->failed, "path", path ? json_string(path) : json_null(),
                             "measured", connection->measured);
    if (connection->measured) {
        json_object_set_new(json, "up_bps", json_integer(connection->best_up_bps));
        json_object_set_new(json, "down_bps", json_integer(report->bitrate_down_bps));
        json_object_set_new(json, "estimate_down_bps", json_integer(report->estimate_down_bps));
        json_object_set_new(json, "loss_down_permille", json_integer(report->loss_down_permille));
        json_object_set_new(json, "received", json_integer((json_int_t)report->packets_received));
        json_object_set_new(json, "lost_up", json_integer((json_int_t)report->packets_lost_up));
        json_object_set_new(json, "rtt_us", json_integer(report->rtt_us));
    }
    return json;
}

json_t *network_tests_show(const struct network_tests *tests, const char *participant_id,
                           const char *test_id)
{
    size_t place;
    const struct network_test *test = find(tests, participant_id, test_id, &place);
    if (!test) {
        return NULL;
    }
    json_t *connections = json_array();
    for (size_t i = 0; i < test->connection_count; i++) {
        json_array_append_new(connections, connection_json(&test->connections[i]));
    }
    return json_pack("{s:s, s:o}", "id", test->id, "connections", connections);
}
