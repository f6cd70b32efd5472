#include "signaling/session/peer_negotiation.h"

#include "gateway/base/random.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CNAME_LENGTH 16

enum line_use { LINE_UNUSED, LINE_SENDS, LINE_SLOT, LINE_REFUSED };

struct negotiated_line {
    char mid[MEDIA_MID_SIZE_MAX];
    bool is_media;
    enum media_kind kind;
    enum line_use use;
    unsigned slot; /* LINE_SLOT */
    uint32_t ssrc; /* LINE_SLOT: made when the line became one */
    uint32_t rtx_ssrc;
};

struct peer_negotiation {
    struct peer_negotiation_config config;
    uint64_t session_id;
    uint32_t version;
    char cname[CNAME_LENGTH + 1];
    char session[32]; /* of the client's o= */
    struct endpoint_transport transport;
    struct negotiated_line lines[SDP_MEDIA_LINES_MAX];
    size_t line_count;
    struct endpoint_media media;
    bool active;
    /* What the publisher's video line could send. */
    bool offers_vp8;
    bool offers_h264;
    bool prefers_h264;
    enum media_codec video_codec;
};

struct peer_negotiation *peer_negotiation_create(const struct peer_negotiation_config *config)
{
    struct peer_negotiation *negotiation = g_new0(struct peer_negotiation, 1);
    negotiation->config = *config;
    /* RFC 9429, 5.2.1: 63 bits */
    negotiation->session_id = ((uint64_t)random_u32() << 32 | random_u32()) & INT64_MAX;
    random_alphanumeric(negotiation->cname, CNAME_LENGTH);
    return negotiation;
}

struct peer_negotiation *peer_negotiation_destroy(struct peer_negotiation *negotiation)
{
    g_free(negotiation);
    return NULL;
}

const struct endpoint_media *peer_negotiation_media(const struct peer_negotiation *negotiation)
{
    return &negotiation->media;
}

bool peer_negotiation_has_media(const struct peer_negotiation *negotiation)
{
    return negotiation->active || negotiation->media.slot_count > 0;
}

bool peer_negotiation_wants_other_codec(const struct peer_negotiation *negotiation,
                                        const struct endpoint_media *const *receivers,
                                        size_t receiver_count)
{
    return negotiation->active && negotiation->video_codec != MEDIA_CODEC_NONE &&
           codec_policy_choose_video(negotiation->offers_vp8, negotiation->offers_h264,
                                     negotiation->prefers_h264, receivers,
                                     receiver_count) != negotiation->video_codec;
}

static int refuse_line(struct sdp_problem *problem, size_t index, const char *message)
{
    snprintf(problem->where, sizeof(problem->where), "m-line %zu", index);
    g_strlcpy(problem->message, message, sizeof(problem->message));
    return -EBADMSG;
}

/* ---- SSRCs ---- */

static bool ssrc_is_taken(const struct peer_negotiation *negotiation, const struct sdp_offer *offer,
                          uint32_t ssrc)
{
    for (size_t i = 0; i < negotiation->line_count; i++) {
        if (negotiation->lines[i].ssrc == ssrc || negotiation->lines[i].rtx_ssrc == ssrc) {
            return true;
        }
    }
    for (size_t i = 0; i < offer->line_count; i++) {
        for (size_t s = 0; s < offer->lines[i].source_count; s++) {
            if (offer->lines[i].sources[s].ssrc == ssrc ||
                offer->lines[i].sources[s].rtx_ssrc == ssrc) {
                return true;
            }
        }
    }
    return ssrc == 0;
}

static uint32_t make_ssrc(const struct peer_negotiation *negotiation, const struct sdp_offer *offer)
{
    uint32_t ssrc;
    do {
        ssrc = random_u32();
    } while (ssrc_is_taken(negotiation, offer, ssrc));
    return ssrc;
}

/* ---- what each line is for ---- */

static unsigned count_slots(const struct peer_negotiation *negotiation, enum media_kind kind)
{
    unsigned count = 0;
    for (size_t i = 0; i < negotiation->line_count; i++) {
        count += negotiation->lines[i].use == LINE_SLOT && negotiation->lines[i].kind == kind;
    }
    return count;
}

