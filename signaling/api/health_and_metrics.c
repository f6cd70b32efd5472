#include "signaling/api/health_and_metrics.h"

#include "certs/tls_files.h"
#include "gateway/base/clock.h"
#include "gateway/visits/store_gate.h"
#include "media/worker/worker_pool.h"
#include "signaling/session/alert_clock.h"
#include "signaling/session/client_figures.h"
#include "signaling/session/picture_notices.h"
#include "signaling/session/signaling_hub.h"
#include "signaling/signaling_server.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>

#define STORE_TASKS_WAITING_MAX 1000
#define DISK_FREE_BYTES_MIN (256ull * 1024 * 1024)

void health_show(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    (void)parameters;
    http_exchange_reply_json(
        exchange, 200, json_pack("{s:s, s:s}", "status", "ok", "version", api->config->version));
}

/* ---- ready ---- */

static bool disk_has_room(const struct api *api)
{
    struct statvfs disk;
    if (!api->config->recordings_directory ||
        statvfs(api->config->recordings_directory, &disk) < 0) {
        return !api->config->recordings_directory;
    }
    return (uint64_t)disk.f_bavail * disk.f_frsize >= DISK_FREE_BYTES_MIN;
}

/* Of the files, which is what a restart or a reload would serve with. */
static bool certificate_is_valid(const struct api *api)
{
    AUTO(tls_files) files = NULL;
    char error[TLS_FILES_ERROR_SIZE];
    return tls_files_load(api->config->certificate_path, api->config->private_key_path,
                          clock_wall_ms(), &files, error, sizeof(error)) == 0;
}

static int run_ready(struct api_task *task, struct visit_service *service)
{
    (void)task;
    (void)service; /* that it ran is the answer */
    return 0;
}

static void answer_ready(struct api_task *task, struct http_exchange *exchange)
{
    const struct api *api = task->api;
    if (!exchange) {
        return;
    }
    const struct {
        const char *name;
        bool good;
    } checks[] = {
        {"store",
         task->task.result == 0 && store_gate_waiting(api->store) < STORE_TASKS_WAITING_MAX},
        {"disk", disk_has_room(api)},
        {"certificate", certificate_is_valid(api)},
        {"recorder", !api->config->recordings_directory ||
                         api->recording->is_available(api->recording_context)},
        {"taking_visits", !api->draining},
    };
    json_t *result = json_object();
    bool good = true;
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        json_object_set_new(result, checks[i].name, json_string(checks[i].good ? "ok" : "failed"));
        good = good && checks[i].good;
    }
    json_object_set_new(result, "status", json_string(good ? "ok" : "failed"));
    http_exchange_reply_json(exchange, good ? 200 : 503, result);
}

void health_show_ready(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters)
{
    struct api_task *task = api_task_create(api, exchange, parameters, 0, run_ready);
    task->answer = answer_ready;
    task->answers_all = true;
    api_task_post(task);
}

/* ---- metrics ---- */

static void describe(GString *text, const char *name, const char *type, const char *help)
{
    g_string_append_printf(text, "# HELP bedside_%s %s\n# TYPE bedside_%s %s\n", name, help, name,
                           type);
}

static void add(GString *text, const char *name, const char *type, const char *help, uint64_t value)
{
    describe(text, name, type, help);
    g_string_append_printf(text, "bedside_%s %" PRIu64 "\n", name, value);
}

static void add_http(GString *text, const struct http_server_report *r)
{
    add(text, "http_connections", "gauge", "Open connections of browsers and operators.",
        r->connections);
    add(text, "websockets", "gauge", "Open WebSockets.", r->websockets);
    add(text, "http_connections_accepted_total", "counter", "Connections accepted.",
        r->connections_accepted);
    add(text, "http_connections_refused_total", "counter",
        "Connections refused: limits, or no descriptors.", r->connections_refused);
    add(text, "http_header_timeouts_total", "counter",
        "Connections that sent no whole request in time.", r->header_timeouts);
    add(text, "http_requests_total", "counter", "HTTP requests.", r->requests);
    add(text, "websockets_opened_total", "counter", "WebSockets opened.", r->websockets_opened);
    add(text, "websockets_closed_by_rule_total", "counter",
        "WebSockets closed for breaking a limit.", r->websockets_closed_by_rule);
    add(text, "websocket_origins_refused_total", "counter",
        "WebSocket upgrades with a foreign Origin.", r->origins_refused);
    describe(text, "http_responses_total", "counter", "HTTP answers by class of status.");
    for (unsigned i = 1; i < G_N_ELEMENTS(r->answers_by_class); i++) {
        g_string_append_printf(text, "bedside_http_responses_total{class=\"%uxx\"} %" PRIu64 "\n",
                               i, r->answers_by_class[i]);
    }
}

