#include "signaling/api/team_document.h"

#include "gateway/base/allocate.h"
#include "gateway/base/clock.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

struct team_document *team_document_destroy(struct team_document *document)
{
    if (document) {
        team_destroy(document->team);
        for (size_t i = 0; i < TEAM_EXPERTS_MAX; i++) {
            free(document->hours[i]);
        }
        free(document);
    }
    return NULL;
}

/* ---- hours ---- */

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};

/* "13:30"; "24:00" is the end of the day. */
static int read_minute(const struct document_place *place, const json_t *object, const char *name,
                       uint16_t *ret_minute)
{
    const char *text = json_string_value(json_object_get(object, name));
    unsigned hour = 0;
    unsigned minute = 0;
    if (!text || strlen(text) != 5 || text[2] != ':' || strspn(text, "0123456789:") != 5 ||
        sscanf(text, "%2u:%2u", &hour, &minute) != 2 || minute > 59 ||
        hour * 60 + minute > CIVIL_MINUTES_PER_DAY) {
        return document_fail(place, name, "A time of the day like 13:30 belongs here.");
    }
    *ret_minute = (uint16_t)(hour * 60 + minute);
    return 0;
}

static int check_order(const struct document_place *place, uint16_t from, uint16_t until)
{
    return from < until ? 0
                        : document_fail(place, "until",
                                        "The end comes after the beginning, on the same day.");
}

static int read_window(const struct document_place *place, const json_t *object,
                       struct hours_window *window)
{
    static const char *const names[] = {"day", "from", "until", NULL};
    int result = document_check_fields(place, object, names);
    const char *day = json_string_value(json_object_get(object, "day"));
    for (size_t i = 0; result == 0 && i < G_N_ELEMENTS(weekdays); i++) {
        if (g_strcmp0(day, weekdays[i]) == 0) {
            window->weekday = (uint8_t)(i + 1);
        }
    }
    if (result == 0 && window->weekday == 0) {
        result = document_fail(place, "day", "A day is monday, tuesday, ... or sunday.");
    }
    result = result < 0 ? result : read_minute(place, object, "from", &window->from_minute);
    result = result < 0 ? result : read_minute(place, object, "until", &window->until_minute);
    return result < 0 ? result : check_order(place, window->from_minute, window->until_minute);
}

static int read_day(const struct document_place *place, const json_t *object, const char *name,
                    civil_day *ret_day)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && civil_day_from_text(text, ret_day) == 0
               ? 0
               : document_fail(place, name, "A day like 2026-12-24 belongs here.");
}

static int read_exception(const struct document_place *place, const json_t *object,
                          struct hours_exception *exception)
{
    static const char *const names[] = {"first", "last", "from", "until", "away", NULL};
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result : read_day(place, object, "first", &exception->first_day);
    exception->last_day = exception->first_day;
    exception->until_minute = CIVIL_MINUTES_PER_DAY;
    if (result == 0 && json_object_get(object, "last")) {
        result = read_day(place, object, "last", &exception->last_day);
    }
    if (result == 0 && json_object_get(object, "from")) {
        result = read_minute(place, object, "from", &exception->from_minute);
    }
    if (result == 0 && json_object_get(object, "until")) {
        result = read_minute(place, object, "until", &exception->until_minute);
    }
    result =
        result < 0 ? result : document_read_flag(place, object, "away", true, &exception->away);
    if (result == 0 && (exception->last_day < exception->first_day ||
                        exception->last_day - exception->first_day > EXCEPTION_DAYS_MAX)) {
        result = document_fail(place, "last", "The last day is the first, or within a year of it.");
    }
    return result < 0 ? result
                      : check_order(place, exception->from_minute, exception->until_minute);
}