static bool has_sender(const struct peer_negotiation *negotiation, enum media_kind kind)
{
    for (size_t i = 0; i < negotiation->line_count; i++) {
        if (negotiation->lines[i].use == LINE_SENDS && negotiation->lines[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static int assign_use(struct peer_negotiation *next, const struct sdp_offer *offer, size_t index,
                      struct sdp_problem *problem)
{
    const struct sdp_offer_line *offered = &offer->lines[index];
    struct negotiated_line *line = &next->lines[index];
    if (offered->direction == SDP_SENDONLY && line->use != LINE_SENDS) {
        if (line->use != LINE_UNUSED || has_sender(next, offered->kind)) {
            return refuse_line(problem, index,
                               "One microphone and one camera, each on a line of its own.");
        }
        line->use = LINE_SENDS;
    } else if (offered->direction == SDP_RECVONLY && line->use != LINE_SLOT) {
        const unsigned slot = count_slots(next, offered->kind);
        if (line->use != LINE_UNUSED || slot >= next->config.slots_max) {
            return refuse_line(problem, index, "More receiving lines than the visit has slots.");
        }
        line->use = LINE_SLOT;
        line->slot = slot;
        line->ssrc = make_ssrc(next, offer);
        line->rtx_ssrc = offered->kind == MEDIA_KIND_VIDEO ? make_ssrc(next, offer) : 0;
    }
    return 0;
}

static int match_line(struct peer_negotiation *next, const struct sdp_offer *offer, size_t index,
                      struct sdp_problem *problem)
{
    const struct sdp_offer_line *offered = &offer->lines[index];
    struct negotiated_line *line = &next->lines[index];
    if (index >= next->line_count) {
        *line = (struct negotiated_line){.is_media = offered->is_media, .kind = offered->kind};
        g_strlcpy(line->mid, offered->mid, sizeof(line->mid));
        next->line_count = index + 1;
    } else if (strcmp(line->mid, offered->mid) != 0 || line->is_media != offered->is_media ||
               (offered->is_media && line->kind != offered->kind)) {
        return refuse_line(problem, index, "A line changed its place, its kind or its a=mid.");
    }
    if (!offered->is_media || offered->rejected) {
        line->use = LINE_REFUSED;
        return 0;
    }
    if (line->use == LINE_REFUSED) {
        return refuse_line(problem, index, "A line that was refused came back.");
    }
    return assign_use(next, offer, index, problem);
}

static int match_lines(struct peer_negotiation *next, const struct sdp_offer *offer,
                       struct sdp_problem *problem)
{
    if (offer->line_count < next->line_count) {
        return refuse_line(problem, offer->line_count, "Lines may be appended, never taken away.");
    }
    for (size_t i = 0; i < offer->line_count; i++) {
        const int result = match_line(next, offer, i, problem);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

/* ---- codecs ---- */

static void look_at_codecs(struct peer_negotiation *next, const struct sdp_offer_line *offered)
{
    next->offers_vp8 = next->offers_h264 = next->prefers_h264 = false;
    for (size_t i = 0; i < offered->payload_count; i++) {
        const enum media_codec codec = offered->payloads[i].payload.codec;
        next->prefers_h264 |= codec == MEDIA_CODEC_H264 && !next->offers_vp8;
        next->offers_vp8 |= codec == MEDIA_CODEC_VP8;
        next->offers_h264 |= codec == MEDIA_CODEC_H264;
    }
}

/* A person's own picture: the one codec that everybody can decode, so that the browser has no
 * choice to make. */
static void choose_codec(struct peer_negotiation *next,
                         const struct peer_negotiation_request *request,
                         struct sdp_answer_line *line)
{
    look_at_codecs(next, line->offered);
    next->video_codec = codec_policy_choose_video(next->offers_vp8, next->offers_h264,
                                                  next->prefers_h264, request->receivers,
                                                  request->active ? request->receiver_count : 0);
    for (size_t i = 0; i < line->offered->payload_count; i++) {
        if (line->offered->payloads[i].payload.codec == next->video_codec) {
            line->payloads[0] = line->offered->payloads[i];
            line->payload_count = 1;
            return;
        }
    }
}

static void take_offered_codecs(struct sdp_answer_line *line)
{
    memcpy(line->payloads, line->offered->payloads, sizeof(line->payloads));
    line->payload_count = line->offered->payload_count;
}

/* ---- the answer and the media ---- */

static void copy_payloads(const struct sdp_answer_line *line, struct media_payload *ret_payloads,
                          size_t *ret_count)
{
    for (size_t i = 0; i < line->payload_count; i++) {
        ret_payloads[i] = line->payloads[i].payload;
    }
    *ret_count = line->payload_count;
}

static void add_publication(struct endpoint_media *media, const struct sdp_answer_line *line)
{
    if (media->publication_count == ENDPOINT_PUBLICATIONS_MAX) {
        return;
    }
    const struct sdp_offer_line *offered = line->offered;
    struct endpoint_publication *publication = &media->publications[media->publication_count++];
    publication->kind = offered->kind;
    g_strlcpy(publication->mid, offered->mid, sizeof(publication->mid));
    copy_payloads(line, publication->payloads, &publication->payload_count);
    for (size_t i = 0; i < offered->source_count; i++) {
        publication->sources[i].ssrc = offered->sources[i].ssrc;
        publication->sources[i].rtx_ssrc = offered->sources[i].rtx_ssrc;
    }
    publication->source_count = offered->source_count;
    memcpy(publication->rids, offered->rids, sizeof(publication->rids));
    publication->rid_count = offered->rid_count;
}

static bool has_rtx(const struct sdp_answer_line *line)
{
    for (size_t i = 0; i < line->payload_count; i++) {
        if (line->payloads[i].payload.rtx_payload_type != MEDIA_PAYLOAD_TYPE_NONE) {
            return true;
        }
    }
    return false;
}

static void add_slot_line(struct endpoint_media *media, const struct negotiated_line *known,
                          struct sdp_answer_line *line)
{
    struct endpoint_slot *slot = &media->slots[known->slot];
    struct endpoint_slot_line *to = known->kind == MEDIA_KIND_AUDIO ? &slot->audio : &slot->video;
    line->ssrc = known->ssrc;
    line->rtx_ssrc = has_rtx(line) ? known->rtx_ssrc : 0;
    snprintf(line->stream, sizeof(line->stream), "slot%u", known->slot);
    snprintf(line->track, sizeof(line->track), "slot%u%s", known->slot,
             known->kind == MEDIA_KIND_AUDIO ? "sound" : "picture");
    g_strlcpy(to->mid, known->mid, sizeof(to->mid));
    copy_payloads(line, to->payloads, &to->payload_count);
    to->ssrc = line->ssrc;
    to->rtx_ssrc = line->rtx_ssrc;
    media->slot_count = MAX(media->slot_count, (size_t)known->slot + 1);
}

static void answer_line(struct peer_negotiation *next,
                        const struct peer_negotiation_request *request,
                        const struct negotiated_line *known, struct sdp_answer_line *line)
{
    line->refused = known->use == LINE_REFUSED;
    if (line->refused) {
        return;
    }
    const enum sdp_direction offered = line->offered->direction;
    take_offered_codecs(line);
    if (known->use == LINE_SENDS && known->kind == MEDIA_KIND_VIDEO) {
        choose_codec(next, request, line);
    }
    /* Who waits sends nothing. Their slots stand, empty: being let in only fills them. */
    if (offered == SDP_INACTIVE || (known->use == LINE_SENDS && !request->active)) {
        line->direction = SDP_INACTIVE;
    } else if (known->use == LINE_SENDS) {
        line->direction = SDP_RECVONLY;
        add_publication(&next->media, line);
    } else if (known->use == LINE_SLOT) {
        line->direction = SDP_SENDONLY;
        add_slot_line(&next->media, known, line);
    }
}

static void answer_offer(struct peer_negotiation *next,
                         const struct peer_negotiation_request *request,
                         const struct sdp_offer *offer, struct sdp_answer *answer)
{
    memset(&next->media, 0, sizeof(next->media));
    next->video_codec = MEDIA_CODEC_NONE;
    next->active = request->active;
    next->media.extensions = offer->extensions;
    *answer = (struct sdp_answer){
        .session_id = next->session_id,
        .version = ++next->version,
        .ice = next->transport.local,
        .fingerprint = next->config.fingerprint,
        .addresses = next->config.addresses,
        .address_count = next->config.address_count,
        .port = request->port,
        .tcp = next->config.tcp,
        .cname = next->cname,
        .line_count = offer->line_count,
    };
    for (size_t i = 0; i < offer->line_count; i++) {
        answer->lines[i].offered = &offer->lines[i];
        answer_line(next, request, &next->lines[i], &answer->lines[i]);
    }
}

/* ---- transport ---- */

static bool is_another_connection(const struct peer_negotiation *negotiation,
                                  const struct sdp_offer *offer)
{
    return negotiation->version == 0 || strcmp(negotiation->session, offer->session) != 0 ||
           memcmp(negotiation->transport.remote_fingerprint, offer->fingerprint,
                  sizeof(offer->fingerprint)) != 0;
}

static bool has_other_credentials(const struct peer_negotiation *negotiation,
                                  const struct sdp_offer *offer)
{
    return strcmp(negotiation->transport.remote.ufrag, offer->ice.ufrag) != 0 ||
           strcmp(negotiation->transport.remote.pwd, offer->ice.pwd) != 0;
}

static void renew_transport(struct peer_negotiation *next, const struct sdp_offer *offer)
{
    random_alphanumeric(next->transport.local.ufrag, LOCAL_UFRAG_LENGTH);
    random_alphanumeric(next->transport.local.pwd, LOCAL_PWD_LENGTH);
    next->transport.remote = offer->ice;
    memcpy(next->transport.remote_fingerprint, offer->fingerprint, sizeof(offer->fingerprint));
}

static void forget_connection(struct peer_negotiation *next, const struct sdp_offer *offer)
{
    next->line_count = 0;
    memset(next->lines, 0, sizeof(next->lines));
    g_strlcpy(next->session, offer->session, sizeof(next->session));
}

static int negotiate(struct peer_negotiation *next, const struct peer_negotiation_request *request,
                     const struct sdp_offer *offer, struct peer_negotiation_outcome *ret_outcome,
                     struct sdp_problem *ret_problem)
{
    const bool is_new = is_another_connection(next, offer);
    const bool ice_restart = !is_new && has_other_credentials(next, offer);
    if (is_new) {
        forget_connection(next, offer);
    }
    const int result = match_lines(next, offer, ret_problem);
    if (result < 0) {
        return result;
    }
    if (is_new || ice_restart) {
        renew_transport(next, offer);
    }
    struct sdp_answer *answer = g_new(struct sdp_answer, 1);
    answer_offer(next, request, offer, answer);
    ret_outcome->is_new = is_new;
    ret_outcome->ice_restart = ice_restart;
    ret_outcome->transport = next->transport;
    ret_outcome->media = next->media;
    ret_outcome->answer = sdp_answer_write(answer);
    g_free(answer);
    return 0;
}

int peer_negotiation_offer(struct peer_negotiation *negotiation,
                           const struct peer_negotiation_request *request,
                           struct peer_negotiation_outcome *ret_outcome,
                           struct sdp_problem *ret_problem)
{
    g_autofree struct sdp_offer *offer = g_new0(struct sdp_offer, 1);
    /* On a copy, so that a refused offer changes nothing. */
    g_autofree struct peer_negotiation *next = g_new(struct peer_negotiation, 1);
    int result = sdp_offer_read(request->sdp, request->sdp_size, offer, ret_problem);
    if (result < 0) {
        return result;
    }
    *next = *negotiation;
    result = negotiate(next, request, offer, ret_outcome, ret_problem);
    if (result == 0) {
        *negotiation = *next;
    }
    return result;
}
