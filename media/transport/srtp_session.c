#include "media/transport/srtp_session.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "media/transport/srtp_aead_context.h"
#include "media/transport/srtp_key_derivation.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <srtp2/srtp.h>
#include <stdbool.h>
#include <string.h>

#define RTP_HEADER_SIZE 12
#define RTCP_HEADER_SIZE 8
#define RTCP_INDEX_SIZE 4
/* Greater packets than a datagram's are nobody's. */
#define PACKET_SIZE_MAX SRTCP_SIZE_MAX

struct profile {
    enum srtp_profile id;
    const char *name;
    size_t key_size;
    size_t salt_size;
    size_t tag_size;
    bool is_aead;
    void (*set_policy)(srtp_crypto_policy_t *policy);
};

static const struct profile profiles[] = {
    {SRTP_PROFILE_AEAD_AES_128_GCM, "SRTP_AEAD_AES_128_GCM", 16, 12, 16, true,
     srtp_crypto_policy_set_aes_gcm_128_16_auth},
    {SRTP_PROFILE_AEAD_AES_256_GCM, "SRTP_AEAD_AES_256_GCM", 32, 12, 16, true,
     srtp_crypto_policy_set_aes_gcm_256_16_auth},
    {SRTP_PROFILE_AES128_CM_SHA1_80, "SRTP_AES128_CM_SHA1_80", 16, 14, 10, false,
     srtp_crypto_policy_set_rtp_default},
};

struct srtp_session {
    const struct profile *profile;
    /* The AEAD profiles, owned; NULL where libsrtp2 does it. */
    struct srtp_aead_context *rtp_inbound;
    struct srtp_aead_context *rtp_outbound;
    struct srtp_aead_context *rtcp_inbound;
    struct srtp_aead_context *rtcp_outbound;
    /* The others. */
    srtp_t inbound;
    srtp_t outbound;
    /* libsrtp2 keeps a stream for every SSRC that was ever authentic: this list is what bounds it.
     */
    uint32_t ssrcs[SRTP_SSRCS_MAX];
    size_t ssrc_count;
    struct srtp_session_statistics statistics;
};

static const struct profile *find_profile(enum srtp_profile id)
{
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        if (profiles[i].id == id) {
            return &profiles[i];
        }
    }
    return NULL;
}

const char *srtp_profile_name(enum srtp_profile profile)
{
    const struct profile *found = find_profile(profile);
    return found ? found->name : NULL;
}

size_t srtp_profile_key_size(enum srtp_profile profile)
{
    const struct profile *found = find_profile(profile);
    return found ? found->key_size : 0;
}

size_t srtp_profile_salt_size(enum srtp_profile profile)
{
    const struct profile *found = find_profile(profile);
    return found ? found->salt_size : 0;
}

size_t srtp_profile_rtp_overhead(enum srtp_profile profile)
{
    const struct profile *found = find_profile(profile);
    return found ? found->tag_size : 0;
}

void srtp_keys_from_block(enum srtp_profile profile, const uint8_t *block, bool we_are_server,
                          struct srtp_keys *ret_keys)
{
    const size_t key = srtp_profile_key_size(profile);
    const size_t salt = srtp_profile_salt_size(profile);
    const uint8_t *client_key = block;
    const uint8_t *server_key = block + key;
    const uint8_t *client_salt = block + 2 * key;
    const uint8_t *server_salt = block + 2 * key + salt;
    *ret_keys = (struct srtp_keys){.profile = profile};
    memcpy(ret_keys->local_key, we_are_server ? server_key : client_key, key);
    memcpy(ret_keys->local_salt, we_are_server ? server_salt : client_salt, salt);
    memcpy(ret_keys->remote_key, we_are_server ? client_key : server_key, key);
    memcpy(ret_keys->remote_salt, we_are_server ? client_salt : server_salt, salt);
}

/* ---- life ---- */

/* A second srtp_init() in one process reports an error though all is well (2.5.0), so its status
 * says nothing; srtp_create() fails when the library is not ready. */
