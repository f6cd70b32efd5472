#include "tests/bench/endpoint/srtp_gcm.h"

#include <assert.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#ifdef BENCH_HAS_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

/* RFC 3711, 4.3.1 and 4.3.2 */
enum key_label {
    LABEL_RTP_KEY = 0,
    LABEL_RTP_SALT = 2,
    LABEL_RTCP_KEY = 3,
    LABEL_RTCP_SALT = 5,
};

#define RTCP_CLEAR_SIZE 8 /* header and SSRC stay readable (RFC 7714, 9.3) */
#define RTCP_ENCRYPTED_FLAG 0x80000000u

/* ---- engines ---- */

#ifdef BENCH_HAS_IPSEC_MB

static IMB_MGR *manager(void)
{
    static IMB_MGR *shared;
    if (!shared) {
        shared = alloc_mb_mgr(0);
        if (!shared) {
            abort();
        }
        init_mb_mgr_auto(shared, NULL);
    }
    return shared;
}

static void *ipsec_mb_key(const uint8_t key[SRTP_GCM_KEY_SIZE])
{
    const size_t size = (sizeof(struct gcm_key_data) + 63) & ~(size_t)63;
    struct gcm_key_data *data = aligned_alloc(64, size);
    if (!data) {
        abort();
    }
    IMB_AES128_GCM_PRE(manager(), key, data);
    return data;
}

static void ipsec_mb_seal(const struct gcm_key *key, const uint8_t *iv, const uint8_t *aad,
                          size_t aad_size, const uint8_t *plain, size_t size, uint8_t *ret_sealed)
{
    struct gcm_context_data context;
    IMB_AES128_GCM_ENC(manager(), key->ipsec_mb, &context, ret_sealed, plain, size, iv, aad,
                       aad_size, ret_sealed + size, SRTP_GCM_TAG_SIZE);
}

static bool ipsec_mb_open(const struct gcm_key *key, const uint8_t *iv, const uint8_t *aad,
                          size_t aad_size, const uint8_t *sealed, size_t size, uint8_t *ret_plain)
{
    struct gcm_context_data context;
    uint8_t tag[SRTP_GCM_TAG_SIZE];
    uint8_t expected[SRTP_GCM_TAG_SIZE];
    memcpy(expected, sealed + size, sizeof(expected));
    IMB_AES128_GCM_DEC(manager(), key->ipsec_mb, &context, ret_plain, sealed, size, iv, aad,
                       aad_size, tag, SRTP_GCM_TAG_SIZE);
    return CRYPTO_memcmp(tag, expected, sizeof(tag)) == 0;
}

#else

static void *ipsec_mb_key(const uint8_t key[SRTP_GCM_KEY_SIZE])
{
    (void)key;
    abort(); /* gcm_engine_best() never says so in this build */
}

static void ipsec_mb_seal(const struct gcm_key *key, const uint8_t *iv, const uint8_t *aad,
                          size_t aad_size, const uint8_t *plain, size_t size, uint8_t *ret_sealed)
{
    (void)key, (void)iv, (void)aad, (void)aad_size, (void)plain, (void)size, (void)ret_sealed;
}

static bool ipsec_mb_open(const struct gcm_key *key, const uint8_t *iv, const uint8_t *aad,
                          size_t aad_size, const uint8_t *sealed, size_t size, uint8_t *ret_plain)
{
    (void)key, (void)iv, (void)aad, (void)aad_size, (void)sealed, (void)size, (void)ret_plain;
    return false;
}

#endif

enum gcm_engine gcm_engine_best(void)
{
#ifdef BENCH_HAS_IPSEC_MB
    return GCM_ENGINE_IPSEC_MB;
#else
    return GCM_ENGINE_OPENSSL;
#endif
}

const char *gcm_engine_name(enum gcm_engine engine)
{
    return engine == GCM_ENGINE_IPSEC_MB ? "ipsec-mb" : "openssl";
}

static void key_init(struct gcm_key *key, enum gcm_engine engine,
                     const uint8_t bytes[SRTP_GCM_KEY_SIZE], bool seals)
{
    *key = (struct gcm_key){.ipsec_mb = NULL};
    if (engine == GCM_ENGINE_IPSEC_MB) {
        key->ipsec_mb = ipsec_mb_key(bytes);
        return;
    }
    key->evp = EVP_CIPHER_CTX_new();
    if (EVP_CipherInit_ex(key->evp, EVP_aes_128_gcm(), NULL, bytes, NULL, seals) != 1) {
        abort();
    }
}

