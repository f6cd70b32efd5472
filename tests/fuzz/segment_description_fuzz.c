/* fuzz-links: bedside_media_recorder */
/* A segment's header and its file's name, of any bytes: what is taken is written again and is the
 * same, and makes a name that stays in its folder and is a segment's. */
#include "media/recorder/segment_description.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_description(const uint8_t *data, size_t size)
{
    struct segment_description description;
    uint8_t written[SEGMENT_DESCRIPTION_SIZE_MAX];
    char name[SEGMENT_NAME_SIZE];
    uint32_t number = 0;
    if (segment_description_parse(data, size, &description) < 0) {
        return;
    }
    check(segment_description_write(&description, written) == size);
    check(memcmp(written, data, size) == 0);
    segment_name_write(&description, name);
    check(!strchr(name, '/'));
    /* Nobody makes a thousand million segments of one visit. */
    if (description.number < 1000000000) {
        check(segment_name_parse(name, &number) && number == description.number);
    }
}

static void check_name(const uint8_t *data, size_t size)
{
    char name[2 * SEGMENT_NAME_SIZE];
    uint32_t number = 0;
    const size_t length = size < sizeof(name) - 1 ? size : sizeof(name) - 1;
    memcpy(name, data, length);
    name[length] = '\0';
    if (segment_name_parse(name, &number)) {
        check(strlen(name) < SEGMENT_NAME_SIZE && number < 1000000000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_description(data, size);
    check_name(data, size);
    return 0;
}