static void init_library(void)
{
    (void)srtp_init();
}

static int create_direction(const struct profile *profile, const uint8_t *key, const uint8_t *salt,
                            srtp_ssrc_type_t direction, srtp_t *ret_library_session)
{
    uint8_t master[SRTP_KEY_SIZE_MAX + SRTP_SALT_SIZE_MAX];
    memcpy(master, key, profile->key_size);
    memcpy(master + profile->key_size, salt, profile->salt_size);
    srtp_policy_t policy = {
        .ssrc = {.type = direction}, .key = master, .window_size = SRTP_REPLAY_WINDOW};
    profile->set_policy(&policy.rtp);
    profile->set_policy(&policy.rtcp);
    const srtp_err_status_t status = srtp_create(ret_library_session, &policy);
    secret_wipe(master, sizeof(master));
    return status == srtp_err_status_ok ? 0 : -ENOTSUP;
}

static struct srtp_aead_context *create_aead(const struct srtp_master_key *master,
                                             const struct srtp_aead_provider *provider,
                                             enum srtp_key_label key_label,
                                             enum srtp_key_label salt_label,
                                             enum srtp_aead_direction direction)
{
    uint8_t session_key[SRTP_KEY_SIZE_MAX];
    uint8_t session_salt[SRTP_AEAD_NONCE_SIZE];
    srtp_key_derive(master, key_label, session_key, master->key_size);
    srtp_key_derive(master, salt_label, session_salt, sizeof(session_salt));
    const struct srtp_aead_keys keys = {session_key, master->key_size, session_salt};
    struct srtp_aead_context *context = srtp_aead_context_create(provider, &keys, direction);
    secret_wipe(session_key, sizeof(session_key));
    secret_wipe(session_salt, sizeof(session_salt));
    return context;
}

static void create_contexts(struct srtp_session *session, const struct srtp_keys *keys,
                            const struct srtp_aead_provider *provider)
{
    const struct profile *profile = session->profile;
    const struct srtp_master_key remote = {keys->remote_key, profile->key_size, keys->remote_salt,
                                           profile->salt_size};
    const struct srtp_master_key local = {keys->local_key, profile->key_size, keys->local_salt,
                                          profile->salt_size};
    session->rtp_inbound = create_aead(&remote, provider, SRTP_KEY_LABEL_ENCRYPTION,
                                       SRTP_KEY_LABEL_SALT, SRTP_AEAD_OPEN);
    session->rtp_outbound = create_aead(&local, provider, SRTP_KEY_LABEL_ENCRYPTION,
                                        SRTP_KEY_LABEL_SALT, SRTP_AEAD_SEAL);
    session->rtcp_inbound = create_aead(&remote, provider, SRTP_KEY_LABEL_RTCP_ENCRYPTION,
                                        SRTP_KEY_LABEL_RTCP_SALT, SRTP_AEAD_OPEN);
    session->rtcp_outbound = create_aead(&local, provider, SRTP_KEY_LABEL_RTCP_ENCRYPTION,
                                         SRTP_KEY_LABEL_RTCP_SALT, SRTP_AEAD_SEAL);
}

static int create_library_sessions(struct srtp_session *session, const struct srtp_keys *keys)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init_library);
    const int created = create_direction(session->profile, keys->remote_key, keys->remote_salt,
                                         ssrc_any_inbound, &session->inbound);
    return created < 0 ? created
                       : create_direction(session->profile, keys->local_key, keys->local_salt,
                                          ssrc_any_outbound, &session->outbound);
}

int srtp_session_create(const struct srtp_keys *keys, const struct srtp_aead_provider *provider,
                        struct srtp_session **ret_session)
{
    AUTO(srtp_session) session = allocate_zeroed(1, sizeof(*session));
    session->profile = find_profile(keys->profile);
    if (!session->profile) {
        return -EINVAL;
    }
    if (provider && session->profile->is_aead) {
        create_contexts(session, keys, provider);
    } else {
        const int created = create_library_sessions(session, keys);
        if (created < 0) {
            return created;
        }
    }
    *ret_session = TAKE(session);
    return 0;
}

