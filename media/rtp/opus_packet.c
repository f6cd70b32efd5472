#include "media/rtp/opus_packet.h"

#define DURATION_MAX_US 120000

const uint8_t opus_silence[3] = {0xf8, 0xff, 0xfe};

/* RFC 6716, table 2: the frame sizes of each of the 32 configurations. */
static uint32_t frame_duration_us(uint8_t configuration)
{
    static const uint16_t silk_ms[] = {10, 20, 40, 60};
    static const uint16_t celt_us[] = {2500, 5000, 10000, 20000};
    if (configuration < 12) {
        return silk_ms[configuration % 4] * 1000u;
    }
    if (configuration < 16) {
        return configuration % 2 ? 20000 : 10000;
    }
    return celt_us[configuration % 4];
}

uint32_t opus_packet_duration_us(const uint8_t *packet, size_t size)
{
    if (size < 1) {
        return 0;
    }
    const uint8_t code = packet[0] & 3;
    if (code == 3 && size < 2) {
        return 0;
    }
    const uint32_t frames = code == 0 ? 1 : code == 3 ? packet[1] & 0x3f : 2;
    const uint32_t duration_us = frames * frame_duration_us(packet[0] >> 3);
    return duration_us <= DURATION_MAX_US ? duration_us : 0;
}
