/* fuzz-links: bedside_signaling bedside_visits
 * A device check as any page may report it: what is taken has nothing the domain would refuse and
 * is told back; what is refused is named. */
#include "signaling/api/device_check_document.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document_problem problem = {.where = "", .message = ""};
    struct device_check check;
    json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(document)) {
        json_decref(document);
        return 0;
    }
    if (device_check_document_read(document, &check, &problem) < 0) {
        assert(problem.message[0]);
    } else {
        struct device_check_summary summary;
        assert(!device_check_find_problem(&check));
        check.items[CHECK_NETWORK] = device_check_judge_network(&check.network);
        assert(device_check_compare(&check, &check) == CHECK_CHANGE_NONE);
        device_check_summarise(&check, &summary);
        json_t *written = device_check_document_write(&check, true);
        assert(json_is_object(written));
        json_decref(written);
    }
    json_decref(document);
    return 0;
}
