#include "gateway/visits/questionnaire.h"

#include "gateway/base/allocate.h"
#include "gateway/visits/name_table.h"

#include <glib.h>

static const char *const meaning_names[MEANING_COUNT] = {
    [MEANING_NONE] = "none",
    [MEANING_PLACE_ADDRESS] = "place.address",
    [MEANING_PLACE_STATE] = "place.state",
    [MEANING_PLACE_PHONE] = "place.phone",
    [MEANING_CONTACT_NAME] = "contact.name",
    [MEANING_CONTACT_PHONE] = "contact.phone",
    [MEANING_COMPANY] = "company",
    [MEANING_QUESTIONS] = "questions",
};
DEFINE_NAMES(questionnaire_meaning, questionnaire_meaning, meaning_names)

struct questionnaire *questionnaire_create(void)
{
    struct questionnaire *questionnaire = allocate_zeroed(1, sizeof(*questionnaire));
    questionnaire->texts = g_string_chunk_new(4096);
    return questionnaire;
}

struct questionnaire *questionnaire_destroy(struct questionnaire *questionnaire)
{
    if (questionnaire) {
        for (size_t i = 0; i < questionnaire->item_count; i++) {
            free(questionnaire->items[i].options);
        }
        g_string_chunk_free(questionnaire->texts);
        free(questionnaire->document);
        free(questionnaire);
    }
    return NULL;
}

void questionnaire_set_document(struct questionnaire *questionnaire, const void *bytes, size_t size)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    digest_sha256(bytes, size, digest);
    digest_to_hex(digest, questionnaire->digest);
    free(questionnaire->document);
    questionnaire->document = allocate_zeroed(size, 1);
    memcpy(questionnaire->document, bytes, size);
    questionnaire->document_size = size;
}

const char *questionnaire_keep(struct questionnaire *questionnaire, const char *text)
{
    return g_string_chunk_insert(questionnaire->texts, text);
}

struct questionnaire_item *questionnaire_add_item(struct questionnaire *questionnaire)
{
    if (questionnaire->item_count == QUESTIONNAIRE_ITEMS_MAX) {
        return NULL;
    }
    struct questionnaire_item *item = &questionnaire->items[questionnaire->item_count++];
    item->parent = QUESTIONNAIRE_NO_ITEM;
    return item;
}

struct questionnaire_option *questionnaire_item_add_option(struct questionnaire_item *item)
{
    if (item->option_count == QUESTIONNAIRE_OPTIONS_MAX) {
        return NULL;
    }
    item->options = allocate_resized(item->options, item->option_count + 1, sizeof(*item->options));
    struct questionnaire_option *option = &item->options[item->option_count++];
    memset(option, 0, sizeof(*option));
    return option;
}

/* ---- looking into it ---- */

size_t questionnaire_find_item(const struct questionnaire *questionnaire, const char *link_id)
{
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        if (strcmp(questionnaire->items[i].link_id, link_id) == 0) {
            return i;
        }
    }
    return QUESTIONNAIRE_NO_ITEM;
}

size_t questionnaire_find_meaning(const struct questionnaire *questionnaire,
                                  enum questionnaire_meaning meaning)
{
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        if (questionnaire->items[i].meaning == meaning) {
            return i;
        }
    }
    return QUESTIONNAIRE_NO_ITEM;
}

size_t questionnaire_item_find_option(const struct questionnaire_item *item, const char *code)
{
    for (size_t i = 0; i < item->option_count; i++) {
        if (strcmp(item->options[i].code, code) == 0) {
            return i;
        }
    }
    return QUESTIONNAIRE_NO_ITEM;
}

/* "es-US" is read by who reads "es", and the other way round: the first part decides. */
static bool is_same_language(const char *one, const char *other)
{
    const size_t length = strcspn(one, "-");
    return length == strcspn(other, "-") && g_ascii_strncasecmp(one, other, length) == 0;
}

static size_t find_language(const char *const *tags, size_t count, const char *tag, bool exact)
{
    for (size_t i = 0; i < count; i++) {
        if (exact ? g_ascii_strcasecmp(tags[i], tag) == 0 : is_same_language(tags[i], tag)) {
            return i;
        }
    }
    return QUESTIONNAIRE_NO_ITEM;
}

