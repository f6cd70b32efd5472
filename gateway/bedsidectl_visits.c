/* bedsidectl visit move, bedsidectl visit unlock. */
#include "gateway/bedsidectl.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static void print_moved(const struct invocation *invocation, const json_t *answer)
{
    const json_int_t starts_ms = json_integer_value(json_object_get(answer, "starts_at"));
    g_autoptr(GDateTime) starts = g_date_time_new_from_unix_utc(starts_ms / 1000);
    g_autofree gchar *time = starts ? g_date_time_format_iso8601(starts) : g_strdup("?");
    size_t index;
    json_t *person;
    printf("visit %s begins at %s\n", invocation->arguments[0], time);
    json_array_foreach(json_object_get(answer, "people"), index, person)
    {
        if (json_is_null(json_object_get(person, "way"))) {
            printf("neither email nor text message reaches %s\n", bedsidectl_text_of(person, "name"));
        }
    }
}

int visit_move(struct invocation *invocation)
{
    g_autofree gchar *path =
        g_strdup_printf("/api/v1/visits/%s/schedule", invocation->arguments[0]);
    g_autoptr(GDateTime) starts = g_date_time_new_from_iso8601(invocation->arguments[1], NULL);
    if (!starts) {
        return bedsidectl_fail("a time has a date and a zone: 2026-11-24T14:30:00-07:00");
    }
    json_t *body = json_pack("{s:I}", "starts_at", (json_int_t)g_date_time_to_unix(starts) * 1000);
    if (invocation->allow_overlap) {
        json_object_set_new(body, "allow_overlap", json_true());
    }
    const struct control_request request = {.method = "PUT", .path = path, .body = body};
    const int result = bedsidectl_call_and_print(invocation, &request, print_moved);
    json_decref(body);
    return result;
}

static void print_unlocked(const struct invocation *invocation, const json_t *answer)
{
    (void)answer;
    printf("the links of %s are open again\n", invocation->arguments[1]);
}

int visit_unlock(struct invocation *invocation)
{
    g_autofree gchar *path = g_strdup_printf("/api/v1/visits/%s/participants/%s/unlock",
                                             invocation->arguments[0], invocation->arguments[1]);
    json_t *body = json_object();
    const struct control_request request = {.path = path, .body = body};
    const int result = bedsidectl_call_and_print(invocation, &request, print_unlocked);
    json_decref(body);
    return result;
}
