#include "signaling/api/cases.h"

#include "gateway/visits/visit_conduct.h"
#include "gateway/visits/visit_quality.h"
#include "gateway/visits/visit_recording.h"
#include "gateway/visits/visit_records.h"
#include "signaling/api/case_document.h"
#include "signaling/api/visit_history.h"

#include <glib.h>
#include <string.h>

/* ---- importing ---- */

static void case_destroy(void *data)
{
    clinical_case_destroy(data);
}

static int run_import(struct api_task *task, struct visit_service *service)
{
    struct clinical_case *clinical_case = task->data;
    const int result = visit_records_import_case(service, &task->actor, clinical_case);
    if (result == 0) {
        task->output = json_pack("{s:s}", "id", clinical_case->id);
        task->status = 201;
    }
    return result;
}

void cases_import(struct api *api, struct http_exchange *exchange,
                  const struct api_parameters *parameters)
{
    json_t *body = api_read_body(exchange);
    if (!body) {
        return;
    }
    struct clinical_case *clinical_case = NULL;
    struct document_problem problem;
    const int result = case_document_read(body, &clinical_case, &problem);
    json_decref(body);
    if (result < 0) {
        http_exchange_fail(exchange, 422, "bad_document", problem.message, problem.where);
        return;
    }
    struct api_task *task =
        api_task_create(api, exchange, parameters, API_OPERATOR | API_SYSTEM, run_import);
    task->data = clinical_case;
    task->data_destroy = case_destroy;
    api_task_do_once(task, exchange);
    api_task_post(task);
}

/* ---- the opinion ---- */

static json_t *author_json(const struct opinion *opinion, const struct person *person)
{
    const enum participant_role role = person ? person->role : ROLE_REVIEWING_PHYSICIAN;
    json_t *author =
        json_pack("{s:s, s:s}", "name", opinion->author, "role", participant_role_name(role));
    if (person && person->label[0]) {
        json_object_set_new(author, "organisation", json_string(person->label));
    }
    return author;
}

static json_t *section_json(const struct opinion_section *section, size_t index)
{
    g_autofree char *id =
        section->id[0] ? g_strdup(section->id) : g_strdup_printf("section-%zu", index + 1);
    json_t *paragraphs = json_array();
    for (size_t i = 0; i < section->paragraph_count; i++) {
        json_array_append_new(paragraphs, json_string(section->paragraphs[i]));
    }
    return json_pack("{s:s, s:s, s:o}", "id", id, "heading", section->heading, "paragraphs",
                     paragraphs);
}

/* `author` may be NULL: not known beyond the name. */
static json_t *opinion_json(const struct opinion *opinion, const struct person *author)
{
    if (!opinion) {
        return json_null();
    }
    json_t *outcome = json_array();
    for (size_t i = 0; i < opinion->outcome_count; i++) {
        json_array_append_new(outcome, json_pack("{s:s, s:s}", "code", opinion->outcomes[i].code,
                                                 "text", opinion->outcomes[i].text));
    }
    json_t *sections = json_array();
    for (size_t i = 0; i < opinion->section_count; i++) {
        json_array_append_new(sections, section_json(&opinion->sections[i], i));
    }
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:b}", "title", opinion->title, "author",
                     author_json(opinion, author), "delivered_at", api_time(opinion->signed_at_ms),
                     "outcome", outcome, "sections", sections, "pdf",
                     opinion->document.media_type[0] != 0);
}

/* Of their own case for people in a seat, of the one in the path for staff. */
static int read_opinion(struct api_task *task, struct visit_service *service, bool with_bytes,
                        struct opinion **ret_opinion)
{
    const char *case_id = task->parameters.values[0];
    if (task->actor.participant_id[0]) {
        if (strcmp(task->actor.case_id, case_id) != 0) {
            return REFUSAL_NOT_FOUND;
        }
        case_id = NULL;
    }
    return visit_records_read_opinion(service, &task->actor, case_id, with_bytes, ret_opinion);
}

static int run_show_opinion(struct api_task *task, struct visit_service *service)
{
    AUTO(opinion) opinion = NULL;
    int result = read_opinion(task, service, false, &opinion);
    if (result != 0) {
        return result;
    }
    struct person author;
    result = visit_records_find_author(service, task->parameters.values[0], opinion, &author);
    if (result >= 0) {
        task->output = opinion_json(opinion, result == 0 ? &author : NULL);
    }
    return result < 0 ? result : 0;
}

