#include "tests/integration/role_matrix_site.h"

#include "gateway/base/clock.h"
#include "signaling/api/screening_settings.h"
#include "tests/integration/visit_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAY_MS 86400000LL
#define DISTRESS "urn:bedside:questionnaire:distress"
#define STAFF_PATH SOURCE_FOLDER "/tests/vectors/staff_of_every_role.json"

/* ---- values ---- */

static void keep(struct role_matrix_site *site, const char *name, const char *value)
{
    assert_true(site->value_count < SITE_VALUES_MAX);
    if (!value[0]) {
        fail_msg("there is no %s", name);
    }
    char *copy = strdup(value);
    assert_non_null(copy);
    site->owned[site->value_count] = copy;
    site->values[site->value_count++] = (struct named_value){name, copy};
}

static void keep_number(struct role_matrix_site *site, const char *name, long long value)
{
    char text[32];
    snprintf(text, sizeof(text), "%lld", value);
    keep(site, name, text);
}

static void keep_json(struct role_matrix_site *site, const char *name, const json_t *value)
{
    AUTO_FREE char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    assert_non_null(text);
    keep(site, name, text);
}

/* What the holder is told (owned). */
static json_t *ask(const struct holder *holder, const char *method, const char *path,
                   const char *body)
{
    struct answer answer = {0};
    holder_ask(holder, method, path, body, NULL, &answer);
    if (answer.status < 200 || answer.status > 299) {
        fail_msg("%s: %ld %s", path, answer.status, answer.body ? answer.body : "");
    }
    json_t *json = json_incref(answer.json);
    answer_clear(&answer);
    return json;
}

/* ---- one of each ---- */

static void make_team(struct role_matrix_site *site, const struct holder *operator_holder)
{
    static const char team[] =
        "{\"programme\":\"" SITE_PROGRAMME "\",\"key\":\"breast\",\"name\":\"Breast\","
        "\"subspecialty\":\"breast\",\"experts\":[{\"staff\":\"rao\",\"name\":\"Dr. Mira Rao\","
        "\"languages\":[\"en\"],\"subspecialties\":[\"breast\"],\"time_zone\":\"UTC\","
        "\"hours\":{\"weekly\":[{\"day\":\"monday\",\"from\":\"09:00\",\"until\":\"12:00\"}]}}]}";
    char path[128];
    json_t *made = ask(operator_holder, "POST", "/api/v1/teams", team);
    keep(site, "team", text_in(made, "id"));
    keep(site, "expert", text_in(json_array_get(json_object_get(made, "experts"), 0), "id"));
    json_decref(made);
    snprintf(path, sizeof(path), "/api/v1/programmes/%s/due-days", SITE_PROGRAMME);
    json_t *days = ask(operator_holder, "GET", path, NULL);
    keep_json(site, "due_days", days);
    json_decref(days);
    keep(site, "hours", "{\"time_zone\":\"UTC\",\"weekly\":[]}");
    const long long from_ms = (clock_wall_ms() / DAY_MS + 1) * DAY_MS;
    keep_number(site, "slot", from_ms);
    keep_number(site, "later", from_ms + 7 * DAY_MS);
}

/* A patient says how bad it is: that raises an alert. */
static void make_alert(struct role_matrix_site *site, const struct holder *patient,
                       const struct holder *physician)
{
    char path[160];
    size_t index;
    json_t *questionnaire;
    json_t *page = ask(patient, "GET", "/api/v1/seat/questionnaires", NULL);
    json_array_foreach(json_object_get(page, "questionnaires"), index, questionnaire)
    {
        if (strcmp(text_in(questionnaire, "url"), DISTRESS) == 0) {
            keep(site, "questionnaire", text_in(questionnaire, "id"));
            snprintf(path, sizeof(path), "/api/v1/seat/questionnaires/%s/answers",
                     text_in(questionnaire, "id"));
        }
    }
    json_decref(page);
    json_decref(ask(patient, "PUT", path,
                    "{\"answers\":[{\"link_id\":\"distress\",\"value\":9}],\"complete\":true}"));
    snprintf(path, sizeof(path), "/api/v1/visits/%s/screening", site->visit.visit_id);
    page = ask(physician, "GET", path, NULL);
    keep(site, "alert", text_in(json_array_get(json_object_get(page, "alerts"), 0), "id"));
    json_decref(page);
}

/* Somebody opens the visit and asks for a recording: it stands in the books. */
static void make_recording(struct role_matrix_site *site, const struct holder *operator_holder)
{
    char path[128];
    AUTO(visit_client) client = role_visit_join(&site->visit, ROLE_REVIEWING_PHYSICIAN, NULL);
    assert_true(is_ok(client, json_pack("{s:s, s:s}", "type", "recording", "action", "start")));
    snprintf(path, sizeof(path), "/api/v1/recordings?visit=%s", site->visit.visit_id);
    json_t *list = ask(operator_holder, "GET", path, NULL);
    keep(site, "recording", text_in(json_array_get(json_object_get(list, "recordings"), 0), "id"));
    json_decref(list);
}