static void key_finish(struct gcm_key *key)
{
    free(key->ipsec_mb);
    EVP_CIPHER_CTX_free(key->evp);
    *key = (struct gcm_key){.ipsec_mb = NULL};
}

static void seal(const struct gcm_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_size,
                 const uint8_t *plain, size_t size, uint8_t *ret_sealed)
{
    if (key->ipsec_mb) {
        ipsec_mb_seal(key, iv, aad, aad_size, plain, size, ret_sealed);
        return;
    }
    EVP_EncryptInit_ex2(key->evp, NULL, NULL, iv, NULL);
    EVP_Cipher(key->evp, NULL, aad, (unsigned)aad_size);
    EVP_Cipher(key->evp, ret_sealed, plain, (unsigned)size);
    EVP_Cipher(key->evp, NULL, NULL, 0);
    EVP_CIPHER_CTX_ctrl(key->evp, EVP_CTRL_GCM_GET_TAG, SRTP_GCM_TAG_SIZE, ret_sealed + size);
}

static bool open_sealed(const struct gcm_key *key, const uint8_t *iv, const uint8_t *aad,
                        size_t aad_size, const uint8_t *sealed, size_t size, uint8_t *ret_plain)
{
    if (key->ipsec_mb) {
        return ipsec_mb_open(key, iv, aad, aad_size, sealed, size, ret_plain);
    }
    uint8_t tag[SRTP_GCM_TAG_SIZE];
    memcpy(tag, sealed + size, sizeof(tag));
    EVP_DecryptInit_ex2(key->evp, NULL, NULL, iv, NULL);
    EVP_CIPHER_CTX_ctrl(key->evp, EVP_CTRL_GCM_SET_TAG, SRTP_GCM_TAG_SIZE, tag);
    EVP_Cipher(key->evp, NULL, aad, (unsigned)aad_size);
    EVP_Cipher(key->evp, ret_plain, sealed, (unsigned)size);
    return EVP_Cipher(key->evp, NULL, NULL, 0) >= 0;
}

/* ---- keys ---- */

static void derive(const uint8_t *master_key, const uint8_t *master_salt, enum key_label label,
                   uint8_t *ret_bytes, size_t size)
{
    uint8_t counter[16] = {0};
    const uint8_t zeros[32] = {0};
    int written = 0;
    assert(size <= sizeof(zeros));
    memcpy(counter, master_salt, SRTP_GCM_SALT_SIZE);
    counter[7] ^= (uint8_t)label;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, master_key, counter);
    EVP_EncryptUpdate(context, ret_bytes, &written, zeros, (int)size);
    EVP_CIPHER_CTX_free(context);
}

void srtp_direction_init(struct srtp_direction *direction, enum gcm_engine engine,
                         const uint8_t master_key[SRTP_GCM_KEY_SIZE],
                         const uint8_t master_salt[SRTP_GCM_SALT_SIZE], bool seals)
{
    uint8_t key[SRTP_GCM_KEY_SIZE];
    *direction = (struct srtp_direction){.rtcp_index = 1};
    derive(master_key, master_salt, LABEL_RTP_KEY, key, sizeof(key));
    key_init(&direction->rtp, engine, key, seals);
    derive(master_key, master_salt, LABEL_RTCP_KEY, key, sizeof(key));
    key_init(&direction->rtcp, engine, key, seals);
    derive(master_key, master_salt, LABEL_RTP_SALT, direction->rtp_salt, SRTP_GCM_SALT_SIZE);
    derive(master_key, master_salt, LABEL_RTCP_SALT, direction->rtcp_salt, SRTP_GCM_SALT_SIZE);
    OPENSSL_cleanse(key, sizeof(key));
}

void srtp_direction_finish(struct srtp_direction *direction)
{
    key_finish(&direction->rtp);
    key_finish(&direction->rtcp);
}

/* ---- RTP ---- */

/* RFC 7714, 8.1: 00 00, SSRC, rollover counter, sequence number; under the salt. */
static void rtp_iv(const struct srtp_direction *direction, const uint8_t *header, uint32_t rollover,
                   uint8_t ret_iv[SRTP_GCM_SALT_SIZE])
{
    const uint8_t bytes[SRTP_GCM_SALT_SIZE] = {
        0,
        0,
        header[8],
        header[9],
        header[10],
        header[11],
        (uint8_t)(rollover >> 24),
        (uint8_t)(rollover >> 16),
        (uint8_t)(rollover >> 8),
        (uint8_t)rollover,
        header[2],
        header[3],
    };
    for (size_t i = 0; i < SRTP_GCM_SALT_SIZE; i++) {
        ret_iv[i] = bytes[i] ^ direction->rtp_salt[i];
    }
}

