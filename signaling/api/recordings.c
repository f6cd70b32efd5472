#include "signaling/api/recordings.h"

#include "gateway/base/clock.h"
#include "gateway/base/digest.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_recording.h"
#include "signaling/api/cases.h"
#include "signaling/api/form_fields.h"
#include "signaling/api/page_of.h"
#include "signaling/server/recording_playback.h"
#include "signaling/signaling_server.h"

#include <glib.h>
#include <string.h>

LOG_TOPIC("api");

#define OPENING_LIFE_US (10ull * 60 * 1000 * 1000)

/* A value of the query; NULL when it has none that makes sense. Owned: g_free(). */
static char *query_value(const char *query, const char *name)
{
    char *value = NULL;
    return form_field_read(query, name, &value) == 0 ? value : NULL;
}

/* ---- listing ---- */

/* Names come from the visit; the picture of the one before serves while it is the same. */
static int add_recording(struct api_task *task, struct visit_service *service,
                         const struct recording_record *record, struct visit_snapshot **snapshot,
                         json_t *recordings)
{
    const char *visit_id = record->recording.visit_id;
    if (!*snapshot || strcmp((*snapshot)->picture->visit.id, visit_id) != 0) {
        *snapshot = visit_snapshot_destroy(*snapshot);
        const int result = visit_conduct_snapshot(service, &task->actor, visit_id, snapshot);
        if (result != 0) {
            return result;
        }
    }
    json_array_append_new(recordings, cases_recording_json(record, (*snapshot)->picture));
    return 0;
}

static bool is_wanted(const struct recording *recording, const char *visit_id, const char *after)
{
    return (!*visit_id || strcmp(recording->visit_id, visit_id) == 0) &&
           strcmp(recording->id, after) > 0;
}

/* Of one visit, or with an empty id of all. */
static int run_list(struct api_task *task, struct visit_service *service)
{
    const char *visit_id = task->parameters.values[0];
    const struct page_request *page = task->data;
    AUTO(visit_snapshot) snapshot = NULL;
    AUTO(recording_list) list = NULL;
    int result = 0;
    if (*visit_id) {
        result = visit_conduct_snapshot(service, &task->actor, visit_id, &snapshot);
    }
    if (result == 0) {
        result = visit_recording_list(service, &task->actor,
                                      snapshot ? snapshot->picture->visit.case_id : NULL, &list);
    }
    if (result != 0) {
        return result;
    }
    json_t *recordings = json_array();
    const char *last = NULL;
    bool more = false;
    for (size_t i = 0; result == 0 && i < list->count && !more; i++) {
        const struct recording *recording = &list->records[i].recording;
        if (!is_wanted(recording, visit_id, page->after)) {
            continue;
        }
        more = json_array_size(recordings) == page->limit;
        if (!more) {
            result = add_recording(task, service, &list->records[i], &snapshot, recordings);
            last = recording->id;
        }
    }
    task->output = page_of_items("recordings", recordings, more ? last : NULL);
    return result;
}

void recordings_list(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    (void)parameters;
    g_autofree char *visit_id = query_value(http_exchange_request(exchange)->query, "visit");
    struct api_parameters visit = {0};
    if (visit_id && strlen(visit_id) >= API_PARAMETER_SIZE) {
        http_exchange_fail(exchange, 400, "bad_query", "This is no id of a visit.", "visit");
        return;
    }
    g_strlcpy(visit.values[0], visit_id ? visit_id : "", API_PARAMETER_SIZE);
    struct page_request page;
    if (!page_of_query(exchange, &page)) {
        return;
    }
    struct api_task *task =
        api_task_create(api, exchange, &visit, API_OPERATOR | API_SYSTEM, run_list);
    task->data = g_memdup2(&page, sizeof(page));
    task->data_destroy = g_free;
    api_task_post(task);
}

/* ---- manifests ---- */

static json_t *file_json(const char *participant, const char *kind, const char *name,
                         uint64_t bytes, const char *sha256)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:s}", "participant", participant, "kind", kind, "name",
                     name, "bytes", (json_int_t)bytes, "sha256", sha256);
}

static json_t *manifest_json(const struct recording_record *record)
{
    json_t *files = json_array();
    for (size_t i = 0; i < record->segment_count; i++) {
        const struct recording_segment *segment = &record->segments[i];
        json_array_append_new(files,
                              file_json(segment->participant_id, "segment", segment->file_name,
                                        segment->size_bytes, segment->sha256));
    }
    for (size_t i = 0; i < record->file_count; i++) {
        const struct recording_file *file = &record->files[i];
        json_t *json = file_json(file->participant_id, "playable", file->file_name,
                                 file->size_bytes, file->sha256);
        json_object_set_new(json, "duration_ms", json_integer((json_int_t)file->duration_ms));
        json_object_set_new(json, "mime", json_string(file->media_type));
        json_array_append_new(files, json);
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:s}", "recording", record->recording.id, "visit",
                     record->recording.visit_id, "intervals", cases_intervals_json(record), "files",
                     files, "sha256", record->recording.manifest_sha256);
}

static const struct recording_record *find_record(const struct recording_list *list,
                                                  const char *recording_id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->records[i].recording.id, recording_id) == 0) {
            return &list->records[i];
        }
    }
    return NULL;
}

/* The gateway itself finds the case; whether the caller may is decided with it. */
static int run_show_manifest(struct api_task *task, struct visit_service *service)
{
    AUTO(recording_list) found = NULL;
    AUTO(recording_list) list = NULL;
    int result = visit_recording_read(service, task->parameters.values[0], &found);
    if (result == 0) {
        result =
            visit_recording_list(service, &task->actor, found->records[0].recording.case_id, &list);
    }
    if (result != 0) {
        return result;
    }
    const struct recording_record *record = find_record(list, task->parameters.values[0]);
    if (!record) {
        return REFUSAL_NOT_FOUND;
    }
    task->output = manifest_json(record);
    return 0;
}

