/* fuzz-links: bedside_signaling bedside_visits bedside_base
 *
 * The keys of a program or a sign-in, as they are registered or fetched: what was read can be asked
 * for, and nothing else is there. */
#include "signaling/protocol/key_set.h"

#include <assert.h>

#define ALL (KEY_ALGORITHM_BIT(KEY_ALGORITHM_COUNT) - 1)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *problem = NULL;
    AUTO(key_set) set = NULL;
    const int result = key_set_read((const char *)data, size, ALL, &set, &problem);
    assert(result == 0 ? set && !problem : !set && problem);
    if (set) {
        assert(key_set_count(set) >= 1 && key_set_count(set) <= KEY_SET_KEYS_MAX);
        (void)key_set_has(set, "k");
    }
    return 0;
}
