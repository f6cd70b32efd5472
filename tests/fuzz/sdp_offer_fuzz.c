/* fuzz-links: bedside_signaling bedside_base
 *
 * An offer, as a browser or an attacker sends it: first to the reader, then, waiting and admitted,
 * to the whole negotiation. Whatever is accepted keeps every bound, and of somebody who waits
 * nothing is taken: their slots stand, empty. */
#include "signaling/session/peer_negotiation.h"

#include <assert.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_offer(const struct sdp_offer *offer)
{
    assert(offer->line_count > 0 && offer->line_count <= SDP_MEDIA_LINES_MAX);
    assert(strlen(offer->ice.ufrag) >= 4 && strlen(offer->ice.pwd) >= 22);
    for (size_t i = 0; i < offer->line_count; i++) {
        const struct sdp_offer_line *line = &offer->lines[i];
        assert(strlen(line->mid) > 0 && line->payload_count <= MEDIA_PAYLOADS_MAX);
        assert(line->source_count <= MEDIA_SOURCES_MAX && line->rid_count <= MEDIA_RIDS_MAX);
        assert(line->rejected || !line->is_media || line->payload_count > 0);
    }
}

static void check_media(const struct endpoint_media *media)
{
    assert(media->publication_count <= ENDPOINT_PUBLICATIONS_MAX &&
           media->slot_count <= ENDPOINT_SLOTS_MAX);
    for (size_t i = 0; i < media->slot_count; i++) {
        assert(media->slots[i].audio.mid[0] == 0 || media->slots[i].audio.ssrc != 0);
        assert(media->slots[i].video.mid[0] == 0 || media->slots[i].video.ssrc != 0);
    }
}

static void negotiate(const char *text, size_t size)
{
    static const char *const addresses[] = {"192.0.2.1"};
    const struct peer_negotiation_config config = {.fingerprint = "00",
                                                   .addresses = addresses,
                                                   .address_count = 1,
                                                   .slots_max = ENDPOINT_SLOTS_MAX};
    AUTO(peer_negotiation) negotiation = peer_negotiation_create(&config);
    for (int active = 0; active <= 1; active++) {
        const struct peer_negotiation_request request = {
            .sdp = text, .sdp_size = size, .active = active == 1, .port = 7000};
        struct peer_negotiation_outcome outcome;
        struct sdp_problem problem;
        if (peer_negotiation_offer(negotiation, &request, &outcome, &problem) < 0) {
            continue;
        }
        check_media(&outcome.media);
        if (!active) {
            assert(!strstr(outcome.answer, "\na=recvonly"));
            assert(outcome.media.publication_count == 0);
        }
        g_free(outcome.answer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
    struct sdp_problem problem = {0};
    if (sdp_offer_read((const char *)data, size, offer, &problem) == 0) {
        check_offer(offer);
    } else {
        assert(problem.message[0] != 0 && problem.where[0] != 0);
    }
    negotiate((const char *)data, size);
    return 0;
}
