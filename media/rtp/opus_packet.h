/* opus_packet.h - what the first bytes of an Opus packet say (RFC 6716, 3.1), and a packet of
 * silence. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RTP_OPUS_PACKET_H
#define BEDSIDE_MEDIA_RTP_OPUS_PACKET_H

#include <stddef.h>
#include <stdint.h>

#define OPUS_SILENCE_US 20000

/* 20 ms of fullband CELT silence, mono. */
extern const uint8_t opus_silence[3];

/* How long the packet lasts, 2500 to 120000 us; 0 for what is no Opus packet. */
uint32_t opus_packet_duration_us(const uint8_t *packet, size_t size);

#endif
