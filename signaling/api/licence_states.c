#include "signaling/api/licence_states.h"

#include "signaling/api/questionnaire_json.h"
#include "signaling/api/screening_settings.h"

#include <string.h>

static bool is_there(const json_t *states, const char *state)
{
    size_t index;
    const json_t *there;
    json_array_foreach(states, index, there)
    {
        if (strcmp(json_string_value(json_object_get(there, "state")), state) == 0) {
            return true;
        }
    }
    return false;
}

/* `words` is taken. */
static void add_state(json_t *states, const char *state, json_t *words)
{
    if (is_there(states, state)) {
        json_decref(words);
        return;
    }
    json_array_append_new(states, json_pack("{s:s, s:o}", "state", state, "words", words));
}

/* XX, which ISO 3166-1 leaves to its users, is somewhere else: nobody is licensed for that. */
static bool is_a_place(const char *state)
{
    return strncmp(state, "XX-", 3) != 0;
}

static void add_options(json_t *states, const struct questionnaire *questionnaire)
{
    const size_t found = questionnaire_find_meaning(questionnaire, MEANING_PLACE_STATE);
    if (found == QUESTIONNAIRE_NO_ITEM) {
        return;
    }
    const struct questionnaire_item *item = &questionnaire->items[found];
    for (size_t i = 0; i < item->option_count; i++) {
        if (is_a_place(item->options[i].code)) {
            add_state(states, item->options[i].code,
                      questionnaire_words_json(questionnaire, &item->options[i].words));
        }
    }
}

json_t *licence_states_json(const struct screening_settings *settings,
                            const struct licence_rules *rules)
{
    json_t *states = json_array();
    for (size_t i = 0; settings && i < settings->count; i++) {
        add_options(states, settings->questionnaires[i]);
    }
    const bool asks = json_array_size(states) > 0;
    for (size_t i = 0; rules && i < rules->count; i++) {
        const bool is_for_others = strcmp(rules->rules[i].state, "*") == 0;
        if (is_for_others && !asks) {
            add_state(states, "US-*", json_null()); /* as where a site names none */
        } else if (!is_for_others && is_a_place(rules->rules[i].state)) {
            add_state(states, rules->rules[i].state, json_null());
        }
    }
    return states;
}
