#include "gateway/visits/team.h"

#include "gateway/visits/hybrid_plan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Two programmes; the order is that of keys. */
static struct expert breast_expert = {
    .staff_key = "rao", .subspecialties = "breast", .languages = "en"};
static struct expert lobular_expert = {
    .staff_key = "ines", .subspecialties = "breast gynaecology", .languages = "en es-US"};
static struct expert lymphoma_expert = {
    .staff_key = "lund", .subspecialties = "lymphoma myeloma", .languages = "en sv"};
static struct expert myeloma_expert = {
    .staff_key = "roth", .subspecialties = "myeloma", .languages = "de es"};

static struct team teams[] = {
    {.key = "breast-a",
     .programme = "p",
     .subspecialty = "breast",
     .experts = &breast_expert,
     .expert_count = 1,
     .open_cases = 9},
    {.key = "breast-b",
     .programme = "p",
     .subspecialty = "breast",
     .experts = &lobular_expert,
     .expert_count = 1,
     .open_cases = 30},
    {.key = "breast-c",
     .programme = "p",
     .subspecialty = "breast",
     .experts = &breast_expert,
     .expert_count = 1,
     .open_cases = 3},
    {.key = "breast-old",
     .programme = "p",
     .subspecialty = "breast",
     .experts = &breast_expert,
     .expert_count = 1,
     .retired_at_ms = 1},
    {.key = "empty", .programme = "p", .subspecialty = "sarcoma"},
    {.key = "lymph",
     .programme = "p",
     .subspecialty = "lymphoma",
     .experts = &lymphoma_expert,
     .expert_count = 1,
     .open_cases = 50},
    {.key = "mm",
     .programme = "p",
     .subspecialty = "myeloma",
     .experts = &myeloma_expert,
     .expert_count = 1,
     .open_cases = 99},
    {.key = "other",
     .programme = "q",
     .subspecialty = "sarcoma",
     .experts = &breast_expert,
     .expert_count = 1},
};

static void requests_find_their_team(void **state)
{
    (void)state;
    static const struct {
        const char *programme;
        const char *subspecialty;
        const char *languages;
        const char *key; /* NULL: none */
    } rows[] = {
        {"p", "breast", "", "breast-c"},   /* the fewest open cases */
        {"p", "breast", "en", "breast-c"}, /* all speak it */
        {"p", "breast", "es", "breast-b"}, /* whoever speaks it */
        {"p", "breast", "fr es-MX", "breast-b"},
        {"p", "breast", "fr", "breast-c"},    /* nobody does */
        {"p", "gynaecology", "", "breast-b"}, /* by an expert */
        {"p", "myeloma", "", "mm"},           /* its own before an expert's */
        {"p", "myeloma", "sv", "mm"},
        {"p", "sarcoma", "", NULL}, /* nobody in it */
        {"q", "sarcoma", "", "other"},
        {"q", "breast", "", "other"}, /* by an expert, whatever the team's own */
        {"p", "skin", "", NULL},
        {"r", "breast", "", NULL},
        {"p", "", "", NULL},
        {"p", "Breast", "", NULL},
        {"p", "brea", "", NULL},
    };
    const struct team_list list = {teams, ARRAY_LENGTH(teams)};
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct team *team =
            team_route(&list, rows[i].programme, rows[i].subspecialty, rows[i].languages);
        if (strcmp(team ? team->key : "", rows[i].key ? rows[i].key : "") != 0) {
            fail_msg("%s %s %s: %s", rows[i].programme, rows[i].subspecialty, rows[i].languages,
                     team ? team->key : "none");
        }
    }
}

