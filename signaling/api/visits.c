#include "signaling/api/visits.h"

#include "gateway/base/clock.h"
#include "gateway/visits/visit_arrival.h"
#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_records.h"
#include "signaling/api/visit_document.h"
#include "signaling/session/signaling_hub.h"
#include "signaling/session/visit_view.h"
#include "signaling/signaling_server.h"

#include <glib.h>
#include <string.h>

/* ---- scheduling ---- */

struct scheduling {
    struct visit_document document;
    char unknown_key[PERSON_KEY_SIZE]; /* out: of the care team's key that the case does not have */
};

static const struct person *find_invited(const struct clinical_case *clinical_case,
                                         const struct visit_document *document, size_t index)
{
    if (document->invited[index].is_patient) {
        return clinical_case_patient(clinical_case);
    }
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        if (strcmp(clinical_case->people[i].key, document->invited[index].key) == 0) {
            return &clinical_case->people[i];
        }
    }
    return NULL;
}

static int run_schedule(struct api_task *task, struct visit_service *service)
{
    struct scheduling *scheduling = task->data;
    const struct visit_document *document = &scheduling->document;
    AUTO(clinical_case) clinical_case = NULL;
    int result = visit_records_read_case(service, &task->actor, document->case_id, &clinical_case);
    const char *ids[VISIT_INVITED_MAX];
    const char *labels[VISIT_INVITED_MAX];
    for (size_t i = 0; result == 0 && i < document->invited_count; i++) {
        const struct person *person = find_invited(clinical_case, document, i);
        if (!person) {
            g_strlcpy(scheduling->unknown_key, document->invited[i].key,
                      sizeof(scheduling->unknown_key));
            return REFUSAL_INVALID;
        }
        ids[i] = person->id;
        labels[i] = document->invited[i].label[0] ? document->invited[i].label : NULL;
    }
    const struct visit_schedule_request request = {
        .case_id = document->case_id,
        .shape = document->shape,
        .scheduled_at_ms = document->starts_at_ms,
        .minutes = document->minutes,
        .time_zone = document->time_zone,
        .title = document->title,
        .person_ids = ids,
        .person_labels = labels,
        .person_count = document->invited_count,
        .guests = document->guests,
        .guest_count = document->guest_count,
        .allow_overlap = document->allow_overlap,
    };
    result = result != 0 ? result
                         : visit_records_schedule(service, &task->actor, &request, &task->picture);
    if (result == 0) {
        task->output = json_pack("{s:s}", "id", task->picture->visit.id);
        task->status = 201;
    }
    return result;
}

static void answer_schedule(struct api_task *task, struct http_exchange *exchange)
{
    const struct scheduling *scheduling = task->data;
    if (!exchange) {
        return;
    }
    if (task->task.result != 0 && scheduling->unknown_key[0]) {
        http_exchange_fail(exchange, 422, "bad_document",
                           "Nobody of the case's care team has this key.", scheduling->unknown_key);
    } else if (task->task.result == REFUSAL_SLOT_TAKEN) {
        http_exchange_fail(exchange, 409, visit_refusal_code(REFUSAL_SLOT_TAKEN),
                           "An expert who is invited has another visit at this time. Choose "
                           "another, or send \"allow_overlap\": true.",
                           "starts_at");
    } else {
        api_answer(task, exchange);
    }
}

void visits_schedule(struct api *api, struct http_exchange *exchange,
                     const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (!body) {
        return;
    }
    struct scheduling *scheduling = g_new0(struct scheduling, 1);
    struct document_problem problem;
    const int result = visit_document_read(body, clock_wall_ms(), &scheduling->document, &problem);
    json_decref(body);
    if (result < 0) {
        g_free(scheduling);
        http_exchange_fail(exchange, 422, "bad_document", problem.message, problem.where);
        return;
    }
    struct api_task *task =
        api_task_create(api, exchange, parameters, API_OPERATOR | API_SYSTEM, run_schedule);
    task->data = scheduling;
    task->data_destroy = g_free;
    task->answer = answer_schedule;
    task->answers_all = true;
    api_task_do_once(task, exchange);
    api_task_post(task);
}

/* ---- links ---- */

json_t *visits_link_json(const struct api_task *task, const struct minted_link *link)
{
    const char *origin =
        task->api->config->public_origin_count > 0 ? task->api->config->public_origins[0] : "";
    const char *page = link->participant_id[0] ? "j" : "staff";
    g_autofree char *url = g_strdup_printf("%s/%s#%s", origin, page, link->secret);
    json_t *object = json_pack("{s:s, s:s, s:s, s:I}", "name", link->display_name, "role",
                               participant_role_name(link->role), "url", url, "expires_at",
                               (json_int_t)link->expires_at_ms);
    if (link->participant_id[0]) {
        json_object_set_new(object, "participant", json_string(link->participant_id));
    }
    return object;
}

static int run_mint_links(struct api_task *task, struct visit_service *service)
{
    AUTO(minted_links) minted = NULL;
    const char *visit_id = task->parameters.values[0];
    const char *participant_id = json_string_value(json_object_get(task->input, "participant"));
    const int result =
        participant_id
            ? visit_records_mint_link(service, &task->actor, visit_id, participant_id, &minted)
            : visit_records_mint_links(service, &task->actor, visit_id, &minted);
    if (result != 0) {
        return result;
    }
    json_t *links = json_array();
    json_t *staff = json_array();
    for (size_t i = 0; i < minted->count; i++) {
        json_array_append_new(minted->links[i].participant_id[0] ? links : staff,
                              visits_link_json(task, &minted->links[i]));
    }
    task->output = json_pack("{s:o, s:o}", "links", links, "staff", staff);
    return 0;
}