/* A program that may be changed, and then revoked. */
static void make_client(struct role_matrix_site *site, const struct holder *operator_holder)
{
    char path[128];
    holder_destroy(holder_program(&site->rig, ""));
    json_t *list = ask(operator_holder, "GET", "/api/v1/clients", NULL);
    const json_t *clients = json_object_get(list, "clients");
    const char *id = text_in(json_array_get(clients, json_array_size(clients) - 1), "id");
    keep(site, "client", id);
    snprintf(path, sizeof(path), "/api/v1/clients/%s", id);
    json_t *client = ask(operator_holder, "GET", path, NULL);
    keep_json(site, "keys", json_object_get(client, "keys"));
    json_decref(client);
    json_decref(list);
}

static void make_things(struct role_matrix_site *site)
{
    json_t *order = json_load_file(SOURCE_FOLDER "/tests/vectors/service_request.json", 0, NULL);
    struct holder *operator_holder = holder_operator(&site->rig);
    struct holder *patient = holder_in_seat(&site->visit, ROLE_PATIENT);
    struct holder *physician = holder_in_seat(&site->visit, ROLE_REVIEWING_PHYSICIAN);
    keep(site, "programme", SITE_PROGRAMME);
    keep(site, "case", site->visit.case_id);
    keep(site, "visit", site->visit.visit_id);
    keep(site, "patient", site->visit.participants[ROLE_PATIENT]);
    keep(site, "next", site->next.visit_id);
    keep(site, "own", site->own.visit_id);
    keep(site, "next_patient", site->next.participants[ROLE_PATIENT]);
    keep(site, "nothing", "0198c0de-0000-7000-8000-000000000009");
    keep_json(site, "order", order);
    make_team(site, operator_holder);
    make_alert(site, patient, physician);
    make_recording(site, operator_holder);
    make_client(site, operator_holder);
    holder_destroy(operator_holder);
    holder_destroy(patient);
    holder_destroy(physician);
    json_decref(order);
}

/* ---- everybody ---- */

static void add(struct holder **holders, size_t *count, struct holder *holder)
{
    if (holder) {
        holders[(*count)++] = holder;
    }
}

static void add_people_of(struct role_visit *visit, struct holder **holders, size_t *count)
{
    for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
        add(holders, count, holder_in_seat(visit, (enum participant_role)role));
        add(holders, count, holder_by_link(visit, (enum participant_role)role));
    }
}

static void gather(struct role_matrix_site *site)
{
    struct signaling_rig *rig = &site->rig;
    add_people_of(&site->visit, site->holders, &site->holder_count);
    for (int role = 0; role < ROLE_SEATED_COUNT; role++) {
        add(site->holders, &site->holder_count,
            holder_with_account(rig, (enum participant_role)role));
        add(site->neighbours, &site->neighbour_count,
            holder_in_seat(&site->next, (enum participant_role)role));
    }
    add(site->holders, &site->holder_count, holder_operator(rig));
    add(site->holders, &site->holder_count, holder_program(rig, ""));

    add_people_of(&site->elsewhere, site->strangers, &site->stranger_count);
    add(site->strangers, &site->stranger_count,
        holder_signed_in(rig, OTHER_COORDINATOR, ROLE_COORDINATOR));
    add(site->strangers, &site->stranger_count, holder_program(rig, OTHER_PROGRAMME));
}

void role_matrix_site_start(struct role_matrix_site *site)
{
    struct screening_settings_problem problem;
    *site = (struct role_matrix_site){.value_count = 0};
    assert_int_equal(screening_settings_load(SOURCE_FOLDER "/deploy/questionnaires",
                                             SOURCE_FOLDER "/deploy/screening-rules.json",
                                             &site->screening, &problem),
                     0);
    signaling_rig_start_asking_with_staff(&site->rig, site->screening, STAFF_PATH);
    role_visit_make(&site->rig, SITE_PROGRAMME, &site->visit);
    role_visit_make_another(&site->visit, &site->next);
    role_visit_make_another(&site->visit, &site->own);
    role_visit_make(&site->rig, OTHER_PROGRAMME, &site->elsewhere);
    /* Minting for a later visit gave the staff new links. */
    memcpy(site->visit.staff_secrets, site->own.staff_secrets, sizeof(site->own.staff_secrets));
    make_things(site);
    gather(site);
}

static void drop(struct holder **holders, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        holder_destroy(holders[i]);
    }
}

void role_matrix_site_stop(struct role_matrix_site *site)
{
    drop(site->holders, site->holder_count);
    drop(site->strangers, site->stranger_count);
    drop(site->neighbours, site->neighbour_count);
    for (size_t i = 0; i < site->value_count; i++) {
        free(site->owned[i]);
    }
    signaling_rig_stop(&site->rig);
    site->screening = screening_settings_destroy(site->screening);
}