/* Within `top`, which may be an expert of a team. */
static int read_hours(const struct document_place *top, const json_t *document,
                      struct expert_hours *hours)
{
    const json_t *weekly = NULL;
    const json_t *exceptions = NULL;
    const char *dot = *top->text ? "." : "";
    int result = document_read_list(top, document, "weekly", EXPERT_WINDOWS_MAX, &weekly);
    for (size_t i = 0; result == 0 && i < json_array_size(weekly); i++) {
        g_autofree char *path = g_strdup_printf("%s%sweekly[%zu]", top->text, dot, i);
        const struct document_place place = {path, top->problem};
        result = read_window(&place, json_array_get(weekly, i), &hours->windows[i]);
        hours->window_count = i + 1;
    }
    if (result == 0 && json_object_get(document, "exceptions")) {
        result =
            document_read_list(top, document, "exceptions", EXPERT_EXCEPTIONS_MAX, &exceptions);
    }
    for (size_t i = 0; result == 0 && i < json_array_size(exceptions); i++) {
        g_autofree char *path = g_strdup_printf("%s%sexceptions[%zu]", top->text, dot, i);
        const struct document_place place = {path, top->problem};
        result = read_exception(&place, json_array_get(exceptions, i), &hours->exceptions[i]);
        hours->exception_count = i + 1;
    }
    return result;
}

static int check_zone(const struct document_place *place, const char *time_zone)
{
    AUTO(zone_clock) clock = zone_clock_create(time_zone);
    return clock ? 0
                 : document_fail(place, "time_zone",
                                 "A time zone is an IANA name like America/Denver.");
}

int hours_document_read(const json_t *document, struct expert_hours *ret_hours,
                        struct document_problem *ret_problem)
{
    static const char *const names[] = {"time_zone", "weekly", "exceptions", NULL};
    const struct document_place top = {"", ret_problem};
    memset(ret_hours, 0, sizeof(*ret_hours));
    int result = document_check_fields(&top, document, names);
    result = result < 0 ? result
                        : document_read_text(&top, document, "time_zone", true,
                                             ret_hours->time_zone, sizeof(ret_hours->time_zone));
    result = result < 0 ? result : check_zone(&top, ret_hours->time_zone);
    return result < 0 ? result : read_hours(&top, document, ret_hours);
}

static json_t *minute_json(uint16_t minute)
{
    char text[8];
    snprintf(text, sizeof(text), "%02u:%02u", minute / 60u % 100u, minute % 60u);
    return json_string(text);
}

json_t *hours_document_write(const struct expert_hours *hours)
{
    json_t *weekly = json_array();
    json_t *exceptions = json_array();
    for (size_t i = 0; i < hours->window_count; i++) {
        const struct hours_window *window = &hours->windows[i];
        json_array_append_new(weekly, json_pack("{s:s, s:o, s:o}", "day",
                                                weekdays[(window->weekday + 6) % 7], "from",
                                                minute_json(window->from_minute), "until",
                                                minute_json(window->until_minute)));
    }
    for (size_t i = 0; i < hours->exception_count; i++) {
        const struct hours_exception *exception = &hours->exceptions[i];
        char first[PERSON_DATE_SIZE];
        char last[PERSON_DATE_SIZE];
        civil_day_to_text(exception->first_day, first);
        civil_day_to_text(exception->last_day, last);
        json_array_append_new(
            exceptions, json_pack("{s:s, s:s, s:o, s:o, s:b}", "first", first, "last", last, "from",
                                  minute_json(exception->from_minute), "until",
                                  minute_json(exception->until_minute), "away", exception->away));
    }
    return json_pack("{s:s, s:o, s:o}", "time_zone", hours->time_zone, "weekly", weekly,
                     "exceptions", exceptions);
}

/* ---- teams ---- */