static void languages_meet_in_their_first_part(void **state)
{
    (void)state;
    static const struct {
        const char *left;
        const char *right;
        bool meet;
    } rows[] = {
        {"en", "en", true}, {"en-US", "en-GB", true},  {"es", "en es-US", true},
        {"ES", "es", true}, {"e", "es", false},        {"en", "", false},
        {"", "", false},    {"en fr", "de es", false}, {"zh-Hant-TW", "zh", true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(languages_meet(rows[i].left, rows[i].right), rows[i].meet);
        assert_int_equal(languages_meet(rows[i].right, rows[i].left), rows[i].meet);
    }
}

static void fill(struct team *team)
{
    const struct expert expert = {.staff_key = "rao",
                                  .display_name = "Dr. Mira Rao",
                                  .label = "Harbor Cancer Institute",
                                  .subspecialties = "breast sarcoma",
                                  .languages = "en es-US",
                                  .time_zone = "America/New_York"};
    strcpy(team->programme, "demonstration");
    strcpy(team->key, "breast");
    strcpy(team->name, "Breast cancer");
    strcpy(team->subspecialty, "breast");
    assert_int_equal(team_add_expert(team, &expert), 0);
    assert_int_equal(team_add_expert(team, &expert), -EEXIST);
}

static void what_makes_no_sense_is_named(void **state)
{
    (void)state;
    AUTO(team) team = team_create();
    size_t index;
    fill(team);
    assert_null(team_find_problem(team, &index));
    struct {
        char *text;
        const char *value;
        const char *problem;
    } rows[] = {
        {team->programme, "a b", "programme"},
        {team->key, "", "key"},
        {team->name, "", "name"},
        {team->name, "bell\a", "name"},
        {team->subspecialty, "a/b", "subspecialty"},
        {team->experts[0].staff_key, "", "experts"},
        {team->experts[0].display_name, "", "experts"},
        {team->experts[0].label, "\n", "experts"},
        {team->experts[0].subspecialties, "a,b", "experts"},
        {team->experts[0].languages, "en;es", "experts"},
        {team->experts[0].time_zone, "", "experts"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char kept[256];
        snprintf(kept, sizeof(kept), "%s", rows[i].text);
        strcpy(rows[i].text, rows[i].value);
        const char *problem = team_find_problem(team, &index);
        assert_non_null(problem);
        assert_string_equal(problem, rows[i].problem);
        strcpy(rows[i].text, kept);
    }
    assert_null(team_find_problem(team, &index));
}

static void a_team_has_an_end(void **state)
{
    (void)state;
    AUTO(team) team = team_create();
    struct expert expert = {0};
    for (int i = 0; i < TEAM_EXPERTS_MAX; i++) {
        snprintf(expert.staff_key, sizeof(expert.staff_key), "expert-%d", i);
        snprintf(expert.id, sizeof(expert.id), "id-%d", i);
        assert_int_equal(team_add_expert(team, &expert), 0);
    }
    strcpy(expert.staff_key, "one-more");
    assert_int_equal(team_add_expert(team, &expert), -ENOSPC);
    assert_string_equal(team_find_expert(team, "id-7")->staff_key, "expert-7");
    assert_null(team_find_expert(team, "id-64"));
}

static void plans_say_where_to_come(void **state)
{
    (void)state;
    static const struct {
        struct plan_item item;
        const char *problem;
    } rows[] = {
        {{"Talk about the results", PLAN_BY_VIDEO, "", 0}, NULL},
        {{"Bone density scan", PLAN_IN_PERSON, "Hamilton clinic", 1790000000000}, NULL},
        {{"Bone density scan", PLAN_IN_PERSON, "", 0}, "where"},
        {{"", PLAN_BY_VIDEO, "", 0}, "what"},
        {{"bell\a", PLAN_BY_VIDEO, "", 0}, "what"},
        {{"Scan", PLAN_IN_PERSON, "\x80", 0}, "where"},
        {{"Talk", PLAN_BY_VIDEO, "", -1}, "when"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct hybrid_plan plan = {.items = {rows[0].item, rows[i].item}, .count = 2};
        size_t index = 9;
        const char *problem = hybrid_plan_find_problem(&plan, &index);
        if (!rows[i].problem) {
            assert_null(problem);
            continue;
        }
        assert_non_null(problem);
        assert_string_equal(problem, rows[i].problem);
        assert_int_equal(index, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_find_their_team),
        cmocka_unit_test(languages_meet_in_their_first_part),
        cmocka_unit_test(what_makes_no_sense_is_named),
        cmocka_unit_test(a_team_has_an_end),
        cmocka_unit_test(plans_say_where_to_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