static void add_visits(GString *text, const struct signaling_hub_report *r)
{
    static const char *const profiles[] = {"AEAD_AES_128_GCM", "AEAD_AES_256_GCM",
                                           "AES128_CM_SHA1_80"};
    add(text, "visits_open", "gauge", "Visits with somebody connected.", r->rooms);
    add(text, "seats", "gauge", "People connected, or away for less than 30 seconds.", r->seats);
    add(text, "seats_away", "gauge", "People whose connection was lost less than 30 seconds ago.",
        r->seats_away);
    add(text, "seats_waiting", "gauge", "People in the waiting room.", r->seats_waiting);
    add(text, "endpoints", "gauge", "PeerConnections.", r->endpoints);
    add(text, "endpoints_connected", "gauge", "PeerConnections that are up.",
        r->endpoints_connected);
    describe(text, "endpoints_by_srtp_profile", "gauge",
             "PeerConnections that are up, by SRTP profile.");
    for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++) {
        g_string_append_printf(text, "bedside_endpoints_by_srtp_profile{profile=\"%s\"} %u\n",
                               profiles[i], r->endpoints_by_profile[i]);
    }
    add(text, "recordings_flowing", "gauge", "Visits that are being recorded now.",
        r->recordings_flowing);
    add(text, "recorder_deaths_total", "counter", "Recorder processes that died while recording.",
        r->recorder_deaths);
    add(text, "signaling_messages_total", "counter", "Messages of clients.", r->messages);
    add(text, "signaling_errors_total", "counter", "Error replies to clients.", r->message_errors);
    add(text, "joins_total", "counter", "Seats taken, also again.", r->joins);
    describe(text, "joins_refused_total", "counter", "People who were not let in.");
    g_string_append_printf(text, "bedside_joins_refused_total{reason=\"full\"} %" PRIu64 "\n",
                           r->joins_refused_full);
    add(text, "resumes_total", "counter", "Seats taken again with media untouched.", r->resumes);
    add(text, "offers_total", "counter", "SDP offers.", r->offers);
    add(text, "offers_refused_total", "counter", "SDP offers refused.", r->offers_refused);
    add(text, "endpoint_failures_total", "counter", "PeerConnections that failed.",
        r->endpoint_failures);
    add(text, "network_tests_total", "counter", "Tests of people's networks that began.",
        r->network_tests);
    add(text, "network_tests_refused_total", "counter", "Those for which there was no room.",
        r->network_tests_refused);
    add(text, "network_tests_running", "gauge", "Those that go on now.", r->network_tests_running);
}

/* `scale`: how many of the counted units make one of the metric's. */
static void add_histogram(GString *text, const char *name, const char *help,
                          const struct quality_histogram *histogram, double scale)
{
    uint64_t below = 0;
    describe(text, name, "histogram", help);
    for (size_t i = 0; i < histogram->bound_count; i++) {
        below += histogram->counts[i];
        g_string_append_printf(text, "bedside_%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
                               (double)histogram->bounds[i] / scale, below);
    }
    g_string_append_printf(text,
                           "bedside_%s_bucket{le=\"+Inf\"} %" PRIu64 "\nbedside_%s_sum %.3f\n"
                           "bedside_%s_count %" PRIu64 "\n",
                           name, histogram->observations, name, (double)histogram->sum / scale,
                           name, histogram->observations);
}

static void add_seconds(GString *text, const char *name, const char *help, uint64_t ms)
{
    describe(text, name, "counter", help);
    g_string_append_printf(text, "bedside_%s %.3f\n", name, (double)ms / 1000);
}

static void add_people(GString *text, const struct signaling_hub_report *r)
{
    describe(text, "people_by_score", "gauge",
             "People in visits by the score of their connection, 5 (best) to 1.");
    for (size_t i = 1; i < G_N_ELEMENTS(r->people_by_score); i++) {
        g_string_append_printf(text, "bedside_people_by_score{score=\"%zu\"} %u\n", i,
                               r->people_by_score[i]);
    }
    describe(text, "people_by_path", "gauge", "People in visits by the way of their media.");
    for (size_t i = 0; i < SIGNALING_PATHS; i++) {
        g_string_append_printf(text, "bedside_people_by_path{path=\"%s\"} %u\n",
                               client_figures_path_name((enum signaling_path)i),
                               r->people_by_path[i]);
    }
    describe(text, "pictures_by_step", "gauge", "Pictures of people by step of the ladder.");
    for (size_t i = 0; i < PICTURE_HIDDEN; i++) {
        g_string_append_printf(text, "bedside_pictures_by_step{step=\"%s\"} %u\n",
                               picture_notices_name((enum picture_step)i), r->pictures_by_step[i]);
    }
}

