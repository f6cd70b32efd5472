/* Any datagram through the demultiplexer, the STUN responder and the reader of answers, with
 * credentials that the seeds know: kinds, ufrags and verdicts must agree with each other.
 * fuzz-links: bedside_media_transport bedside_base
 */
#include "media/transport/consent_check.h"
#include "media/transport/packet_demux.h"
#include "media/transport/stun_responder.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stun_responder *responder;
    static struct consent_checker *checker;
    static struct packet_demux *demux;
    static char peer;
    struct peer_transport *owner = (struct peer_transport *)(void *)&peer;
    if (!responder) {
        responder = stun_responder_create();
        checker = consent_checker_create();
        demux = packet_demux_create(1);
        (void)packet_demux_add_ufrag(demux, "evtj", owner);
    }
    if (size > 2048) {
        return 0;
    }
    const struct network_address source = {.port = 9};
    const struct stun_credentials credentials = {.local_ufrag = "evtj",
                                                 .local_pwd = "VOkJxbRl1RmTxUk/WvJxBt",
                                                 .remote_ufrag = "h6vY",
                                                 .remote_pwd = "VOkJxbRl1RmTxUk/WvJxBt"};
    const enum packet_kind kind = packet_kind_of(data, size);
    const struct peer_transport *found = packet_demux_find(demux, kind, data, size, &source);
    const uint8_t *ufrag = NULL;
    const int length = packet_stun_ufrag(data, size, &ufrag);
    if (length > 0 && (ufrag < data || ufrag + length > data + size)) {
        abort();
    }
    uint8_t reply[STUN_REPLY_SIZE_MAX];
    struct stun_check check = {0};
    const enum stun_verdict verdict =
        stun_responder_judge(responder, data, size, &source, &credentials, reply, &check);
    if (verdict != STUN_REFUSED &&
        (found != owner || check.reply_size == 0 || check.reply_size > sizeof(reply))) {
        abort(); /* authentic, but not ours; or an answer without a length */
    }
    /* As if its transaction were one of ours. */
    if (size >= 8 + CONSENT_TRANSACTION_SIZE &&
        consent_checker_believes(checker, &credentials, data + 8, data, size) &&
        (kind != PACKET_KIND_STUN || verdict != STUN_REFUSED)) {
        abort(); /* an answer is no request */
    }
    return 0;
}