struct srtp_session *srtp_session_destroy(struct srtp_session *session)
{
    if (session) {
        srtp_aead_context_destroy(session->rtp_inbound);
        srtp_aead_context_destroy(session->rtp_outbound);
        srtp_aead_context_destroy(session->rtcp_inbound);
        srtp_aead_context_destroy(session->rtcp_outbound);
        /* The library wipes its keys. */
        if (session->inbound) {
            srtp_dealloc(session->inbound);
        }
        if (session->outbound) {
            srtp_dealloc(session->outbound);
        }
        free(session);
    }
    return NULL;
}

const struct srtp_session_statistics *srtp_session_statistics(const struct srtp_session *session)
{
    return &session->statistics;
}

/* ---- lengths ---- */

/* Size of the RTP header with CSRCs and extension, by its own account; 0 when it does not fit into
 * `size`.
 *
 *   |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *   |                           timestamp                           |
 *   |                             SSRC                              |
 *   |                  CC x CSRC, then, if X:                       |
 *   |      defined by profile       |    length in 32-bit words     | ...
 * (RFC 3550, 5.1 and 5.3.1) */
static size_t rtp_header_size(const uint8_t *packet, size_t size)
{
    if (size < RTP_HEADER_SIZE || packet[0] >> 6 != 2) {
        return 0;
    }
    size_t header = RTP_HEADER_SIZE + 4 * (size_t)(packet[0] & 0x0f);
    if (packet[0] & 0x10) {
        if (size < header + 4) {
            return 0;
        }
        header += 4 + 4 * (size_t)(packet[header + 2] << 8 | packet[header + 3]);
    }
    return header <= size ? header : 0;
}

/* As rtp_header_size(), of what precedes the tag. */
static size_t srtp_header_size(const struct srtp_session *session, const uint8_t *packet,
                               size_t size)
{
    const size_t tag = session->profile->tag_size;
    return size <= PACKET_SIZE_MAX && size > tag ? rtp_header_size(packet, size - tag) : 0;
}

static bool is_srtcp(const struct srtp_session *session, const uint8_t *packet, size_t size)
{
    return size <= PACKET_SIZE_MAX &&
           size >= RTCP_HEADER_SIZE + RTCP_INDEX_SIZE + session->profile->tag_size &&
           packet[0] >> 6 == 2;
}

/* ---- SSRCs ---- */

static uint32_t read_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool ssrc_is_known(const struct srtp_session *session, uint32_t ssrc)
{
    for (size_t i = 0; i < session->ssrc_count; i++) {
        if (session->ssrcs[i] == ssrc) {
            return true;
        }
    }
    return false;
}

bool srtp_session_knows_ssrc(const struct srtp_session *session, uint32_t ssrc)
{
    return session->rtp_inbound ? srtp_aead_context_knows(session->rtp_inbound, ssrc)
                                : ssrc_is_known(session, ssrc);
}

/* ---- unprotect ---- */

static int count_result(struct srtp_session_statistics *statistics, int result)
{
    if (result >= 0) {
        statistics->unprotected++;
    } else if (result == -EALREADY) {
        statistics->replayed++;
    } else if (result == -ENOSPC) {
        statistics->ssrc_refused++;
    } else {
        statistics->unauthentic++;
    }
    return result;
}

/* Through libsrtp2. */
static int unprotect(struct srtp_session *session, const uint8_t *in, size_t size, uint32_t ssrc,
                     srtp_err_status_t (*unprotect_in_place)(srtp_t, void *, int *), uint8_t *to)
{
    const bool is_new = !ssrc_is_known(session, ssrc);
    if (is_new && session->ssrc_count == SRTP_SSRCS_MAX) {
        return count_result(&session->statistics, -ENOSPC);
    }
    int length = (int)size;
    memcpy(to, in, size);
    const srtp_err_status_t status = unprotect_in_place(session->inbound, to, &length);
    if (status == srtp_err_status_replay_fail || status == srtp_err_status_replay_old) {
        return count_result(&session->statistics, -EALREADY);
    }
    if (status != srtp_err_status_ok) {
        return count_result(&session->statistics, -EACCES);
    }
    if (is_new) {
        session->ssrcs[session->ssrc_count] = ssrc;
        session->ssrc_count++;
    }
    return count_result(&session->statistics, length);
}

