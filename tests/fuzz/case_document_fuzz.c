/* fuzz-links: bedside_signaling bedside_visits
 * A case or a visit as an operator may send it: what is taken has nothing the domain would refuse,
 * and what is refused is named. */
#include "signaling/api/case_document.h"
#include "signaling/api/visit_document.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (!document) {
        return 0;
    }
    static struct visit_document visit;
    struct document_problem problem = {.where = "", .message = ""};
    struct clinical_case *clinical_case = NULL;
    if (case_document_read(document, &clinical_case, &problem) == 0) {
        assert(!clinical_case_find_problem(clinical_case, NULL));
        clinical_case_destroy(clinical_case);
    } else {
        assert(problem.message[0]);
    }
    problem.message[0] = '\0';
    if (visit_document_read(document, 1795300000000, &visit, &problem) == 0) {
        assert(visit.invited_count + visit.guest_count <= VISIT_PARTICIPANTS_MAX);
        assert(person_text_is_clean(visit.title, false));
    } else {
        assert(problem.message[0]);
    }
    json_decref(document);
    return 0;
}
