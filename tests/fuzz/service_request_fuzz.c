/* fuzz-links: bedside_signaling bedside_visits
 * An order, a team, hours or a plan as anybody may send it: what is taken has nothing the domain
 * would refuse, and what is refused is named. */
#include "signaling/api/service_request.h"
#include "signaling/api/team_document.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_order(const json_t *document)
{
    struct document_problem problem = {.message = ""};
    AUTO(case_order) order = NULL;
    if (service_request_read(document, &order, &problem) < 0) {
        assert(problem.message[0]);
        return;
    }
    assert(order->system[0] && order->value[0]);
    assert(clinical_case_patient(order->clinical_case));
    assert(person_text_is_clean(order->clinical_case->title, false));
    for (size_t i = 0; i < order->clinical_case->person_count; i++) {
        assert(!person_find_problem(&order->clinical_case->people[i]));
    }
}

static void check_team(const json_t *document)
{
    struct document_problem problem = {.message = ""};
    size_t index;
    AUTO(team_document) team = NULL;
    if (team_document_read(document, &team, &problem) < 0) {
        assert(problem.message[0]);
        return;
    }
    assert(!team_find_problem(team->team, &index));
    for (size_t i = 0; i < team->team->expert_count; i++) {
        assert(!team->hours[i] || !expert_hours_find_problem(team->hours[i], &index));
    }
    json_decref(team_document_write(team->team));
}

static void check_hours_and_plan(const json_t *document)
{
    static struct expert_hours hours;
    static struct hybrid_plan plan;
    struct document_problem problem;
    size_t index;
    if (hours_document_read(document, &hours, &problem) == 0) {
        assert(!expert_hours_find_problem(&hours, &index));
        json_decref(hours_document_write(&hours));
    }
    if (plan_document_read(document, &plan, &problem) == 0) {
        assert(!hybrid_plan_find_problem(&plan, &index));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (document) {
        check_order(document);
        check_team(document);
        check_hours_and_plan(document);
        json_decref(document);
    }
    return 0;
}
