/* fuzz-links: bedside_signaling bedside_visits
 * Licences and their rules, emergency numbers, the words of the consent, what follows from answers,
 * the invented staff of a trial, as a site may write them: what is taken is within its bounds and
 * can be used, and what is refused is named. */
#include "signaling/api/consent_document.h"
#include "signaling/api/development_staff.h"
#include "signaling/api/emergency_document.h"
#include "signaling/api/licence_document.h"
#include "signaling/api/screening_rules_document.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_licences(const json_t *document)
{
    static struct licence_list list;
    static struct licence_list again;
    struct document_problem problem = {.message = ""};
    if (licence_document_read(document, &list, &problem) < 0) {
        assert(problem.message[0]);
        return;
    }
    assert(list.count <= LICENCES_MAX);
    for (size_t i = 0; i < list.count; i++) {
        assert(!licence_find_problem(&list.licences[i]));
        (void)licence_is_good(list.licences, list.count, list.licences[i].state, "2026-11-22");
    }
    json_t *written = licence_document_write(&list);
    assert(licence_document_read(written, &again, &problem) == 0 && again.count == list.count);
    json_decref(written);
}

static void check_licence_rules(const json_t *document)
{
    static struct licence_rules rules;
    struct document_problem problem = {.message = ""};
    if (licence_rules_document_read(document, &rules, &problem) < 0) {
        assert(problem.message[0]);
        return;
    }
    assert(rules.count >= 1 && rules.count <= LICENCE_RULES_MAX);
    const struct licence_question question = {
        .rules = &rules, .state = "US-MT", .today = "2026-11-22"};
    const struct licence_verdict verdict = licence_decide(&question);
    assert(verdict.outcome < LICENCE_OUTCOME_COUNT && verdict.reason < LICENCE_REASON_COUNT);
}

static void check_emergency(const json_t *document)
{
    static struct emergency_site site;
    struct document_problem problem = {.message = ""};
    if (emergency_document_read(document, &site, &problem) < 0) {
        assert(problem.message[0]);
        return;
    }
    assert(site.number_count <= EMERGENCY_NUMBERS_MAX);
    assert(site.script_count <= EMERGENCY_LANGUAGES_MAX);
    for (size_t i = 0; i < site.number_count; i++) {
        assert(emergency_state_is_pattern(site.numbers[i].state) && site.numbers[i].number[0]);
    }
    for (size_t i = 0; i < site.script_count; i++) {
        assert(site.scripts[i].line_count <= EMERGENCY_LINES_MAX);
        for (size_t k = 0; k < site.scripts[i].line_count; k++) {
            assert(strlen(site.scripts[i].lines[k]) < EMERGENCY_LINE_SIZE);
        }
    }
    (void)emergency_site_find_number(&site, "US-MT");
}

static void check_consent_words(const json_t *document)
{
    static struct consent_words words;
    struct document_problem problem = {.message = ""};
    if (consent_document_read(document, &words, &problem) < 0) {
        assert(problem.message[0]);
        return;
    }
    assert(words.count >= 1 && words.count <= CONSENT_LANGUAGES_MAX);
    consent_words_seal(&words);
    for (size_t i = 0; i < words.count; i++) {
        const struct consent_text *text = &words.texts[i];
        assert(text->text[0] && strlen(text->text) < CONSENT_TEXT_SIZE && text->sha256[0]);
        assert(consent_words_find(&words, text->language) == text); /* each language once */
    }
}

static void check_screening_rules(const json_t *document)
{
    static struct screening_rules rules;
    struct alert_ladder ladder = alert_ladder_default;
    struct document_problem problem = {.message = ""};
    if (screening_rules_document_read(document, &rules, &ladder, &problem) < 0) {
        assert(problem.message[0]);
        return;
    }
    assert(!screening_rules_find_problem(&rules) && !alert_ladder_find_problem(&ladder));
    (void)screening_choose_crisis(&rules, "es-US en");
}

static void check_invented_staff(const char *text, size_t size)
{
    AUTO(development_staff) staff = NULL;
    const char *problem = NULL;
    if (development_staff_read(text, size, &staff, &problem) < 0) {
        assert(!staff && problem);
        return;
    }
    assert(staff->count <= DEVELOPMENT_STAFF_MAX);
    for (size_t i = 0; i < staff->count; i++) {
        const struct staff_account *found =
            development_staff_find(staff, staff->people[i].staff_key);
        assert(found && strcmp(found->staff_key, staff->people[i].staff_key) == 0);
        assert(staff->people[i].roles && !(staff->people[i].roles & ~STAFF_ACCOUNT_ROLES));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_invented_staff((const char *)data, size);
    json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (document) {
        check_licences(document);
        check_licence_rules(document);
        check_emergency(document);
        check_consent_words(document);
        check_screening_rules(document);
        json_decref(document);
    }
    return 0;
}
