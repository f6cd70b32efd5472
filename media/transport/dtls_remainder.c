#include "media/transport/dtls_remainder.h"

#include "gateway/base/allocate.h"
#include "gateway/base/byte_reader.h"
#include "gateway/base/byte_writer.h"
#include "gateway/base/secret.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <string.h>

#define KEY_SIZE_MAX 32
#define IV_SIZE_MAX 12
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define RANDOM_SIZE 32
#define HEADER_SIZE 13
/* An alert has 2 bytes, a Finished 24; what is longer is neither. */
#define PLAIN_SIZE_MAX 64

#define CONTENT_ALERT 21
#define CONTENT_HANDSHAKE 22
#define HANDSHAKE_FINISHED 20
#define ALERT_FATAL 2
#define ALERT_CLOSE_NOTIFY 0

/* How records are sealed. `iv_size` bytes of the nonce follow from the handshake. */
struct suite {
    int cipher_nid;
    const char *name; /* OpenSSL's, for fetching */
    size_t key_size;
    size_t iv_size;
    size_t explicit_size; /* of the nonce, in each record; 0: the record's number is mixed in */
};

static const struct suite suites[] = {
    {NID_aes_128_gcm, "AES-128-GCM", 16, 4, 8},
    {NID_aes_256_gcm, "AES-256-GCM", 32, 4, 8},
    {NID_chacha20_poly1305, "ChaCha20-Poly1305", 32, 12, 0},
};

struct dtls_remainder {
    const struct suite *suite;
    uint8_t key[KEY_SIZE_MAX]; /* the client's, for writing */
    uint8_t iv[IV_SIZE_MAX];
    size_t flight_size;
    size_t goodbye_size;
    uint8_t bytes[]; /* the flight, then the goodbye */
};

/* ---- keys ---- */

static const struct suite *suite_of(const SSL *ssl)
{
    const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
    const int nid = cipher ? SSL_CIPHER_get_cipher_nid(cipher) : NID_undef;
    for (size_t i = 0; i < ARRAY_LENGTH(suites); i++) {
        if (suites[i].cipher_nid == nid) {
            return &suites[i];
        }
    }
    return NULL;
}

/* key_block = PRF(master_secret, "key expansion", server_random + client_random) (RFC 5246, 6.3) */
static bool expand_keys(const SSL *ssl, uint8_t *ret_block, size_t size)
{
    uint8_t master[SSL_MAX_MASTER_KEY_LENGTH];
    uint8_t seed[13 + 2 * RANDOM_SIZE] = "key expansion";
    const EVP_MD *digest = SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(ssl));
    (void)SSL_get_server_random(ssl, seed + 13, RANDOM_SIZE);
    (void)SSL_get_client_random(ssl, seed + 13 + RANDOM_SIZE, RANDOM_SIZE);
    const size_t master_size =
        SSL_SESSION_get_master_key(SSL_get_session(ssl), master, sizeof(master));

    EVP_KDF *prf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
    EVP_KDF_CTX *context = prf ? EVP_KDF_CTX_new(prf) : NULL;
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)EVP_MD_get0_name(digest),
                                         0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master, master_size),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof(seed)),
        OSSL_PARAM_construct_end(),
    };
    const bool done = context && EVP_KDF_derive(context, ret_block, size, parameters) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(prf);
    secret_wipe(master, sizeof(master));
    return done;
}

/* The block: the client's key, the server's key, the client's IV, the server's IV. */
static bool take_client_key(const SSL *ssl, struct dtls_remainder *remainder)
{
    const struct suite *suite = remainder->suite;
    uint8_t block[2 * (KEY_SIZE_MAX + IV_SIZE_MAX)];
    const bool done = expand_keys(ssl, block, 2 * (suite->key_size + suite->iv_size));
    if (done) {
        memcpy(remainder->key, block, suite->key_size);
        memcpy(remainder->iv, block + 2 * suite->key_size, suite->iv_size);
    }
    secret_wipe(block, sizeof(block));
    return done;
}

/* ---- life ---- */

int dtls_remainder_create(const struct ssl_st *ssl, const uint8_t *flight, size_t flight_size,
                          const uint8_t *goodbye, size_t goodbye_size,
                          struct dtls_remainder **ret_remainder)
{
    AUTO(dtls_remainder)
    remainder = allocate_zeroed(1, sizeof(*remainder) + flight_size + goodbye_size);
    remainder->suite = suite_of(ssl);
    if (!remainder->suite || !take_client_key(ssl, remainder)) {
        return -ENOTSUP;
    }
    remainder->flight_size = flight_size;
    remainder->goodbye_size = goodbye_size;
    memcpy(remainder->bytes, flight, flight_size);
    memcpy(remainder->bytes + flight_size, goodbye, goodbye_size);
    *ret_remainder = TAKE(remainder);
    return 0;
}

struct dtls_remainder *dtls_remainder_destroy(struct dtls_remainder *remainder)
{
    if (remainder) {
        secret_wipe(remainder->key, sizeof(remainder->key));
        secret_wipe(remainder->iv, sizeof(remainder->iv));
        free(remainder);
    }
    return NULL;
}