static void add_repairs(GString *text, const struct signaling_hub_report *r)
{
    const struct {
        const char *what;
        uint64_t count;
    } repairs[] = {
        {"microphone", r->device_repairs[SIGNALING_SOUND]},
        {"camera", r->device_repairs[SIGNALING_PICTURE]},
        {"slot_sound", r->slot_repairs[SIGNALING_SOUND]},
        {"slot_picture", r->slot_repairs[SIGNALING_PICTURE]},
        {"ice_restart", r->ice_restarts},
    };
    describe(text, "repairs_total", "counter", "Media that stood still and was set up anew.");
    for (size_t i = 0; i < G_N_ELEMENTS(repairs); i++) {
        g_string_append_printf(text, "bedside_repairs_total{what=\"%s\"} %" PRIu64 "\n",
                               repairs[i].what, repairs[i].count);
    }
    add(text, "silences_total", "counter", "Times that nothing came from a person for 500 ms.",
        r->silences);
}

static void add_quality(GString *text, const struct signaling_hub_report *r)
{
    add_people(text, r);
    add_repairs(text, r);
    add_histogram(text, "downlink_estimate_bytes_per_second",
                  "What a person's link is estimated to bear, each 10 s.", &r->estimate, 1);
    add_histogram(text, "round_trip_seconds", "Round trips to people, each 10 s.", &r->delay, 1000);
    add_histogram(text, "sound_concealed_ratio",
                  "How much of the sound a browser had to make up, each 10 s.", &r->concealed,
                  1000);
    add_seconds(text, "sound_heard_seconds_total", "Sound that browsers played.", r->heard_ms);
    add_seconds(text, "sound_concealed_seconds_total", "Of it made up, for want of packets.",
                r->concealed_ms);
    add(text, "picture_freezes_total", "counter", "Freezes that browsers counted.", r->freezes);
    add_seconds(text, "picture_frozen_seconds_total", "How long pictures stood still.",
                r->frozen_ms);
    add(text, "missed_words_total", "counter", "Times that a speaker's words were missed.",
        r->missed_words);
    add_seconds(text, "missed_words_seconds_total", "How much speech that was.",
                r->missed_words_seconds * 1000);
}

/* The lines of one metric have to stand together, so each walks over all workers. */
struct worker_metric {
    const char *name;
    const char *type;
    const char *help;
    size_t offset;
    size_t size; /* of the field: 4 or 8 */
};

#define WORKER_METRIC(field, type, help)                                                           \
    {                                                                                              \
#field, type, help, offsetof(struct worker_report, field),                                 \
            sizeof(((struct worker_report *)0)->field)                                             \
    }
#define WORKER_TOTAL(field, help)                                                                  \
    {                                                                                              \
#field "_total", "counter", help, offsetof(struct worker_report, field),                   \
            sizeof(((struct worker_report *)0)->field)                                             \
    }

static const struct worker_metric worker_metrics[] = {
    WORKER_METRIC(rooms, "gauge", "Rooms on the worker."),
    WORKER_METRIC(endpoints, "gauge", "Endpoints on the worker."),
    WORKER_METRIC(endpoints_max, "gauge", "The most endpoints the worker takes."),
    WORKER_METRIC(load_permille, "gauge", "How much of its time the worker works, smoothed."),
    WORKER_METRIC(load_level, "gauge", "0: calm. 1: refuses new people. 2: thins pictures too."),
    WORKER_METRIC(packet_slots_free, "gauge", "Free slots of the packet pool."),
    WORKER_TOTAL(packets_received, "RTP packets received, authenticated."),
    WORKER_TOTAL(packets_sent, "RTP packets sent."),
    WORKER_TOTAL(bytes_received, "Bytes received."),
    WORKER_TOTAL(bytes_sent, "Bytes sent."),
    WORKER_TOTAL(datagrams_unknown, "Datagrams from nobody we know, or of no known kind."),
    WORKER_TOTAL(stun_rejected, "STUN messages that failed authentication."),
    WORKER_TOTAL(dtls_rejected, "DTLS records dropped."),
    WORKER_TOTAL(srtp_rejected, "SRTP packets that failed authentication or were replayed."),
    WORKER_TOTAL(rtp_rejected, "Authentic packets that are malformed or not negotiated."),
    WORKER_TOTAL(pool_exhausted, "Packets dropped because the pool was empty."),
    WORKER_TOTAL(send_dropped, "Packets that the socket refused."),
    WORKER_TOTAL(tcp_refused, "TCP connections refused: too many, or they proved nothing."),
    WORKER_TOTAL(consent_requests,
                 "STUN requests to addresses from which the media of silent people came."),
    WORKER_TOTAL(receive_overflowed, "Datagrams for which the socket's queue had no room."),
    WORKER_TOTAL(recorder_dropped, "Packets missing in recordings: a recorder read too slowly."),
    WORKER_TOTAL(times_full, "How often the worker began to refuse new people."),
    WORKER_TOTAL(times_thinned, "How often the worker began to thin pictures."),
    WORKER_TOTAL(loop_slow_handlers, "Handlers that took longer than 5 ms."),
};