void cases_show_opinion(struct api *api, struct http_exchange *exchange,
                        const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters,
                                  API_SEAT | API_STAFF | API_OPERATOR | API_SYSTEM,
                                  run_show_opinion));
}

static void destroy_opinion(void *data)
{
    opinion_destroy(data);
}

static int run_show_pdf(struct api_task *task, struct visit_service *service)
{
    struct opinion *opinion = NULL;
    const int result = read_opinion(task, service, true, &opinion);
    task->data = opinion;
    return result == 0 && !opinion->document.bytes ? REFUSAL_NOT_FOUND : result;
}

static void answer_pdf(struct api_task *task, struct http_exchange *exchange)
{
    const struct opinion *opinion = task->data;
    if (exchange) {
        http_exchange_add_header(exchange, "Content-Disposition",
                                 "inline; filename=\"second-opinion.pdf\"");
        http_exchange_reply(exchange, 200, "application/pdf", opinion->document.bytes,
                            opinion->document.size);
    }
}

void cases_show_opinion_pdf(struct api *api, struct http_exchange *exchange,
                            const struct api_parameters *parameters)
{
    struct api_task *task = api_task_create(
        api, exchange, parameters, API_SEAT | API_STAFF | API_OPERATOR | API_SYSTEM, run_show_pdf);
    task->data_destroy = destroy_opinion;
    task->answer = answer_pdf;
    api_task_post(task);
}

/* ---- the whole case ---- */

json_t *cases_intervals_json(const struct recording_record *record)
{
    json_t *intervals = json_array();
    for (size_t i = 0; i < record->interval_count; i++) {
        json_array_append_new(intervals,
                              json_pack("{s:I, s:I}", "start",
                                        (json_int_t)record->intervals[i].started_at_ms, "end",
                                        (json_int_t)record->intervals[i].ended_at_ms));
    }
    return intervals;
}

json_t *cases_recording_json(const struct recording_record *record,
                             const struct visit_picture *picture)
{
    json_t *participants = json_array();
    for (size_t i = 0; i < record->file_count; i++) {
        const struct recording_file *file = &record->files[i];
        const struct participant *person =
            picture ? visit_picture_find(picture, file->participant_id) : NULL;
        json_array_append_new(
            participants,
            json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "id", file->participant_id,
                      "name", person ? person->person.display_name : "", "role",
                      participant_role_name(person ? person->person.role : ROLE_PATIENT), "mime",
                      file->media_type, "bytes", (json_int_t)file->plain_size_bytes, "duration_ms",
                      (json_int_t)file->duration_ms, "sha256", file->sha256, "file",
                      file->file_name));
    }
    const struct recording *recording = &record->recording;
    const int64_t started_ms =
        recording->first_flowed_at_ms > 0 ? recording->first_flowed_at_ms : recording->asked_at_ms;
    return json_pack("{s:s, s:s, s:s, s:I, s:o, s:o}", "id", recording->id, "visit",
                     recording->visit_id, "state", recording_phase_name(recording->phase),
                     "started_at", (json_int_t)started_ms, "intervals",
                     cases_intervals_json(record), "participants", participants);
}

static json_t *participants_json(const struct visit_picture *picture)
{
    json_t *participants = json_array();
    for (size_t i = 0; i < picture->participant_count; i++) {
        const struct participant *participant = &picture->participants[i];
        json_array_append_new(participants,
                              json_pack("{s:s, s:s, s:s, s:s}", "id", participant->id, "name",
                                        participant->person.display_name, "role",
                                        participant_role_name(participant->person.role), "state",
                                        seat_state_name(participant->state)));
    }
    return participants;
}

static json_t *recordings_of(const struct recording_list *recordings,
                             const struct visit_picture *picture,
                             const struct visit_event_list *events)
{
    json_t *list = json_array();
    for (size_t i = 0; recordings && i < recordings->count; i++) {
        if (strcmp(recordings->records[i].recording.visit_id, picture->visit.id) == 0) {
            json_t *recording = cases_recording_json(&recordings->records[i], picture);
            json_object_set_new(
                recording, "marks",
                visit_history_marks(events, picture, recordings->records[i].recording.id));
            json_array_append_new(list, recording);
        }
    }
    return list;
}