static int read_expert_hours(const struct document_place *place, const json_t *object,
                             const struct expert *expert, struct expert_hours **ret_hours)
{
    static const char *const names[] = {"weekly", "exceptions", NULL};
    const json_t *value = json_object_get(object, "hours");
    g_autofree char *path = g_strdup_printf("%s.hours", place->text);
    const struct document_place inner = {path, place->problem};
    if (!value) {
        return 0;
    }
    struct expert_hours *hours = allocate_zeroed(1, sizeof(*hours));
    *ret_hours = hours; /* the document's, whatever becomes of it */
    memcpy(hours->time_zone, expert->time_zone, sizeof(hours->time_zone));
    const int result = document_check_fields(&inner, value, names);
    return result < 0 ? result : read_hours(&inner, value, hours);
}

/* What the domain calls a field is what the document calls it. */
static int check_expert(const struct document_place *place, const struct expert *expert)
{
    const char *field = expert_find_problem(expert);
    return field ? document_fail(place, field, "The value makes no sense here.")
                 : check_zone(place, expert->time_zone);
}

static int read_expert(const struct document_place *place, const json_t *object,
                       struct team_document *document)
{
    static const char *const names[] = {"id",           "staff",          "name",
                                        "organisation", "subspecialties", "languages",
                                        "time_zone",    "hours",          NULL};
    struct expert expert = {.id = ""};
    const struct document_text fields[] = {
        {"staff", true, expert.staff_key, sizeof(expert.staff_key)},
        {"name", true, expert.display_name, sizeof(expert.display_name)},
        {"organisation", false, expert.label, sizeof(expert.label)},
        {"time_zone", true, expert.time_zone, sizeof(expert.time_zone)},
    };
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result : document_read_texts(place, object, fields, G_N_ELEMENTS(fields));
    result = result < 0 ? result
                        : document_read_words(place, object, "subspecialties",
                                              expert.subspecialties, sizeof(expert.subspecialties));
    result = result < 0 ? result
                        : document_read_words(place, object, "languages", expert.languages,
                                              sizeof(expert.languages));
    result = result < 0 ? result : check_expert(place, &expert);
    if (result < 0) {
        return result;
    }
    if (team_add_expert(document->team, &expert) < 0) {
        return document_fail(place, "staff", "Two experts of the team are the same.");
    }
    return read_expert_hours(place, object, &expert,
                             &document->hours[document->team->expert_count - 1]);
}

static int read_experts(const struct document_place *top, const json_t *object,
                        struct team_document *document)
{
    const json_t *experts = NULL;
    int result = document_read_list(top, object, "experts", TEAM_EXPERTS_MAX, &experts);
    for (size_t i = 0; result == 0 && i < json_array_size(experts); i++) {
        char path[32];
        snprintf(path, sizeof(path), "experts[%zu]", i);
        const struct document_place place = {path, top->problem};
        result = read_expert(&place, json_array_get(experts, i), document);
    }
    return result;
}

int team_document_read(const json_t *document, struct team_document **ret_document,
                       struct document_problem *ret_problem)
{
    /* What is shown may be sent back: what the gateway says by itself is not looked at. */
    static const char *const names[] = {
        "id", "programme", "key", "name", "subspecialty", "experts", "retired", "open_cases", NULL};
    const struct document_place top = {"", ret_problem};
    AUTO(team_document) read = allocate_zeroed(1, sizeof(*read));
    struct team *team = read->team = team_create();
    const struct document_text fields[] = {
        {"programme", true, team->programme, sizeof(team->programme)},
        {"key", true, team->key, sizeof(team->key)},
        {"name", true, team->name, sizeof(team->name)},
        {"subspecialty", true, team->subspecialty, sizeof(team->subspecialty)},
    };
    size_t index = 0;
    int result = document_check_fields(&top, document, names);
    result =
        result < 0 ? result : document_read_texts(&top, document, fields, G_N_ELEMENTS(fields));
    result = result < 0 ? result : read_experts(&top, document, read);
    const char *problem = result < 0 ? NULL : team_find_problem(team, &index);
    if (problem) {
        return document_fail(&top, problem, "The value makes no sense here.");
    }
    if (result == 0) {
        *ret_document = TAKE(read);
    }
    return result;
}