void visits_mint_links(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    const char *participant = NULL;
    const struct api_text texts[] = {{"participant", &participant, UUID_TEXT_SIZE - 1}};
    if (body && api_read_texts(exchange, body, texts, G_N_ELEMENTS(texts))) {
        struct api_task *task = api_task_create(
            api, exchange, parameters, API_OPERATOR | API_STAFF | API_SYSTEM, run_mint_links);
        task->input = json_incref(body);
        api_task_post(task);
    }
    json_decref(body);
}

static int run_unlock(struct api_task *task, struct visit_service *service)
{
    const int result = visit_arrival_unlock(service, &task->actor, task->parameters.values[0],
                                            task->parameters.values[1]);
    task->output = result == 0 ? json_object() : NULL;
    return result;
}

void visits_unlock_link(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (body && api_read_texts(exchange, body, NULL, 0)) {
        api_task_post(
            api_task_create(api, exchange, parameters, API_OPERATOR | API_STAFF, run_unlock));
    }
    json_decref(body);
}

/* ---- showing ---- */

static json_t *participants_json(const struct visit_picture *picture)
{
    json_t *participants = json_array();
    for (size_t i = 0; i < picture->participant_count; i++) {
        const struct participant *participant = &picture->participants[i];
        json_array_append_new(participants,
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s}", "id",
                                        participant->id, "name", participant->person.display_name,
                                        "role", participant_role_name(participant->person.role),
                                        "relation", participant->person.label, "state",
                                        seat_state_name(participant->state), "connected",
                                        participant->connected, "consent",
                                        visit_view_answer(picture->recording_consents[i])));
    }
    return participants;
}

/* Whose yes is missing, of those who are there. */
static json_t *waiting_for_json(const struct visit_picture *picture)
{
    json_t *ids = json_array();
    const enum recording_state state = picture->recording.state;
    for (size_t i = 0; i < picture->participant_count; i++) {
        if ((state == RECORDING_STATE_ASKING || state == RECORDING_STATE_PAUSED) &&
            participant_is_present(&picture->participants[i]) &&
            picture->recording_consents[i] != CONSENT_GIVEN) {
            json_array_append_new(ids, json_string(picture->participants[i].id));
        }
    }
    return ids;
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    AUTO(visit_snapshot) snapshot = NULL;
    const int result =
        visit_conduct_snapshot(service, &task->actor, task->parameters.values[0], &snapshot);
    if (result != 0) {
        return result;
    }
    const struct visit_picture *picture = snapshot->picture;
    const struct recording_status *recording = &picture->recording;
    task->output = json_pack(
        "{s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:{s:o, s:s, s:s, s:b, s:o}}", "id",
        picture->visit.id, "case", picture->visit.case_id, "title", picture->visit.title,
        "starts_at", api_time(picture->visit.scheduled_at_ms), "time_zone",
        picture->visit.time_zone, "state", visit_state_name(picture->visit.state), "shape",
        visit_shape_name(picture->visit.shape), "participants", participants_json(picture),
        "recording", "id", api_text_or_null(recording->recording_id), "state",
        recording_state_name(recording->state), "reason", recording_reason_name(recording->reason),
        "flowing", recording->flowing, "waiting_for", waiting_for_json(picture));
    return 0;
}

void visits_show(struct api *api, struct http_exchange *exchange,
                 const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_OPERATOR | API_SYSTEM, run_show));
}

void visits_show_media(struct api *api, struct http_exchange *exchange,
                       const struct api_parameters *parameters)
{
    http_exchange_reply_json(exchange, 200, signaling_hub_media(api->hub, parameters->values[0]));
}

static int run_end(struct api_task *task, struct visit_service *service)
{
    const int result =
        visit_conduct_end(service, &task->actor, task->parameters.values[0], &task->picture);
    task->output = result == 0 ? json_object() : NULL;
    return result;
}

void visits_end(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (body && api_read_texts(exchange, body, NULL, 0)) {
        api_task_post(api_task_create(api, exchange, parameters, API_OPERATOR, run_end));
    }
    json_decref(body);
}

/* ---- the audit trail ---- */

static int run_verify(struct api_task *task, struct visit_service *service)
{
    struct audit_verdict verdict;
    const int result = visit_records_verify_audit(service, &task->actor, &verdict);
    if (result != 0) {
        return result;
    }
    task->output =
        verdict.intact
            ? json_pack("{s:b, s:I, s:I}", "ok", true, "chains", (json_int_t)verdict.chains,
                        "entries", (json_int_t)verdict.rows)
            : json_pack("{s:b, s:s, s:I, s:s}", "ok", false, "chain", verdict.broken_chain, "entry",
                        (json_int_t)verdict.broken_sequence, "reason", verdict.problem);
    return 0;
}

void visits_verify_audit(struct api *api, struct http_exchange *exchange,
                         const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_OPERATOR, run_verify));
}