const uint8_t *dtls_remainder_flight(const struct dtls_remainder *remainder, size_t *ret_size)
{
    *ret_size = remainder->flight_size;
    return remainder->bytes;
}

const uint8_t *dtls_remainder_goodbye(const struct dtls_remainder *remainder, size_t *ret_size)
{
    *ret_size = remainder->goodbye_size;
    return remainder->bytes + remainder->flight_size;
}

/* ---- reading ---- */

struct record {
    const uint8_t *header; /* HEADER_SIZE bytes */
    const uint8_t *body;
    size_t body_size;
};

static bool read_record(struct byte_reader *reader, struct record *ret_record)
{
    ret_record->header = byte_reader_take(reader, HEADER_SIZE - 2);
    ret_record->body_size = byte_reader_u16(reader);
    ret_record->body = byte_reader_take(reader, ret_record->body_size);
    return !byte_reader_failed(reader);
}

/* With GCM the record brings the rest of the nonce; with ChaCha20 epoch and number are xored into
 * the end of the IV. */
static void make_nonce(const struct dtls_remainder *remainder, const struct record *record,
                       uint8_t ret_nonce[NONCE_SIZE])
{
    const struct suite *suite = remainder->suite;
    memcpy(ret_nonce, remainder->iv, suite->iv_size);
    if (suite->explicit_size > 0) {
        memcpy(ret_nonce + suite->iv_size, record->body, suite->explicit_size);
        return;
    }
    for (size_t i = 0; i < 8; i++) {
        ret_nonce[4 + i] ^= record->header[3 + i];
    }
}

/* Authentic together with the text are epoch and number, type, version and length of the text. */
static void make_associated(const struct record *record, size_t plain_size,
                            uint8_t ret_associated[HEADER_SIZE])
{
    struct byte_writer writer = byte_writer_over(ret_associated, HEADER_SIZE);
    byte_writer_bytes(&writer, record->header + 3, 8);
    byte_writer_bytes(&writer, record->header, 3);
    byte_writer_u16(&writer, (uint16_t)plain_size);
}

static bool decrypt(EVP_CIPHER_CTX *context, const struct dtls_remainder *remainder,
                    const struct record *record, size_t plain_size, uint8_t *ret_plain)
{
    const struct suite *suite = remainder->suite;
    const uint8_t *sealed = record->body + suite->explicit_size;
    uint8_t nonce[NONCE_SIZE];
    uint8_t associated[HEADER_SIZE];
    uint8_t tag[TAG_SIZE];
    int size = 0;
    make_nonce(remainder, record, nonce);
    make_associated(record, plain_size, associated);
    memcpy(tag, sealed + plain_size, TAG_SIZE);
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, suite->name, NULL);
    const bool authentic =
        cipher && EVP_DecryptInit_ex2(context, cipher, remainder->key, nonce, NULL) == 1 &&
        EVP_DecryptUpdate(context, NULL, &size, associated, sizeof(associated)) == 1 &&
        EVP_DecryptUpdate(context, ret_plain, &size, sealed, (int)plain_size) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
        EVP_DecryptFinal_ex(context, ret_plain + plain_size, &size) == 1;
    EVP_CIPHER_free(cipher);
    return authentic;
}

/* Returns the size of the text, 0 when it is not authentic or too long to matter. */
static size_t open_record(const struct dtls_remainder *remainder, const struct record *record,
                          uint8_t ret_plain[PLAIN_SIZE_MAX + TAG_SIZE])
{
    const size_t overhead = remainder->suite->explicit_size + TAG_SIZE;
    if (record->body_size <= overhead || record->body_size - overhead > PLAIN_SIZE_MAX) {
        return 0;
    }
    const size_t plain_size = record->body_size - overhead;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const bool authentic = context && decrypt(context, remainder, record, plain_size, ret_plain);
    EVP_CIPHER_CTX_free(context);
    return authentic ? plain_size : 0;
}

static enum dtls_remark remark_of(const struct dtls_remainder *remainder,
                                  const struct record *record)
{
    uint8_t plain[PLAIN_SIZE_MAX + TAG_SIZE];
    const uint8_t type = record->header[0];
    if (type != CONTENT_ALERT && type != CONTENT_HANDSHAKE) {
        return DTLS_REMARK_NONE;
    }
    const size_t size = open_record(remainder, record, plain);
    if (type == CONTENT_HANDSHAKE) {
        return size > 0 && plain[0] == HANDSHAKE_FINISHED ? DTLS_REMARK_FINISHED : DTLS_REMARK_NONE;
    }
    return size == 2 && (plain[0] == ALERT_FATAL || plain[1] == ALERT_CLOSE_NOTIFY)
               ? DTLS_REMARK_CLOSED
               : DTLS_REMARK_NONE;
}

enum dtls_remark dtls_remainder_read(const struct dtls_remainder *remainder,
                                     const uint8_t *datagram, size_t size)
{
    struct byte_reader reader = byte_reader_over(datagram, size);
    enum dtls_remark remark = DTLS_REMARK_NONE;
    struct record record;
    while (byte_reader_remaining(&reader) > 0 && read_record(&reader, &record)) {
        const enum dtls_remark next = remark_of(remainder, &record);
        remark = next > remark ? next : remark;
    }
    return remark;
}