void srtp_seal(struct srtp_direction *direction, const uint8_t *header, size_t header_size,
               uint32_t rollover, const uint8_t *payload, size_t size, uint8_t *ret_sealed)
{
    uint8_t iv[SRTP_GCM_SALT_SIZE];
    rtp_iv(direction, header, rollover, iv);
    seal(&direction->rtp, iv, header, header_size, payload, size, ret_sealed);
}

bool srtp_open(struct srtp_direction *direction, const uint8_t *header, size_t header_size,
               uint32_t rollover, const uint8_t *sealed, size_t size, uint8_t *ret_payload)
{
    uint8_t iv[SRTP_GCM_SALT_SIZE];
    if (size < SRTP_GCM_TAG_SIZE) {
        return false;
    }
    rtp_iv(direction, header, rollover, iv);
    return open_sealed(&direction->rtp, iv, header, header_size, sealed, size - SRTP_GCM_TAG_SIZE,
                       ret_payload);
}

/* ---- RTCP ---- */

static void put_u32(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 24);
    bytes[1] = (uint8_t)(value >> 16);
    bytes[2] = (uint8_t)(value >> 8);
    bytes[3] = (uint8_t)value;
}

/* RFC 7714, 9.1: 00 00, SSRC, 00 00, 31-bit index; under the salt. */
static void rtcp_iv(const struct srtp_direction *direction, const uint8_t *packet, uint32_t index,
                    uint8_t ret_iv[SRTP_GCM_SALT_SIZE])
{
    uint8_t bytes[SRTP_GCM_SALT_SIZE] = {0};
    memcpy(bytes + 2, packet + 4, 4);
    put_u32(bytes + 8, index);
    for (size_t i = 0; i < SRTP_GCM_SALT_SIZE; i++) {
        ret_iv[i] = bytes[i] ^ direction->rtcp_salt[i];
    }
}

size_t srtcp_seal(struct srtp_direction *direction, uint8_t *compound, size_t size)
{
    uint8_t iv[SRTP_GCM_SALT_SIZE];
    uint8_t aad[RTCP_CLEAR_SIZE + 4];
    const uint32_t index = direction->rtcp_index++;
    rtcp_iv(direction, compound, index, iv);
    memcpy(aad, compound, RTCP_CLEAR_SIZE);
    put_u32(aad + RTCP_CLEAR_SIZE, RTCP_ENCRYPTED_FLAG | index);
    uint8_t *body = compound + RTCP_CLEAR_SIZE;
    seal(&direction->rtcp, iv, aad, sizeof(aad), body, size - RTCP_CLEAR_SIZE, body);
    memcpy(compound + size + SRTP_GCM_TAG_SIZE, aad + RTCP_CLEAR_SIZE, 4);
    return size + SRTCP_GCM_TRAILER_SIZE;
}

int srtcp_open(struct srtp_direction *direction, uint8_t *packet, size_t size)
{
    uint8_t iv[SRTP_GCM_SALT_SIZE];
    uint8_t aad[RTCP_CLEAR_SIZE + 4];
    if (size < RTCP_CLEAR_SIZE + SRTCP_GCM_TRAILER_SIZE) {
        return -EBADMSG;
    }
    const uint8_t *trailer = packet + size - 4;
    const uint32_t index = (uint32_t)(trailer[0] & 0x7f) << 24 | (uint32_t)trailer[1] << 16 |
                           (uint32_t)trailer[2] << 8 | trailer[3];
    rtcp_iv(direction, packet, index, iv);
    memcpy(aad, packet, RTCP_CLEAR_SIZE);
    memcpy(aad + RTCP_CLEAR_SIZE, trailer, 4);
    const size_t clear_size = size - SRTCP_GCM_TRAILER_SIZE;
    uint8_t *body = packet + RTCP_CLEAR_SIZE;
    return open_sealed(&direction->rtcp, iv, aad, sizeof(aad), body, clear_size - RTCP_CLEAR_SIZE,
                       body)
               ? (int)clear_size
               : -EBADMSG;
}
