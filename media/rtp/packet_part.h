/* packet_part.h - a piece of a packet that leaves: header, descriptor, payload lie apart until they
 * are protected into one. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_PACKET_PART_H
#define BEDSIDE_MEDIA_RTP_PACKET_PART_H

#include <stddef.h>
#include <stdint.h>

struct packet_part {
    const uint8_t *data; /* borrowed for the call */
    size_t size;
};

#endif
