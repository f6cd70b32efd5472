/* What the hub knows, as numbers: for /metrics and for whoever looks after a visit. */
#include "media/worker/worker_pool.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/network_tests.h"

#include <string.h>

/* ---- counting ---- */

static const uint64_t estimate_bounds[] = {6250,  12500,  25000,  50000,
                                           75000, 125000, 250000, 625000};
static const uint64_t concealed_bounds[] = {1, 5, 10, 20, 50, 100, 200, 500};
static const uint64_t delay_bounds[] = {25, 50, 100, 200, 300, 450, 600, 1000, 2000};

static void begin(struct quality_histogram *histogram, const uint64_t *bounds, size_t count)
{
    histogram->bounds = bounds;
    histogram->bound_count = count;
}

void signaling_hub_begin_counting(struct signaling_hub *hub)
{
    begin(&hub->totals.estimate, estimate_bounds, G_N_ELEMENTS(estimate_bounds));
    begin(&hub->totals.concealed, concealed_bounds, G_N_ELEMENTS(concealed_bounds));
    begin(&hub->totals.delay, delay_bounds, G_N_ELEMENTS(delay_bounds));
}

void signaling_hub_observe(struct signaling_hub *hub, const struct worker_endpoint_report *report,
                           const struct client_figures *figures)
{
    struct signaling_hub_report *totals = &hub->totals;
    if (report->estimate_down_bps > 0) {
        quality_histogram_observe(&totals->estimate, report->estimate_down_bps / 8);
    }
    if (report->rtt_us > 0) {
        quality_histogram_observe(&totals->delay, report->rtt_us / 1000);
    }
    if (figures->heard_ms > 0) {
        quality_histogram_observe(&totals->concealed,
                                  figures->concealed_ms * 1000ull / figures->heard_ms);
    }
    totals->heard_ms += figures->heard_ms;
    totals->concealed_ms += figures->concealed_ms;
    totals->freezes += figures->freezes;
    totals->frozen_ms += figures->frozen_ms;
}

/* ---- reports ---- */

static json_t *endpoint_json(const struct seat *seat)
{
    const struct worker_endpoint_report *r = &seat->report;
    json_t *object =
        json_pack("{s:s, s:I, s:b, s:b, s:b, s:o}", "participant", seat->participant_id, "endpoint",
                  (json_int_t)seat->endpoint_id, "reported", seat->has_report, "connected",
                  seat->has_report && r->connected, "in_room", seat->has_report && r->in_room,
                  "srtp_profile", r->srtp_profile ? json_string(r->srtp_profile) : json_null());
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {
        {"packets_received", r->packets_received},
        {"bytes_received", r->bytes_received},
        {"packets_lost_up", r->packets_lost_up},
        {"packets_sent", r->packets_sent},
        {"bytes_sent", r->bytes_sent},
        {"packets_retransmitted", r->packets_retransmitted},
        {"packets_rejected", r->packets_rejected},
        {"rtt_us", r->rtt_us},
        {"fraction_lost_down", r->fraction_lost_down},
        {"bitrate_up_bps", r->bitrate_up_bps},
        {"bitrate_down_bps", r->bitrate_down_bps},
        {"estimate_down_bps", r->estimate_down_bps},
        {"queue_down_us", r->queue_down_us},
        {"loss_down_permille", r->loss_down_permille},
        {"audio_lost_down_permille", r->audio_lost_down_permille},
        {"jitter_up_us", r->jitter_up_us},
        {"score", seat->link.score.score},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        json_object_set_new(object, numbers[i].name, json_integer((json_int_t)numbers[i].value));
    }
    json_object_set_new(object, "path",
                        json_string(client_figures_path_name(seat_link_path(seat))));
    json_object_set_new(object, "reason",
                        json_string(quality_reason_name(seat->link.score.reason)));
    json_object_set_new(object, "audio_flowing", json_boolean(r->audio_flowing));
    json_object_set_new(object, "video_flowing", json_boolean(r->video_flowing));
    return object;
}