size_t questionnaire_match_language(const char *const *tags, size_t count, const char *languages)
{
    g_auto(GStrv) wanted = g_strsplit(languages, " ", -1);
    for (size_t i = 0; wanted[i]; i++) {
        size_t found = find_language(tags, count, wanted[i], true);
        if (found == QUESTIONNAIRE_NO_ITEM) {
            found = find_language(tags, count, wanted[i], false);
        }
        if (found != QUESTIONNAIRE_NO_ITEM) {
            return found;
        }
    }
    return 0;
}

bool questionnaire_item_is_question(const struct questionnaire_item *item)
{
    return item->type != ITEM_GROUP && item->type != ITEM_DISPLAY;
}

/* ---- does it fit together? ---- */

static bool has_all_words(const struct questionnaire *questionnaire,
                          const struct questionnaire_words *words)
{
    for (size_t i = 0; i < questionnaire->language_count; i++) {
        if (!words->in[i] || !words->in[i][0]) {
            return false;
        }
    }
    return true;
}

static bool is_within(const struct questionnaire *questionnaire, size_t item, size_t group)
{
    while (item != QUESTIONNAIRE_NO_ITEM && item != group) {
        item = questionnaire->items[item].parent;
    }
    return item == group;
}

static size_t depth_of(const struct questionnaire *questionnaire, size_t item)
{
    size_t depth = 0;
    while (item != QUESTIONNAIRE_NO_ITEM) {
        item = questionnaire->items[item].parent;
        depth++;
    }
    return depth;
}

/* Earlier options decide: a code, or a point of a scale, stands once. */
static bool is_repeated(const struct questionnaire_item *item, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        const struct questionnaire_option *one = &item->options[i];
        const struct questionnaire_option *other = &item->options[index];
        if (item->type == ITEM_CHOICE ? strcmp(one->code, other->code) == 0
                                      : one->number == other->number) {
            return true;
        }
    }
    return false;
}

static const char *find_problem_of_options(const struct questionnaire *questionnaire,
                                           const struct questionnaire_item *item)
{
    if (item->type == ITEM_CHOICE ? item->option_count < 2
                                  : item->type != ITEM_SCALE && item->option_count > 0) {
        return "A choice has two options at least, other questions have none.";
    }
    for (size_t i = 0; i < item->option_count; i++) {
        const struct questionnaire_option *option = &item->options[i];
        if (is_repeated(item, i)) {
            return "An option stands there twice.";
        }
        if (!has_all_words(questionnaire, &option->words)) {
            return "An option has no words in one of the languages.";
        }
        if (item->type == ITEM_CHOICE
                ? !option->code[0] || option->number < 0 ||
                      option->number > QUESTIONNAIRE_WEIGHT_MAX
                : option->number < item->minimum || option->number > item->maximum) {
            return "An option has no code, or a number that cannot be.";
        }
    }
    return NULL;
}

static const char *find_problem_of_condition(const struct questionnaire *questionnaire,
                                             size_t index,
                                             const struct questionnaire_condition *condition)
{
    if (condition->item >= index) {
        return "A question can only depend on an earlier one.";
    }
    const struct questionnaire_item *item = &questionnaire->items[condition->item];
    if (!questionnaire_item_is_question(item)) {
        return "What a question depends on must be a question.";
    }
    if (condition->operator_ == WHEN_EXISTS) {
        return NULL;
    }
    const bool ordered = item->type == ITEM_SCALE;
    if (item->type == ITEM_TEXT || (!ordered && condition->operator_ > WHEN_NOT_EQUAL)) {
        return "The earlier answer cannot be compared in this way.";
    }
    return NULL;
}

static const char *find_problem_of_meaning(const struct questionnaire *questionnaire, size_t index)
{
    const struct questionnaire_item *item = &questionnaire->items[index];
    if (item->meaning == MEANING_NONE) {
        return NULL;
    }
    if (questionnaire_find_meaning(questionnaire, item->meaning) != index) {
        return "Two questions have this meaning.";
    }
    if (item->meaning == MEANING_PLACE_STATE) {
        for (size_t i = 0; i < item->option_count; i++) {
            if (!subdivision_is_well_formed(item->options[i].code)) {
                return "The options of the state have ISO 3166-2 codes.";
            }
        }
        return item->type == ITEM_CHOICE ? NULL : "The state is a choice.";
    }
    return item->type == ITEM_TEXT || item->meaning == MEANING_COMPANY
               ? NULL
               : "A question of this meaning is answered by a text.";
}