void recordings_show_manifest(struct api *api, struct http_exchange *exchange,
                              const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_STAFF | API_OPERATOR | API_SYSTEM,
                                  run_show_manifest));
}

/* ---- playing ---- */

struct opening {
    struct recording_grant grant;
    bool download;
};

static void opening_destroy(void *data)
{
    struct opening *opening = data;
    secret_wipe(&opening->grant, sizeof(opening->grant));
    g_free(opening);
}

static const struct recording_file *find_file(const struct recording_record *record,
                                              const char *participant_id)
{
    for (size_t i = 0; i < record->file_count; i++) {
        if (strcmp(record->files[i].participant_id, participant_id) == 0) {
            return &record->files[i];
        }
    }
    return NULL;
}

/* A player asks for one file in many ranges: that is one opening in the audit trail for each
 * session, file and ten minutes. The store thread's own, which is why no lock is needed. */
static bool was_opened_lately(struct api *api, const struct visit_actor *actor,
                              const char *recording_id, const char *participant_id)
{
    const uint64_t now_us = clock_now_us();
    for (size_t i = 0; i < API_OPENINGS_KEPT; i++) {
        const struct api_opening *opening = &api->openings[i];
        if (opening->at_us != 0 && now_us - opening->at_us < OPENING_LIFE_US &&
            strcmp(opening->session_id, actor->session_id) == 0 &&
            strcmp(opening->recording_id, recording_id) == 0 &&
            strcmp(opening->participant_id, participant_id) == 0) {
            return true;
        }
    }
    return false;
}

static void keep_opening(struct api *api, const struct visit_actor *actor, const char *recording_id,
                         const char *participant_id)
{
    struct api_opening *opening = &api->openings[api->next_opening++ % API_OPENINGS_KEPT];
    opening->at_us = clock_now_us();
    g_strlcpy(opening->session_id, actor->session_id, sizeof(opening->session_id));
    g_strlcpy(opening->recording_id, recording_id, sizeof(opening->recording_id));
    g_strlcpy(opening->participant_id, participant_id, sizeof(opening->participant_id));
}

static int run_open(struct api_task *task, struct visit_service *service)
{
    struct opening *opening = task->data;
    const char *recording_id = task->parameters.values[0];
    const char *participant_id = task->parameters.values[1];
    const bool exports = task->actor.role == ROLE_OPERATOR;
    AUTO(recording_list) found = NULL;
    int result = visit_recording_read(service, recording_id, &found);
    if (result != 0) {
        return result;
    }
    const struct recording_record *record = &found->records[0];
    const struct recording_file *file = find_file(record, participant_id);
    /* The session was looked up just now; it had the right when it opened the file. */
    if (!exports && file &&
        was_opened_lately(task->api, &task->actor, recording_id, participant_id)) {
        opening->grant = (struct recording_grant){.recording = record->recording, .file = *file};
        return 0;
    }
    result = visit_recording_open(service, &task->actor, recording_id, file ? file->file_name : "",
                                  exports ? RECORDING_ACCESS_EXPORT : RECORDING_ACCESS_PLAY,
                                  &opening->grant);
    if (result == 0 && !exports) {
        keep_opening(task->api, &task->actor, recording_id, participant_id);
    }
    return result;
}

static void answer_play(struct api_task *task, struct http_exchange *exchange)
{
    const struct opening *opening = task->data;
    const struct recording *recording = &opening->grant.recording;
    const struct recording_file *file = &opening->grant.file;
    const struct api *api = task->api;
    uint8_t data_key[RECORDING_KEY_SIZE];
    if (!exchange) {
        return;
    }
    if (!recording_file_name_is_safe(file->file_name) ||
        api->recording->unwrap_key(api->recording_context, recording->wrapped_key,
                                   recording->wrapped_key_size, data_key) < 0) {
        log_error("recording_key_unusable", "recording=%s", recording->id);
        http_exchange_fail(exchange, 500, "recording_unreadable", "The recording cannot be opened.",
                           NULL);
        return;
    }
    g_autofree char *path =
        g_build_filename(api->config->recordings_directory, recording->id, file->file_name, NULL);
    g_autofree char *etag = g_strdup_printf("\"%.32s\"", file->sha256);
    /* Ids alone: a folder of downloads is read by whoever uses the machine next. */
    g_autofree char *name =
        g_strdup_printf("recording-%s-%s.%s", recording->id, file->participant_id,
                        g_str_has_suffix(file->media_type, "mp4") ? "mp4" : "webm");
    const struct recording_playback_request request = {
        .exchange_id = task->exchange_id,
        .path = path,
        .data_key = data_key,
        .content_type = file->media_type,
        .etag = etag,
        .download_name = opening->download ? name : NULL,
    };
    recording_playback_serve(api->playback, &request);
    secret_wipe(data_key, sizeof(data_key));
}

void recordings_play(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    if (!api->config->recordings_directory || !api->recording->unwrap_key) {
        http_exchange_fail(exchange, 404, "not_available", "This gateway keeps no recordings.",
                           NULL);
        return;
    }
    g_autofree char *download = query_value(http_exchange_request(exchange)->query, "download");
    struct opening *opening = g_new0(struct opening, 1);
    opening->download = g_strcmp0(download, "1") == 0;
    struct api_task *task =
        api_task_create(api, exchange, parameters, API_STAFF | API_OPERATOR, run_open);
    task->data = opening;
    task->data_destroy = opening_destroy;
    task->answer = answer_play;
    api_task_post(task);
}
