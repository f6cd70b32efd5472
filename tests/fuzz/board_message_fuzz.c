/* fuzz-links: bedside_signaling bedside_base
 *
 * One message of a board's page: read, or refused with a code. */
#include "signaling/board/board_message.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct board_watch watch;
    struct board_message_problem problem;
    if (board_message_read((const char *)data, size, &watch, &problem) == 0) {
        assert(watch.id >= 0 && watch.seq >= 0);
        assert(strnlen(watch.ticket, sizeof(watch.ticket)) < sizeof(watch.ticket));
        assert(strnlen(watch.day, sizeof(watch.day)) < sizeof(watch.day));
        assert(strnlen(watch.zone, sizeof(watch.zone)) < sizeof(watch.zone));
        assert(strnlen(watch.epoch, sizeof(watch.epoch)) < sizeof(watch.epoch));
    } else {
        assert(problem.code && problem.id >= -1);
    }
    return 0;
}