static bool is_counted(const struct questionnaire_item *item)
{
    return item->type == ITEM_SCALE || item->type == ITEM_BOOLEAN || item->weighted;
}

static const char *find_problem_of_score(const struct questionnaire *questionnaire, size_t index)
{
    const struct questionnaire_item *item = &questionnaire->items[index];
    size_t scores = 0;
    bool counts = false;
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        const struct questionnaire_item *other = &questionnaire->items[i];
        scores += other->score[0] ? 1 : 0;
        if (i < index && strcmp(other->score, item->score) == 0) {
            return "Two items have this score.";
        }
        if (is_within(questionnaire, i, index) && is_counted(other)) {
            if (other->type == ITEM_SCALE && other->minimum < 0) {
                return "What is added up is never negative.";
            }
            counts = true;
        }
    }
    if (scores > QUESTIONNAIRE_SCORES_MAX) {
        return "There are too many scores.";
    }
    return counts ? NULL : "Nothing here adds up to a score: options need weights.";
}

static const char *find_problem_of_item(const struct questionnaire *questionnaire, size_t index)
{
    const struct questionnaire_item *item = &questionnaire->items[index];
    if ((unsigned)item->type >= ITEM_TYPE_COUNT || !item->link_id[0] ||
        questionnaire_find_item(questionnaire, item->link_id) != index) {
        return "An item needs a linkId of its own.";
    }
    if (depth_of(questionnaire, index) > QUESTIONNAIRE_DEPTH_MAX) {
        return "There are too many groups in groups.";
    }
    if (item->type != ITEM_GROUP && !has_all_words(questionnaire, &item->words)) {
        return "The item has no words in one of the languages.";
    }
    if (item->type == ITEM_SCALE &&
        (item->minimum >= item->maximum || item->minimum < -1000 || item->maximum > 1000 ||
         item->maximum - item->minimum > QUESTIONNAIRE_SCALE_MAX)) {
        return "A scale needs a least and a greatest value, at most 100 apart.";
    }
    if (item->type == ITEM_TEXT &&
        (item->length_max == 0 || item->length_max >= QUESTIONNAIRE_ANSWER_SIZE)) {
        return "A text has a greatest length, at most 4000.";
    }
    const char *problem = find_problem_of_options(questionnaire, item);
    for (size_t i = 0; !problem && i < item->condition_count; i++) {
        problem = find_problem_of_condition(questionnaire, index, &item->conditions[i]);
    }
    problem = problem ? problem : find_problem_of_meaning(questionnaire, index);
    return problem || !item->score[0] ? problem : find_problem_of_score(questionnaire, index);
}

/* Parents stand before what is in them: what follows may walk up without end otherwise. */
static bool are_parents_good(const struct questionnaire *questionnaire)
{
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        const size_t parent = questionnaire->items[i].parent;
        if (parent != QUESTIONNAIRE_NO_ITEM &&
            (parent >= i || questionnaire->items[parent].type != ITEM_GROUP)) {
            return false;
        }
    }
    return true;
}

const char *questionnaire_find_problem(const struct questionnaire *questionnaire, size_t *ret_item)
{
    const unsigned known =
        PARTICIPANT_ROLE_BIT(ROLE_PATIENT) | PARTICIPANT_ROLE_BIT(ROLE_CAREGIVER);
    size_t questions = 0;
    *ret_item = QUESTIONNAIRE_NO_ITEM;
    if (questionnaire->language_count == 0 || !questionnaire->url[0] ||
        !questionnaire->version[0] || !has_all_words(questionnaire, &questionnaire->title)) {
        return "A questionnaire has an address, a version, a language and a title.";
    }
    if (questionnaire->audience == 0 || (questionnaire->audience & ~known) != 0) {
        return "Patients and caregivers are asked, nobody else.";
    }
    if (!are_parents_good(questionnaire)) {
        return "Items stand in groups only.";
    }
    for (size_t i = 0; i < questionnaire->item_count; i++) {
        const char *problem = find_problem_of_item(questionnaire, i);
        if (problem) {
            *ret_item = i;
            return problem;
        }
        questions += questionnaire_item_is_question(&questionnaire->items[i]) ? 1 : 0;
    }
    return questions > 0 ? NULL : "There is no question in it.";
}