static void add_places(GString *text, const struct worker_pool_status *places)
{
    describe(text, "peers_limit", "gauge",
             "The most people this gateway takes, and what bounds it.");
    g_string_append_printf(text, "bedside_peers_limit{bound=\"%s\"} %u\n",
                           places->peers_bound ? places->peers_bound : "configured",
                           places->peers_max);
    add(text, "peers", "gauge", "Places taken, also by people who are just away.", places->people);
    add(text, "workers_full", "gauge", "Workers that take no more people now.",
        places->workers_full);
}

struct worker_writer {
    GString *text;
    const struct worker_metric *metric;
};

static void add_worker(void *context, const struct worker_report *report)
{
    const struct worker_writer *writer = context;
    const char *field = (const char *)report + writer->metric->offset;
    uint64_t value;
    if (writer->metric->size == sizeof(uint32_t)) {
        uint32_t narrow;
        memcpy(&narrow, field, sizeof(narrow));
        value = narrow;
    } else {
        memcpy(&value, field, sizeof(value));
    }
    g_string_append_printf(writer->text, "bedside_worker_%s{worker=\"%u\"} %" PRIu64 "\n",
                           writer->metric->name, report->worker, value);
}

static void add_workers(GString *text, const struct signaling_hub *hub)
{
    for (size_t i = 0; i < G_N_ELEMENTS(worker_metrics); i++) {
        struct worker_writer writer = {text, &worker_metrics[i]};
        g_autofree char *name = g_strdup_printf("worker_%s", worker_metrics[i].name);
        describe(text, name, worker_metrics[i].type, worker_metrics[i].help);
        signaling_hub_each_worker(hub, add_worker, &writer);
    }
}

static bool may_see_metrics(const struct http_request *request)
{
    return request->door == HTTP_DOOR_OPERATOR ||
           g_str_has_prefix(request->client_address, "127.") ||
           strcmp(request->client_address, "::1") == 0;
}

/* How many, never whose. */
static void add_screening(GString *text, const struct api *api)
{
    struct alert_clock_report report;
    alert_clock_read(api->alerts, &report);
    add(text, "screening_answers_total", "counter", "Answers taken.", api->screening_answers);
    add(text, "screening_crises_total", "counter", "Answers that showed the crisis text.",
        api->screening_crises);
    add(text, "alerts_escalated_total", "counter", "Alerts told to the next role.", report.told);
    describe(text, "alerts_pressing", "gauge", "Alerts nobody acknowledged, by who was told last.");
    for (size_t i = 0; report.ladder && i < report.ladder->count; i++) {
        g_string_append_printf(text, "bedside_alerts_pressing{told=\"%s\"} %zu\n",
                               participant_role_name(report.ladder->levels[i].role),
                               report.pressing[i]);
    }
}

void metrics_show(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    (void)parameters;
    if (!may_see_metrics(http_exchange_request(exchange))) {
        http_exchange_fail(exchange, 403, "not_permitted", "Metrics are for this machine alone.",
                           NULL);
        return;
    }
    struct http_server_report http;
    struct signaling_hub_report visits;
    http_server_report(api->server, &http);
    signaling_hub_report(api->hub, &visits);
    GString *text = g_string_new(NULL);
    describe(text, "build_info", "gauge", "The version that runs.");
    g_string_append_printf(text, "bedside_build_info{version=\"%s\"} 1\n", api->config->version);
    describe(text, "srtp_aead_info", "gauge",
             "The library that does AES-GCM for sound and pictures.");
    g_string_append_printf(text, "bedside_srtp_aead_info{provider=\"%s\"} 1\n",
                           api->config->srtp_aead);
    add(text, "store_tasks_waiting", "gauge", "Tasks at the store thread.",
        store_gate_waiting(api->store));
    add_http(text, &http);
    add_visits(text, &visits);
    add_quality(text, &visits);
    add_screening(text, api);
    add_places(text, &visits.places);
    add_workers(text, api->hub);
    http_exchange_reply(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", text->str,
                        text->len);
    g_string_free(text, TRUE);
}
