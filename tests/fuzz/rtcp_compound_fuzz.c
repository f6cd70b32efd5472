/* fuzz-links: bedside_media_rtp */
/* Every reader is tried on every packet of a compound; whatever a reader takes lies within the
 * compound. */
#include "media/rtp/rtcp_feedback.h"
#include "media/rtp/rtcp_transport_cc.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void read_reports(const struct rtcp_packet *packet)
{
    struct rtcp_sender_info info;
    struct rtcp_report_block block;
    uint32_t ssrc;
    (void)rtcp_sender_report_read(packet, &info);
    for (size_t i = 0; i < 33; i++) {
        const int rc = rtcp_report_block_read(packet, i, &block);
        require(rc < 0 || i < packet->count);
        (void)rtcp_bye_read(packet, i, &ssrc);
    }
}

static void read_feedback(const struct rtcp_packet *packet)
{
    uint16_t sequences[RTCP_NACK_SEQUENCES_MAX];
    struct rtcp_fir_entry entries[RTCP_FIR_ENTRIES_MAX];
    struct transport_cc_feedback feedback;
    static struct transport_cc_status statuses[1024];
    uint32_t ssrc;
    require(rtcp_nack_read(packet, &ssrc, sequences, RTCP_NACK_SEQUENCES_MAX) <=
            RTCP_NACK_SEQUENCES_MAX);
    (void)rtcp_pli_read(packet, &ssrc);
    require(rtcp_fir_read(packet, entries, RTCP_FIR_ENTRIES_MAX) <= RTCP_FIR_ENTRIES_MAX);
    (void)rtcp_transport_cc_read(packet, &feedback, statuses, 1024);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtcp_walk walk;
    struct rtcp_packet packet;
    rtcp_walk_begin(&walk, data, size);
    while (rtcp_walk_next(&walk, &packet) > 0) {
        require(packet.body >= data && packet.body + packet.body_size <= data + size);
        read_reports(&packet);
        read_feedback(&packet);
    }
    return 0;
}