static int add_visit(struct api_task *task, struct visit_service *service,
                     const struct visit *visit, const struct recording_list *recordings,
                     json_t *visits)
{
    AUTO(visit_snapshot) snapshot = NULL;
    AUTO(visit_event_list) events = NULL;
    AUTO(quality_minute_list) quality = NULL;
    int result = visit_conduct_snapshot(service, &task->actor, visit->id, &snapshot);
    result =
        result != 0 ? result : visit_records_timeline(service, &task->actor, visit->id, &events);
    result = result != 0 ? result : visit_quality_list(service, &task->actor, visit->id, &quality);
    if (result != 0) {
        return result;
    }
    json_array_append_new(
        visits, json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "id", visit->id,
                          "title", visit->title, "starts_at", api_time(visit->scheduled_at_ms),
                          "time_zone", visit->time_zone, "state", visit_state_name(visit->state),
                          "shape", visit_shape_name(visit->shape), "participants",
                          participants_json(snapshot->picture), "recordings",
                          recordings_of(recordings, snapshot->picture, events), "timeline",
                          visit_history_timeline(events, snapshot->picture, snapshot->chat),
                          "quality", visit_history_quality(quality, snapshot->picture)));
    return 0;
}

static json_t *care_team_json(const struct clinical_case *clinical_case)
{
    json_t *team = json_array();
    for (size_t i = 0; i < clinical_case->person_count; i++) {
        const struct person *person = &clinical_case->people[i];
        if (person->role != ROLE_PATIENT && person->role != ROLE_CAREGIVER) {
            json_array_append_new(team, json_pack("{s:s, s:s, s:s, s:s}", "id", person->id, "name",
                                                  person->display_name, "role",
                                                  participant_role_name(person->role),
                                                  "organisation", person->label));
        }
    }
    return team;
}

static json_t *patient_json(const struct clinical_case *clinical_case)
{
    const struct person *patient = clinical_case_patient(clinical_case);
    return patient ? json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}}", "id",
                               patient->id, "name", patient->display_name, "birth_date",
                               patient->birth_date, "time_zone", patient->time_zone, "phone",
                               patient->phone, "email", patient->email, "address", patient->address,
                               "emergency_contact", "name", patient->emergency_contact_name,
                               "phone", patient->emergency_contact_phone)
                   : json_null();
}

static int run_show(struct api_task *task, struct visit_service *service)
{
    const char *case_id = task->parameters.values[0];
    AUTO(clinical_case) clinical_case = NULL;
    AUTO(recording_list) recordings = NULL;
    AUTO(visit_list) list = NULL;
    int result = visit_records_read_case(service, &task->actor, case_id, &clinical_case);
    result =
        result != 0 ? result : visit_records_list_visits(service, &task->actor, case_id, &list);
    result =
        result != 0 ? result : visit_recording_list(service, &task->actor, case_id, &recordings);
    json_t *visits = json_array();
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        result = add_visit(task, service, &list->visits[i], recordings, visits);
    }
    struct person author;
    int has_author = REFUSAL_NOT_FOUND;
    if (result == 0 && clinical_case->opinion) {
        has_author = visit_records_find_author(service, case_id, clinical_case->opinion, &author);
        result = has_author < 0 ? has_author : 0;
    }
    if (result != 0) {
        json_decref(visits);
        return result;
    }
    task->output = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "id", clinical_case->id, "number",
        clinical_case->reference, "programme", clinical_case->programme, "title",
        clinical_case->title, "patient", patient_json(clinical_case), "care_team",
        care_team_json(clinical_case), "opinion",
        opinion_json(clinical_case->opinion, has_author == 0 ? &author : NULL), "visits", visits);
    return 0;
}

void cases_show(struct api *api, struct http_exchange *exchange,
                const struct api_parameters *parameters)
{
    api_task_post(api_task_create(api, exchange, parameters, API_STAFF | API_OPERATOR | API_SYSTEM,
                                  run_show));
}
