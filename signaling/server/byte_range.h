/* byte_range.h - the Range header of one range of bytes (RFC 9110, 14.1.2 and 14.2).
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_SERVER_BYTE_RANGE_H
#define BEDSIDE_SIGNALING_SERVER_BYTE_RANGE_H

#include <stdint.h>

enum byte_range_kind {
    BYTE_RANGE_WHOLE, /* no header, one we need not honour (several ranges, another unit), or
                         nonsense: 200 */
    BYTE_RANGE_PART,  /* 206 */
    BYTE_RANGE_UNSATISFIABLE, /* 416 */
};

struct byte_range {
    enum byte_range_kind kind;
    uint64_t first;
    uint64_t last; /* inclusive */
};

/* `header` is the value, "" when there is none; `size` that of the whole. */
struct byte_range byte_range_parse(const char *header, uint64_t size);

#endif
