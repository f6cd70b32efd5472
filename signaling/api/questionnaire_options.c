/* The options of a choice and the range and worded points of a scale. */
#include "signaling/api/questionnaire_words.h"

#define FHIR "http://hl7.org/fhir/StructureDefinition/"
#define ANCHOR "urn:bedside:scale-anchor"

/* The item at `index`: adding one may not move it, adding an option may. */
static struct questionnaire_item *item_at(const struct questionnaire_place *place, size_t index)
{
    return &place->questionnaire->items[index];
}

/* ---- options ---- */

/* {"url": ".../ordinalValue", "valueDecimal": 2}; the only extension of an option. */
static int read_weight(const struct questionnaire_place *place, const json_t *object,
                       bool *weighted, int64_t *weight)
{
    static const char *const names[] = {"url", "valueDecimal", NULL};
    const int count = questionnaire_list_size(place, object, "extension", 1);
    if (count <= 0) {
        return count;
    }
    const json_t *extension = json_array_get(json_object_get(object, "extension"), 0);
    if (*weighted || !questionnaire_text_is(extension, "url", FHIR "ordinalValue")) {
        return questionnaire_fail(place, "extension", "Nothing but one ordinalValue belongs here.");
    }
    *weighted = true;
    const int result = questionnaire_check_fields(place, extension, names);
    return result < 0 ? result
                      : questionnaire_read_number(place, extension, "valueDecimal", 0,
                                                  QUESTIONNAIRE_WEIGHT_MAX, weight);
}

static int read_option(const struct questionnaire_place *place, const json_t *object, size_t index)
{
    static const char *const names[] = {"valueCoding", "extension", NULL};
    static const char *const coding_names[] = {"system",   "code",      "display",
                                               "_display", "extension", NULL};
    const json_t *coding = json_object_get(object, "valueCoding");
    struct questionnaire_option option = {0};
    char system[QUESTIONNAIRE_URL_SIZE];
    bool weighted = false;
    int64_t weight = 0;
    int result = questionnaire_check_fields(place, object, names);
    result = result < 0 ? result : questionnaire_check_fields(place, coding, coding_names);
    result = result < 0 ? result : read_weight(place, object, &weighted, &weight);
    result = result < 0 ? result : read_weight(place, coding, &weighted, &weight);
    result = result < 0
                 ? result
                 : questionnaire_read_text(place, coding, "system", false, system, sizeof(system));
    result = result < 0 ? result
                        : questionnaire_read_text(place, coding, "code", true, option.code,
                                                  sizeof(option.code));
    result = result < 0 ? result
                        : questionnaire_read_words(place, coding, "display", true, &option.words);
    struct questionnaire_item *item = item_at(place, index);
    if (result == 0 && item->option_count > 0 && weighted != item->weighted) {
        result = questionnaire_fail(place, "extension", "All options have a weight, or none has.");
    }
    if (result < 0) {
        return result;
    }
    item->weighted = weighted;
    option.number = (int32_t)weight;
    *questionnaire_item_add_option(item) = option;
    return 0;
}

int questionnaire_read_options(const struct questionnaire_place *place, const json_t *object,
                               size_t index)
{
    const int count =
        questionnaire_list_size(place, object, "answerOption", QUESTIONNAIRE_OPTIONS_MAX);
    int result = count < 0 ? count : 0;
    if (count > 0 && item_at(place, index)->type != ITEM_CHOICE) {
        return questionnaire_fail(place, "answerOption", "A choice alone has options.");
    }
    for (int i = 0; result == 0 && i < count; i++) {
        char path[QUESTIONNAIRE_PATH_SIZE];
        const struct questionnaire_place inner =
            questionnaire_place_of(place, "answerOption", (size_t)i, path);
        result = read_option(
            &inner, json_array_get(json_object_get(object, "answerOption"), (size_t)i), index);
    }
    return result;
}

/* ---- extensions of an item ---- */

/* {"url": ANCHOR, "extension": [{"url": "value", "valueInteger": 0},
 *                               {"url": "label", "valueString": ..., "_valueString": ...}]} */
static int read_anchor(const struct questionnaire_place *place, const json_t *extension,
                       size_t index)
{
    static const char *const names[] = {"url", "extension", NULL};
    static const char *const value_names[] = {"url", "valueInteger", NULL};
    static const char *const label_names[] = {"url", "valueString", "_valueString", NULL};
    const json_t *parts = json_object_get(extension, "extension");
    const json_t *value = json_array_get(parts, 0);
    const json_t *label = json_array_get(parts, 1);
    struct questionnaire_option anchor = {0};
    int64_t number = 0;
    int result = questionnaire_check_fields(place, extension, names);
    if (result == 0 &&
        (json_array_size(parts) != 2 || !questionnaire_text_is(value, "url", "value") ||
         !questionnaire_text_is(label, "url", "label"))) {
        result = questionnaire_fail(place, "", "An anchor is one value and one label.");
    }
    result = result < 0 ? result : questionnaire_check_fields(place, value, value_names);
    result = result < 0 ? result : questionnaire_check_fields(place, label, label_names);
    result = result < 0
                 ? result
                 : questionnaire_read_number(place, value, "valueInteger", -1000, 1000, &number);
    result = result < 0
                 ? result
                 : questionnaire_read_words(place, label, "valueString", true, &anchor.words);
    if (result < 0) {
        return result;
    }
    struct questionnaire_option *option = questionnaire_item_add_option(item_at(place, index));
    if (!option) {
        return questionnaire_fail(place, "", "There are too many anchors.");
    }
    anchor.number = (int32_t)number;
    *option = anchor;
    return 0;
}

static int read_item_extension(const struct questionnaire_place *place, const json_t *extension,
                               size_t index)
{
    static const char *const names[] = {"url", "valueInteger", NULL};
    struct questionnaire_item *item = item_at(place, index);
    int64_t number = 0;
    if (item->type != ITEM_SCALE) {
        return questionnaire_fail(place, "", "This extension is not supported here.");
    }
    if (questionnaire_text_is(extension, "url", ANCHOR)) {
        return read_anchor(place, extension, index);
    }
    const bool least = questionnaire_text_is(extension, "url", FHIR "minValue");
    if (!least && !questionnaire_text_is(extension, "url", FHIR "maxValue")) {
        return questionnaire_fail(place, "url", "This extension is not supported here.");
    }
    int result = questionnaire_check_fields(place, extension, names);
    result = result < 0 ? result
                        : questionnaire_read_number(place, extension, "valueInteger", -1000, 1000,
                                                    &number);
    *(least ? &item->minimum : &item->maximum) = (int32_t)number;
    return result;
}

int questionnaire_read_item_extensions(const struct questionnaire_place *place,
                                       const json_t *object, size_t index)
{
    const int count =
        questionnaire_list_size(place, object, "extension", QUESTIONNAIRE_OPTIONS_MAX + 2);
    int result = count < 0 ? count : 0;
    for (int i = 0; result == 0 && i < count; i++) {
        char path[QUESTIONNAIRE_PATH_SIZE];
        const struct questionnaire_place inner =
            questionnaire_place_of(place, "extension", (size_t)i, path);
        result = read_item_extension(
            &inner, json_array_get(json_object_get(object, "extension"), (size_t)i), index);
    }
    return result;
}
