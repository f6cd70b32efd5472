#include "signaling/protocol/sdp_answer.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#define CANDIDATE_PRIORITY 2130706431u /* RFC 8445, 5.1.2.1: host, component 1 */
/* RFC 6544, 4.2: type preference 90, so that UDP is preferred; of a passive candidate the local
 * preference begins with the direction preference 4. */
#define TCP_CANDIDATE_PRIORITY ((90u << 24) + (4u << 21) + (0x1fffu << 8) + 255u)

static const char *address_family(const char *address)
{
    return strchr(address, ':') ? "IP6" : "IP4";
}

static void write_bundle(GString *text, const struct sdp_answer *answer)
{
    g_string_append(text, "a=group:BUNDLE");
    for (size_t i = 0; i < answer->line_count; i++) {
        if (!answer->lines[i].refused) {
            g_string_append_printf(text, " %s", answer->lines[i].offered->mid);
        }
    }
    g_string_append(text, "\r\n");
}

/* RFC 8843, 7.3.3: a refused line keeps its place. */
static void write_refused(GString *text, const struct sdp_answer_line *line)
{
    g_string_append_printf(text, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=inactive\r\n",
                           line->offered->media, line->offered->proto, line->offered->format,
                           line->offered->mid);
}

static void write_candidates(GString *text, const struct sdp_answer *answer)
{
    for (size_t i = 0; i < answer->address_count; i++) {
        g_string_append_printf(text, "a=candidate:%zu 1 udp %u %s %u typ host\r\n", i + 1,
                               CANDIDATE_PRIORITY - (unsigned)i * 256, answer->addresses[i],
                               answer->port);
    }
    for (size_t i = 0; i < answer->address_count && answer->tcp; i++) {
        g_string_append_printf(text,
                               "a=candidate:%zu 1 tcp %u %s %u typ host tcptype passive\r\n",
                               answer->address_count + i + 1,
                               TCP_CANDIDATE_PRIORITY - (unsigned)i * 256, answer->addresses[i],
                               answer->port);
    }
}

static void write_transport(GString *text, const struct sdp_answer *answer, bool with_candidates)
{
    g_string_append_printf(
        text, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\na=setup:passive\r\n",
        answer->ice.ufrag, answer->ice.pwd, answer->fingerprint);
    if (with_candidates) {
        write_candidates(text, answer);
        g_string_append(text, "a=end-of-candidates\r\n");
    }
}

static void write_payload(GString *text, const struct sdp_payload *payload)
{
    const struct media_payload *media = &payload->payload;
    const unsigned type = media->payload_type;
    char parameters[128];
    codec_policy_answer_parameters(media->codec, payload->profile, parameters, sizeof(parameters));
    g_string_append_printf(text, "a=rtpmap:%u %s\r\n", type, codec_policy_rtpmap(media->codec));
    if (parameters[0]) {
        g_string_append_printf(text, "a=fmtp:%u %s\r\n", type, parameters);
    }
    const struct {
        bool on;
        const char *name;
    } feedback[] = {{media->transport_cc, "transport-cc"},
                    {media->fir, "ccm fir"},
                    {media->nack, "nack"},
                    {media->pli, "nack pli"}};
    for (size_t i = 0; i < G_N_ELEMENTS(feedback); i++) {
        if (feedback[i].on) {
            g_string_append_printf(text, "a=rtcp-fb:%u %s\r\n", type, feedback[i].name);
        }
    }
    if (media->rtx_payload_type != MEDIA_PAYLOAD_TYPE_NONE) {
        g_string_append_printf(text, "a=rtpmap:%u rtx/90000\r\na=fmtp:%u apt=%u\r\n",
                               media->rtx_payload_type, media->rtx_payload_type, type);
    }
    if (media->red_payload_type != 0) {
        g_string_append_printf(text, "a=rtpmap:%u " CODEC_POLICY_RED "\r\na=fmtp:%u %u/%u\r\n",
                               media->red_payload_type, media->red_payload_type, type, type);
    }
}

/* Of what a browser is to send, that comes first which it shall prefer (RFC 3264, 6.1): sound that
 * repeats itself. What the gateway sends it chooses for each packet. */