int srtp_session_unprotect_rtp(struct srtp_session *session, const uint8_t *in, size_t size,
                               uint8_t *ret_packet, size_t capacity)
{
    const size_t header_size = srtp_header_size(session, in, size);
    if (header_size == 0) {
        session->statistics.malformed++;
        return -EBADMSG;
    }
    if (capacity < size) {
        return -EMSGSIZE;
    }
    if (session->rtp_inbound) {
        const int result =
            srtp_aead_context_unprotect(session->rtp_inbound, in, size, header_size, ret_packet);
        return count_result(&session->statistics, result);
    }
    return unprotect(session, in, size, read_u32(in + 8), srtp_unprotect, ret_packet);
}

int srtp_session_unprotect_rtcp(struct srtp_session *session, const uint8_t *in, size_t size,
                                uint8_t *ret_packet, size_t capacity)
{
    if (!is_srtcp(session, in, size)) {
        session->statistics.malformed++;
        return -EBADMSG;
    }
    if (capacity < size) {
        return -EMSGSIZE;
    }
    if (session->rtcp_inbound) {
        return count_result(&session->statistics, srtp_aead_context_unprotect_rtcp(
                                                      session->rtcp_inbound, in, size, ret_packet));
    }
    return unprotect(session, in, size, read_u32(in + 4), srtp_unprotect_rtcp, ret_packet);
}

/* ---- protect ---- */

static int protect_result(srtp_err_status_t status, int length)
{
    if (status == srtp_err_status_replay_fail || status == srtp_err_status_replay_old) {
        return -EALREADY;
    }
    return status == srtp_err_status_ok ? length : -EBADMSG;
}

int srtp_session_protect_rtp(struct srtp_session *session, const struct packet_part *parts,
                             size_t part_count, uint8_t *ret_packet, size_t capacity)
{
    assert(part_count > 0);
    size_t size = 0;
    for (size_t i = 0; i < part_count; i++) {
        size += parts[i].size;
    }
    if (rtp_header_size(parts[0].data, parts[0].size) != parts[0].size) {
        return -EBADMSG;
    }
    if (size > PACKET_SIZE_MAX || size + SRTP_OVERHEAD_MAX > capacity) {
        return -EMSGSIZE;
    }
    if (session->rtp_outbound) {
        return srtp_aead_context_protect(session->rtp_outbound, parts, part_count, ret_packet);
    }
    uint8_t *to = ret_packet;
    for (size_t i = 0; i < part_count; i++) {
        if (parts[i].size > 0) {
            memcpy(to, parts[i].data, parts[i].size);
            to += parts[i].size;
        }
    }
    int length = (int)size;
    const srtp_err_status_t status = srtp_protect(session->outbound, ret_packet, &length);
    return protect_result(status, length);
}

int srtp_session_protect_rtcp(struct srtp_session *session, const uint8_t *compound, size_t size,
                              uint8_t *ret_packet, size_t capacity)
{
    if (size < RTCP_HEADER_SIZE || compound[0] >> 6 != 2) {
        return -EBADMSG;
    }
    if (size + SRTP_OVERHEAD_MAX > PACKET_SIZE_MAX || size + SRTP_OVERHEAD_MAX > capacity) {
        return -EMSGSIZE;
    }
    if (session->rtcp_outbound) {
        return srtp_aead_context_protect_rtcp(session->rtcp_outbound, compound, size, ret_packet);
    }
    memcpy(ret_packet, compound, size);
    int length = (int)size;
    const srtp_err_status_t status = srtp_protect_rtcp(session->outbound, ret_packet, &length);
    return protect_result(status, length);
}