/* "a b" -> ["a", "b"] */
static json_t *words_json(const char *words)
{
    json_t *list = json_array();
    g_auto(GStrv) parts = g_strsplit(words, " ", -1);
    for (size_t i = 0; parts[i]; i++) {
        if (*parts[i]) {
            json_array_append_new(list, json_string(parts[i]));
        }
    }
    return list;
}

static json_t *expert_json(const struct expert *expert)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s}", "id", expert->id, "staff",
                     expert->staff_key, "name", expert->display_name, "organisation", expert->label,
                     "subspecialties", words_json(expert->subspecialties), "languages",
                     words_json(expert->languages), "time_zone", expert->time_zone);
}

json_t *team_document_write(const struct team *team)
{
    json_t *experts = json_array();
    for (size_t i = 0; i < team->expert_count; i++) {
        json_array_append_new(experts, expert_json(&team->experts[i]));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:o}", "id", team->id, "programme",
                     team->programme, "key", team->key, "name", team->name, "subspecialty",
                     team->subspecialty, "retired", team->retired_at_ms != 0, "open_cases",
                     (json_int_t)team->open_cases, "experts", experts);
}

/* ---- hybrid plans ---- */

static int read_item(const struct document_place *place, const json_t *object,
                     struct plan_item *item)
{
    static const char *const names[] = {"what", "how", "where", "when", NULL};
    const struct document_text fields[] = {
        {"what", true, item->what, sizeof(item->what)},
        {"where", false, item->where, sizeof(item->where)},
    };
    int result = document_check_fields(place, object, names);
    result = result < 0 ? result : document_read_texts(place, object, fields, G_N_ELEMENTS(fields));
    const char *how = json_string_value(json_object_get(object, "how"));
    if (result == 0 && (!how || plan_way_from_name(how, &item->way) < 0)) {
        result = document_fail(place, "how", "It is video or in_person.");
    }
    if (result == 0 && !json_is_null(json_object_get(object, "when"))) {
        result = document_read_number(place, object, "when", false, 0, WALL_MS_MAX, &item->at_ms);
    }
    return result;
}

int plan_document_read(const json_t *document, struct hybrid_plan *ret_plan,
                       struct document_problem *ret_problem)
{
    static const char *const names[] = {"items", NULL};
    const struct document_place top = {"", ret_problem};
    const json_t *items = NULL;
    size_t index = 0;
    memset(ret_plan, 0, sizeof(*ret_plan));
    int result = document_check_fields(&top, document, names);
    result =
        result < 0 ? result : document_read_list(&top, document, "items", PLAN_ITEMS_MAX, &items);
    for (size_t i = 0; result == 0 && i < json_array_size(items); i++) {
        char path[32];
        snprintf(path, sizeof(path), "items[%zu]", i);
        const struct document_place place = {path, ret_problem};
        result = read_item(&place, json_array_get(items, i), &ret_plan->items[i]);
        ret_plan->count = i + 1;
    }
    const char *problem = result < 0 ? NULL : hybrid_plan_find_problem(ret_plan, &index);
    if (problem) {
        char path[32];
        snprintf(path, sizeof(path), "items[%zu]", index);
        const struct document_place place = {path, ret_problem};
        return document_fail(&place, problem,
                             "The value makes no sense here; what happens in person has a place.");
    }
    return result;
}

json_t *plan_document_write(const struct hybrid_plan *plan)
{
    json_t *items = json_array();
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_item *item = &plan->items[i];
        json_array_append_new(
            items,
            json_pack("{s:s, s:s, s:s, s:o}", "what", item->what, "how", plan_way_name(item->way),
                      "where", item->where, "when",
                      item->at_ms > 0 ? json_integer((json_int_t)item->at_ms) : json_null()));
    }
    return items;
}