json_t *signaling_hub_media(const struct signaling_hub *hub, const char *visit_id)
{
    const struct visit_room *room = signaling_hub_find_room(hub, visit_id);
    json_t *endpoints = json_array();
    for (guint i = 0; room && i < room->seats->len; i++) {
        const struct seat *seat = room->seats->pdata[i];
        if (seat->endpoint_id != 0) {
            json_array_append_new(endpoints, endpoint_json(seat));
        }
    }
    return json_pack("{s:o}", "endpoints", endpoints);
}

bool signaling_hub_has_people(const struct signaling_hub *hub, const char *visit_id)
{
    const struct visit_room *room = signaling_hub_find_room(hub, visit_id);
    return room && room->seats->len > 0;
}

json_t *signaling_hub_connections(const struct signaling_hub *hub, const char *visit_id)
{
    const struct visit_room *room = signaling_hub_find_room(hub, visit_id);
    json_t *people = room && room->seats->len > 0 ? json_object() : NULL;
    for (guint i = 0; people && i < room->seats->len; i++) {
        const struct seat *seat = room->seats->pdata[i];
        json_object_set_new(people, seat->participant_id, seat_link_json(seat));
    }
    return people;
}

static void count_profile(struct signaling_hub_report *report, const char *profile)
{
    static const char *const names[] = {"SRTP_AEAD_AES_128_GCM", "SRTP_AEAD_AES_256_GCM",
                                        "SRTP_AES128_CM_SHA1_80"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        report->endpoints_by_profile[i] += g_strcmp0(profile, names[i]) == 0;
    }
}

static void count_quality(struct signaling_hub_report *report, const struct seat *seat)
{
    report->people_by_score[seat->link.score.score]++;
    report->people_by_path[seat_link_path(seat)]++;
    for (size_t i = 0; i < ENDPOINT_SLOTS_MAX; i++) {
        if (seat->pictures[i].participant_id[0] && seat->pictures[i].step < PICTURE_HIDDEN) {
            report->pictures_by_step[seat->pictures[i].step]++;
        }
    }
}

static void count_seat(struct signaling_hub_report *report, const struct seat *seat)
{
    const struct participant *participant = seat_participant(seat);
    report->seats++;
    report->seats_away += seat->session == NULL;
    report->seats_waiting += participant && participant->state == SEAT_WAITING;
    report->endpoints += seat->endpoint_id != 0;
    if (seat_is_in_visit(seat) && seat->endpoint_id != 0) {
        count_quality(report, seat);
    }
    if (seat->endpoint_id != 0 && seat->has_report && seat->report.connected) {
        report->endpoints_connected++;
        count_profile(report, seat->report.srtp_profile);
    }
}

static void count_network_tests(const struct signaling_hub *hub,
                                struct signaling_hub_report *report)
{
    struct network_tests_counts counts;
    network_tests_count(hub->tests, &counts);
    report->network_tests = counts.begun;
    report->network_tests_refused = counts.refused;
    report->network_tests_running = counts.running;
}

void signaling_hub_report(const struct signaling_hub *hub, struct signaling_hub_report *ret_report)
{
    *ret_report = hub->totals;
    worker_pool_status(hub->config.workers, &ret_report->places);
    count_network_tests(hub, ret_report);
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, hub->rooms);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct visit_room *room = value;
        ret_report->rooms++;
        ret_report->recordings_flowing += room->recording.flowing_since_ms > 0;
        for (guint i = 0; i < room->seats->len; i++) {
            count_seat(ret_report, room->seats->pdata[i]);
        }
    }
}

void signaling_hub_each_worker(const struct signaling_hub *hub,
                               void (*each)(void *context, const struct worker_report *report),
                               void *context)
{
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        if (hub->has_worker[i]) {
            each(context, &hub->workers[i]);
        }
    }
}