static void write_payload_types(GString *text, const struct sdp_answer_line *line)
{
    const bool browser_sends = line->direction != SDP_SENDONLY;
    for (size_t i = 0; i < line->payload_count; i++) {
        const struct media_payload *media = &line->payloads[i].payload;
        if (media->red_payload_type != 0 && browser_sends) {
            g_string_append_printf(text, " %u", media->red_payload_type);
        }
        g_string_append_printf(text, " %u", media->payload_type);
        if (media->red_payload_type != 0 && !browser_sends) {
            g_string_append_printf(text, " %u", media->red_payload_type);
        }
        if (media->rtx_payload_type != MEDIA_PAYLOAD_TYPE_NONE) {
            g_string_append_printf(text, " %u", media->rtx_payload_type);
        }
    }
}

static void write_extensions(GString *text, const struct media_extension_ids *ids)
{
    const char *uri;
    for (size_t i = 0; (uri = codec_policy_extension_uri(i)); i++) {
        const unsigned id = codec_policy_extension_id(ids, i);
        if (id != 0) {
            g_string_append_printf(text, "a=extmap:%u %s\r\n", id, uri);
        }
    }
}

static void write_streams(GString *text, const struct sdp_answer *answer,
                          const struct sdp_answer_line *line)
{
    g_string_append_printf(text, "a=msid:%s %s\r\n", line->stream, line->track);
    if (line->rtx_ssrc != 0) {
        g_string_append_printf(text, "a=ssrc-group:FID %" PRIu32 " %" PRIu32 "\r\n", line->ssrc,
                               line->rtx_ssrc);
    }
    g_string_append_printf(text, "a=ssrc:%" PRIu32 " cname:%s\r\n", line->ssrc, answer->cname);
    if (line->rtx_ssrc != 0) {
        g_string_append_printf(text, "a=ssrc:%" PRIu32 " cname:%s\r\n", line->rtx_ssrc,
                               answer->cname);
    }
}

/* RFC 8853, 5.3.2: what the browser sends, we receive. */
static void write_rids(GString *text, const struct sdp_offer_line *offered)
{
    for (size_t i = 0; i < offered->rid_count; i++) {
        g_string_append_printf(text, "a=rid:%s recv\r\n", offered->rids[i]);
    }
    for (size_t i = 0; i < offered->rid_count; i++) {
        g_string_append_printf(text, "%s%s", i == 0 ? "a=simulcast:recv " : ";", offered->rids[i]);
    }
    g_string_append(text, offered->rid_count > 0 ? "\r\n" : "");
}

static void write_line(GString *text, const struct sdp_answer *answer,
                       const struct sdp_answer_line *line, bool first)
{
    static const char *const directions[] = {
        [SDP_INACTIVE] = "inactive", [SDP_SENDONLY] = "sendonly", [SDP_RECVONLY] = "recvonly"};
    const char *address = answer->address_count > 0 ? answer->addresses[0] : "0.0.0.0";
    g_string_append_printf(text, "m=%s %u %s", line->offered->media, answer->port,
                           line->offered->proto);
    write_payload_types(text, line);
    g_string_append_printf(text, "\r\nc=IN %s %s\r\na=mid:%s\r\n", address_family(address), address,
                           line->offered->mid);
    write_transport(text, answer, first);
    g_string_append_printf(text, "a=%s\r\na=rtcp-mux\r\n", directions[line->direction]);
    if (line->offered->rtcp_reduced_size) {
        g_string_append(text, "a=rtcp-rsize\r\n");
    }
    for (size_t i = 0; i < line->payload_count; i++) {
        write_payload(text, &line->payloads[i]);
    }
    write_extensions(text, &line->offered->extensions);
    if (line->direction == SDP_SENDONLY) {
        write_streams(text, answer, line);
    } else {
        /* Also of who waits: layers that one answer leaves out are gone for the browser (RFC 9429,
         * 5.10), and being let in would not bring them back. */
        write_rids(text, line->offered);
    }
}

char *sdp_answer_write(const struct sdp_answer *answer)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text,
                           "v=0\r\no=- %" PRIu64 " %" PRIu32
                           " IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n",
                           answer->session_id, answer->version);
    write_bundle(text, answer);
    g_string_append(text, "a=msid-semantic: WMS *\r\n");
    bool first = true;
    for (size_t i = 0; i < answer->line_count; i++) {
        if (answer->lines[i].refused) {
            write_refused(text, &answer->lines[i]);
            continue;
        }
        write_line(text, answer, &answer->lines[i], first);
        first = false;
    }
    return g_string_free(text, FALSE);
}
