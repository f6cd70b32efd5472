#include "gateway/visits/team.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

struct team *team_create(void)
{
    return allocate_zeroed(1, sizeof(struct team));
}

struct team *team_destroy(struct team *team)
{
    if (team) {
        free(team->experts);
        free(team);
    }
    return NULL;
}

int team_add_expert(struct team *team, const struct expert *expert)
{
    if (team->expert_count == TEAM_EXPERTS_MAX) {
        return -ENOSPC;
    }
    for (size_t i = 0; i < team->expert_count; i++) {
        if (strcmp(team->experts[i].staff_key, expert->staff_key) == 0) {
            return -EEXIST;
        }
    }
    if (!team->experts) {
        team->experts = allocate_zeroed(TEAM_EXPERTS_MAX, sizeof(*team->experts));
    }
    team->experts[team->expert_count++] = *expert;
    return 0;
}

const struct expert *team_find_expert(const struct team *team, const char *expert_id)
{
    for (size_t i = 0; i < team->expert_count; i++) {
        if (strcmp(team->experts[i].id, expert_id) == 0) {
            return &team->experts[i];
        }
    }
    return NULL;
}

struct team_list *team_list_create(void)
{
    return allocate_zeroed(1, sizeof(struct team_list));
}

struct team_list *team_list_destroy(struct team_list *list)
{
    for (size_t i = 0; list && i < list->count; i++) {
        free(list->teams[i].experts);
    }
    if (list) {
        free(list->teams);
        free(list);
    }
    return NULL;
}

/* ---- words ---- */

/* Returns the length of the word at *cursor, which is moved to it; 0 at the end. */
static size_t next_word(const char **cursor)
{
    *cursor += strspn(*cursor, " ");
    return strcspn(*cursor, " ");
}

bool word_list_has(const char *list, const char *word)
{
    size_t length;
    for (; (length = next_word(&list)) > 0; list += length) {
        if (strlen(word) == length && strncmp(list, word, length) == 0) {
            return true;
        }
    }
    return false;
}

bool languages_meet(const char *left, const char *right)
{
    size_t left_length;
    for (; (left_length = next_word(&left)) > 0; left += left_length) {
        const char *other = right;
        const size_t primary = strcspn(left, "- ");
        size_t length;
        for (; (length = next_word(&other)) > 0; other += length) {
            if (strcspn(other, "- ") == primary && strncasecmp(left, other, primary) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool words_are_plain(const char *list)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._- ";
    return strspn(list, allowed) == strlen(list);
}

/* ---- checks ---- */

static bool is_name(const char *text)
{
    return text[0] && person_text_is_clean(text, false);
}

const char *expert_find_problem(const struct expert *expert)
{
    if (!is_name(expert->staff_key)) {
        return "staff";
    }
    if (!is_name(expert->display_name)) {
        return "name";
    }
    if (!person_text_is_clean(expert->label, false)) {
        return "organisation";
    }
    if (!words_are_plain(expert->subspecialties)) {
        return "subspecialties";
    }
    if (!words_are_plain(expert->languages)) {
        return "languages";
    }
    return time_zone_is_well_formed(expert->time_zone) ? NULL : "time_zone";
}

const char *team_find_problem(const struct team *team, size_t *ret_index)
{
    *ret_index = 0;
    if (!case_code_is_plain(team->programme)) {
        return "programme";
    }
    if (!case_code_is_plain(team->key)) {
        return "key";
    }
    if (!is_name(team->name)) {
        return "name";
    }
    if (!case_code_is_plain(team->subspecialty)) {
        return "subspecialty";
    }
    for (size_t i = 0; i < team->expert_count; i++) {
        if (expert_find_problem(&team->experts[i])) {
            *ret_index = i;
            return "experts";
        }
    }
    return NULL;
}

/* ---- routing ---- */

/* How well a team fits, more being better; 0: not at all. */
static unsigned fitness(const struct team *team, const char *subspecialty, const char *languages)
{
    const bool is_its_own = strcmp(team->subspecialty, subspecialty) == 0;
    bool has_expert = false;
    bool is_understood = false;
    for (size_t i = 0; i < team->expert_count; i++) {
        const struct expert *expert = &team->experts[i];
        const bool knows = word_list_has(expert->subspecialties, subspecialty);
        has_expert = has_expert || knows;
        is_understood = is_understood ||
                        ((is_its_own || knows) && languages_meet(expert->languages, languages));
    }
    if (!is_its_own && !has_expert) {
        return 0;
    }
    return (is_its_own ? 4u : 2u) + (is_understood ? 1u : 0u);
}

const struct team *team_route(const struct team_list *list, const char *programme,
                              const char *subspecialty, const char *languages)
{
    const struct team *best = NULL;
    unsigned best_fitness = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct team *team = &list->teams[i];
        if (team->retired_at_ms != 0 || team->expert_count == 0 ||
            strcmp(team->programme, programme) != 0) {
            continue;
        }
        const unsigned fits = fitness(team, subspecialty, languages);
        if (fits > best_fitness ||
            (fits > 0 && fits == best_fitness && team->open_cases < best->open_cases)) {
            best = team;
            best_fitness = fits;
        }
    }
    return best;
}
