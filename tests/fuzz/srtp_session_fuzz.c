/* Two uses of one input. As it comes it is a packet of nobody, which must be refused. Protected
 * with the right keys it is an authentic packet with a hostile header, which must be refused or
 * come back as it was. fuzz-links: bedside_media_transport bedside_base
 */
#include "media/transport/srtp_session.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Sessions are dear to make; they are renewed before their places for SSRCs and numbers are used
 * up. */
#define INPUTS_PER_SESSION 500

struct pair {
    struct srtp_session *ours;
    struct srtp_session *theirs;
    unsigned inputs;
    const struct srtp_aead_provider *provider;
};

static void renew(struct pair *pair, enum srtp_profile profile)
{
    uint8_t block[2 * (SRTP_KEY_SIZE_MAX + SRTP_SALT_SIZE_MAX)] = {7};
    struct srtp_keys keys;
    pair->ours = srtp_session_destroy(pair->ours);
    pair->theirs = srtp_session_destroy(pair->theirs);
    pair->inputs = 0;
    srtp_keys_from_block(profile, block, true, &keys);
    int created = srtp_session_create(&keys, pair->provider, &pair->ours);
    srtp_keys_from_block(profile, block, false, &keys);
    created |= srtp_session_create(&keys, pair->provider, &pair->theirs);
    if (created != 0) {
        abort();
    }
}

static void check_round_trip(struct pair *pair, enum srtp_profile profile, const uint8_t *data,
                             size_t size, bool rtcp)
{
    _Alignas(4) uint8_t wire[2100];
    _Alignas(4) uint8_t clear[2100];
    if (!pair->ours || ++pair->inputs > INPUTS_PER_SESSION) {
        renew(pair, profile);
    }
    struct srtp_session *ours = pair->ours;
    struct srtp_session *theirs = pair->theirs;
    const int forged = rtcp ? srtp_session_unprotect_rtcp(ours, data, size, clear, sizeof(clear))
                            : srtp_session_unprotect_rtp(ours, data, size, clear, sizeof(clear));
    if (forged >= 0) {
        abort();
    }
    /* The first 12 to 76 bytes are offered as the header, so that some of them are right. */
    for (size_t header = 12; header <= size && header <= 76; header += 4) {
        const struct packet_part parts[] = {{data, header}, {data + header, size - header}};
        const int sent = rtcp ? srtp_session_protect_rtcp(theirs, data, size, wire, sizeof(wire))
                              : srtp_session_protect_rtp(theirs, parts, 2, wire, sizeof(wire));
        if (sent > 0) {
            const int back =
                rtcp ? srtp_session_unprotect_rtcp(ours, wire, (size_t)sent, clear, sizeof(clear))
                     : srtp_session_unprotect_rtp(ours, wire, (size_t)sent, clear, sizeof(clear));
            if (back >= 0 && ((size_t)back != size || memcmp(clear, data, size) != 0)) {
                abort();
            }
            break;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 2000) {
        return 0;
    }
    static struct pair gcm[2]; /* the fastest provider and OpenSSL */
    static struct pair gcm_rtcp;
    static struct pair counter_mode;
    const char *obstacle;
    gcm[0].provider = srtp_aead_choose(SRTP_AEAD_CHOICE_AUTO, &obstacle);
    gcm[1].provider = srtp_aead_choose(SRTP_AEAD_CHOICE_OPENSSL, &obstacle);
    check_round_trip(&gcm[0], SRTP_PROFILE_AEAD_AES_128_GCM, data, size, false);
    check_round_trip(&gcm[1], SRTP_PROFILE_AEAD_AES_256_GCM, data, size, false);
    check_round_trip(&gcm_rtcp, SRTP_PROFILE_AEAD_AES_128_GCM, data, size, true);
    check_round_trip(&counter_mode, SRTP_PROFILE_AES128_CM_SHA1_80, data, size, false);
    return 0;
}
