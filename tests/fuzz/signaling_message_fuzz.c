/* fuzz-links: bedside_signaling bedside_base
 *
 * One message of a client: read, or refused with a code, a sentence and a place that can go into a
 * reply. */
#include "signaling/protocol/signaling_message.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_request(const struct signaling_request *request)
{
    assert((unsigned)request->type < SIGNALING_REQUEST_COUNT && request->id >= 0);
    assert(request->slot_count <= SIGNALING_SLOTS_MAX);
    for (size_t i = 0; i < request->slot_count; i++) {
        assert(request->slots[i].slot >= 0 && request->slots[i].slot < SIGNALING_SLOTS_MAX);
    }
    assert(request->slot_figures_count <= SIGNALING_SLOTS_MAX);
    for (size_t i = 0; i < request->slot_figures_count; i++) {
        assert(request->slot_figures[i].slot >= 0 &&
               request->slot_figures[i].slot < SIGNALING_SLOTS_MAX &&
               request->slot_figures[i].concealed_ms >= 0);
    }
    assert(request->type != SIGNALING_CHAT || (request->text && *request->text));
    assert(request->type != SIGNALING_JOIN || (request->token && *request->token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(signaling_request) request = NULL;
    struct signaling_problem problem;
    if (signaling_request_read((const char *)data, size, &request, &problem) == 0) {
        check_request(request);
        return 0;
    }
    assert(!request && problem.code && problem.message[0]);
    json_t *reply = signaling_reply_error(problem.has_id ? problem.id : -1, problem.code,
                                          problem.message, problem.where);
    char *text = json_dumps(reply, JSON_COMPACT);
    assert(text);
    free(text);
    json_decref(reply);
    return 0;
}
