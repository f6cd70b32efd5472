#include "signaling/session/help_view.h"

#include <glib.h>
#include <string.h>

/* NULL: nobody who is still of the visit. */
static const struct participant *find_other(const struct visit_view *view)
{
    const struct help_session *help = &view->picture->help;
    const bool is_helper = strcmp(help->helper_id, view->viewer->id) == 0;
    return visit_picture_find(view->picture, is_helper ? help->helped_id : help->helper_id);
}

static bool is_there(const struct visit_view *view, const struct participant *other)
{
    const size_t index = (size_t)(other - view->picture->participants);
    return other->connected && view->live[index].away != VISIT_VIEW_AWAY_CONNECTION;
}

bool help_view_is_over(const struct visit_view *view)
{
    return view->picture->help.state == HELP_OVER;
}

static json_t *session_json(const struct help_session *help, const struct participant *other,
                            bool is_helper, bool here)
{
    const int64_t since_ms = help->state == HELP_OPEN ? help->opened_at_ms : help->offered_at_ms;
    return json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s, s:b}, s:I}", "id", help->id, "state",
                     help_state_name(help->state), "you", is_helper ? "helper" : "helped", "with",
                     "id", other->id, "name", other->person.display_name, "role",
                     participant_role_name(other->person.role), "here", here, "since",
                     (json_int_t)since_ms);
}

json_t *help_view(const struct visit_view *view)
{
    const struct help_session *help = &view->picture->help;
    const struct participant *other =
        help_session_is_of(help, view->viewer->id) ? find_other(view) : NULL;
    if (!other) {
        return json_null();
    }
    const bool is_helper = strcmp(help->helper_id, view->viewer->id) == 0;
    const bool here = is_there(view, other);
    if (help->state == HELP_OFFERED && !is_helper && !here) {
        return json_null();
    }
    json_t *object = session_json(help, other, is_helper, here);
    json_object_set_new(object, "words", json_array());
    if (help_view_is_over(view)) {
        json_object_set_new(object, "ended", json_string(help_end_name(help->end)));
    }
    return object;
}

bool help_view_add_words(json_t *help, const struct help_words *words, struct help_words_told *told)
{
    const char *id = json_string_value(json_object_get(help, "id"));
    if (!id || strcmp(told->help_id, id) != 0) {
        *told = (struct help_words_told){.said = 0};
        g_strlcpy(told->help_id, id ? id : "", sizeof(told->help_id));
    }
    if (!id || strcmp(words->help_id, id) != 0 || told->said == words->said) {
        return false;
    }
    const size_t kept = json_array_size(words->latest);
    const size_t fresh = MIN(kept, words->said - told->said);
    for (size_t i = kept - fresh; i < kept; i++) {
        json_array_append(json_object_get(help, "words"), json_array_get(words->latest, i));
    }
    told->said = words->said;
    return fresh > 0;
}
