/* AES-GCM by intel-ipsec-mb, through its direct calls: one packet, one call, no jobs.
 *
 * Those calls keep no state but in their arguments, so one constant manager serves all threads. The
 * library also sets its last error, one word of the process, at each call; we never read it. */
#include "media/transport/srtp_aead_providers.h"

#include "gateway/base/secret.h"

#include <assert.h>
#include <errno.h>
#define NO_COMPAT_IMB_API_053 /* the header's old names, such as SHA1 and GCM */
#include <intel-ipsec-mb.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if IMB_VERSION_NUM < IMB_VERSION(1, 3, 0)
#error "intel-ipsec-mb 1.3 or newer is needed"
#endif

struct cipher {
    /* The header asks for this alignment only where LINUX is defined, which no compiler does. */
    _Alignas(64) struct gcm_key_data key;
    aes_gcm_enc_dec_t run;
};

static const IMB_MGR *library;
static const char *obstacle;

/* ---- choice ---- */

bool srtp_aead_ipsec_mb_may_run(uint64_t features, const char **ret_obstacle)
{
    static const struct {
        uint64_t bits;
        const char *missing;
    } needs[] = {
        {IMB_FEATURE_AESNI, "the processor has no AES-NI"},
        {IMB_FEATURE_PCLMULQDQ, "the processor has no PCLMULQDQ"},
        {IMB_FEATURE_SSE4_2 | IMB_FEATURE_CMOV, "the processor has no SSE 4.2"},
    };
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        if ((features & needs[i].bits) != needs[i].bits) {
            *ret_obstacle = needs[i].missing;
            return false;
        }
    }
    return true;
}

static void prepare(void)
{
    /* Looks only at the processor; without AES-NI, initialising would fall back to an emulation. */
    IMB_MGR *manager = alloc_mb_mgr(0);
    if (!manager) {
        obstacle = "intel-ipsec-mb does not start";
        return;
    }
    if (srtp_aead_ipsec_mb_may_run(manager->features, &obstacle)) {
        init_mb_mgr_auto(manager, NULL);
        if (imb_get_errno(manager) == 0 && (manager->features & IMB_FEATURE_SELF_TEST_PASS)) {
            library = manager;
            return;
        }
        obstacle = "intel-ipsec-mb fails its self-test";
    }
    free_mb_mgr(manager);
}

/* ---- packets ---- */

static void *create(const uint8_t *key, size_t key_size, enum srtp_aead_direction direction)
{
    assert(key_size == 16 || key_size == 32);
    struct cipher *cipher = aligned_alloc(_Alignof(struct cipher), sizeof(*cipher));
    if (!cipher) {
        abort();
    }
    memset(cipher, 0, sizeof(*cipher));
    const bool seals = direction == SRTP_AEAD_SEAL;
    if (key_size == 16) {
        IMB_AES128_GCM_PRE(library, key, &cipher->key);
        cipher->run = seals ? library->gcm128_enc : library->gcm128_dec;
    } else {
        IMB_AES256_GCM_PRE(library, key, &cipher->key);
        cipher->run = seals ? library->gcm256_enc : library->gcm256_dec;
    }
    return cipher;
}

static void destroy(void *opaque)
{
    if (opaque) {
        secret_wipe(opaque, sizeof(struct cipher));
        free(opaque);
    }
}

static int seal(void *opaque, const uint8_t *nonce, uint8_t *packet, size_t header_size,
                const struct packet_part *payload)
{
    struct cipher *cipher = opaque;
    struct gcm_context_data context;
    uint8_t *to = packet + header_size;
    cipher->run(&cipher->key, &context, to, payload->data, payload->size, nonce, packet,
                header_size, to + payload->size, SRTP_AEAD_TAG_SIZE);
    return 0;
}

static int open_packet(void *opaque, const uint8_t *nonce, const uint8_t *packet, size_t size,
                       size_t header_size, uint8_t *ret_payload)
{
    struct cipher *cipher = opaque;
    struct gcm_context_data context;
    uint8_t tag[SRTP_AEAD_TAG_SIZE];
    const uint8_t *sent_tag = packet + size - SRTP_AEAD_TAG_SIZE;
    cipher->run(&cipher->key, &context, ret_payload, packet + header_size,
                size - header_size - SRTP_AEAD_TAG_SIZE, nonce, packet, header_size, tag,
                SRTP_AEAD_TAG_SIZE);
    return CRYPTO_memcmp(tag, sent_tag, SRTP_AEAD_TAG_SIZE) == 0 ? 0 : -EACCES;
}

const struct srtp_aead_provider *srtp_aead_ipsec_mb(const char **ret_obstacle)
{
    static const struct srtp_aead_provider provider = {
        .name = "ipsec-mb",
        .create = create,
        .destroy = destroy,
        .seal = seal,
        .open = open_packet,
    };
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    if (!library) {
        *ret_obstacle = obstacle;
        return NULL;
    }
    return &provider;
}
