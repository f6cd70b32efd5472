/* fuzz-links: bedside_media_congestion bedside_media_rtp */
/* One feedback message. The first byte chooses it, the rest is its body: what is read is written
 * again and read again, and is the same. */
#include "media/congestion/arrival_log.h"
#include "media/rtp/rtcp_feedback.h"
#include "media/rtp/rtcp_transport_cc.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STATUSES_MAX TRANSPORT_CC_STATUSES_MAX

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static struct rtcp_packet first_packet(const struct byte_writer *writer)
{
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    rtcp_walk_begin(&walk, writer->data, writer->size);
    require(rtcp_walk_next(&walk, &packet) == 1 && walk.position == writer->size);
    return packet;
}

static void try_nack(const struct rtcp_packet *packet)
{
    uint8_t buffer[4096];
    uint16_t sequences[RTCP_NACK_SEQUENCES_MAX];
    uint16_t again[RTCP_NACK_SEQUENCES_MAX];
    uint32_t ssrc;
    uint32_t ssrc_again;
    const int count = rtcp_nack_read(packet, &ssrc, sequences, RTCP_NACK_SEQUENCES_MAX);
    if (count <= 0) {
        return;
    }
    /* Only ascending numbers survive as they are; the first one always does. */
    struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
    require(rtcp_write_nack(&writer, 1, ssrc, sequences, (size_t)count) == 0);
    const struct rtcp_packet written = first_packet(&writer);
    const int count_again = rtcp_nack_read(&written, &ssrc_again, again, RTCP_NACK_SEQUENCES_MAX);
    require(count_again > 0 && count_again <= count && ssrc_again == ssrc);
    require(again[0] == sequences[0]);
}

static void try_transport_cc(const struct rtcp_packet *packet)
{
    static struct transport_cc_status statuses[STATUSES_MAX];
    static struct transport_cc_status again[STATUSES_MAX];
    uint64_t arrivals_us[STATUSES_MAX];
    uint8_t buffer[4096];
    struct transport_cc_feedback feedback;
    const int count = rtcp_transport_cc_read(packet, &feedback, statuses, STATUSES_MAX);
    if (count < 0) {
        return;
    }
    for (int i = 0; i < count; i++) {
        require(statuses[i].sequence == (uint16_t)(feedback.base_sequence + i));
        arrivals_us[i] = statuses[i].received ? (uint64_t)statuses[i].arrival_us : 0;
    }
    struct byte_writer writer = byte_writer_over(buffer, sizeof(buffer));
    const int told = rtcp_write_transport_cc(&writer, &feedback, arrivals_us, (size_t)count);
    if (told < 0) {
        return;
    }
    const struct rtcp_packet written = first_packet(&writer);
    require(rtcp_transport_cc_read(&written, &feedback, again, STATUSES_MAX) == told);
    for (int i = 0; i < told; i++) {
        require(again[i].received == (arrivals_us[i] != 0));
        require(!again[i].received || again[i].arrival_us == statuses[i].arrival_us);
    }
}

/* The body as arrivals: three bytes each, a step of the number and one of time. */
static void try_arrivals(const uint8_t *data, size_t size)
{
    AUTO(arrival_log) log = arrival_log_create(256);
    uint16_t sequence = 0;
    uint64_t now_us = 1;
    for (size_t at = 0; at + 3 <= size; at += 3) {
        sequence = (uint16_t)(sequence + (int8_t)data[at] * (data[at + 1] & 0x80 ? 64 : 1));
        now_us += (uint64_t)(data[at + 1] & 0x7f) << (data[at + 2] & 0x1f);
        (void)arrival_log_record(log, sequence, now_us);
        if (data[at + 2] & 0x80) {
            uint8_t buffer[256];
            struct byte_writer writer = byte_writer_over(buffer, data[at + 2] & 0x40 ? 256 : 40);
            unsigned packets = 0;
            while (arrival_log_write_feedback(log, &writer, 1, 2) > 0) {
                require(++packets < 64);
            }
            require(!byte_writer_failed(&writer));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        uint8_t type;
        uint8_t format;
    } messages[] = {{205, 1}, {205, 15}, {206, 1}, {206, 4}, {206, 15}};
    if (size < 9) {
        return 0;
    }
    const unsigned choice = data[0] % (ARRAY_LENGTH(messages) + 1);
    if (choice == ARRAY_LENGTH(messages)) {
        try_arrivals(data + 1, size - 1);
        return 0;
    }
    const struct rtcp_packet packet = {.type = messages[choice].type,
                                       .count = messages[choice].format,
                                       .body = data + 1,
                                       .body_size = size - 1};
    struct rtcp_fir_entry entries[RTCP_FIR_ENTRIES_MAX];
    uint32_t ssrc;
    try_nack(&packet);
    try_transport_cc(&packet);
    (void)rtcp_pli_read(&packet, &ssrc);
    (void)rtcp_fir_read(&packet, entries, RTCP_FIR_ENTRIES_MAX);
    return 0;
}
