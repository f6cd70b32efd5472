/* Any datagram that may reach what is left of a DTLS connection: nothing that the peer did not seal
 * may be taken for its goodbye.
 * fuzz-links: bedside_media_transport bedside_certs bedside_base
 */
#include "media/transport/dtls_remainder.h"

#include "certs/dtls_identity.h"

#include <openssl/ssl.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void connect_bio(SSL *ssl, BIO *in, BIO *out)
{
    BIO_up_ref(in);
    BIO_up_ref(out);
    SSL_set_bio(ssl, in, out);
    SSL_set_mtu(ssl, 1200);
}

static SSL_CTX *make_client_context(const struct dtls_identity *identity)
{
    SSL_CTX *context = SSL_CTX_new(DTLS_client_method());
    SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU);
    SSL_CTX_use_certificate(context, SSL_CTX_get0_certificate(dtls_identity_context(identity)));
    SSL_CTX_use_PrivateKey(context, SSL_CTX_get0_privatekey(dtls_identity_context(identity)));
    return context;
}

/* A handshake over two memory buffers. */
static struct dtls_remainder *make_remainder(void)
{
    static const uint8_t text[1];
    struct dtls_identity *identity = NULL;
    if (dtls_identity_create(&identity) < 0) {
        abort();
    }
    SSL_CTX *client_context = make_client_context(identity);
    SSL *server = SSL_new(dtls_identity_context(identity));
    SSL *client = SSL_new(client_context);
    BIO *to_server = BIO_new(BIO_s_mem());
    BIO *to_client = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(to_server, -1);
    BIO_set_mem_eof_return(to_client, -1);
    connect_bio(server, to_server, to_client);
    connect_bio(client, to_client, to_server);
    SSL_set_connect_state(client);
    SSL_set_accept_state(server);
    for (int i = 0; i < 8 && !SSL_is_init_finished(server); i++) {
        (void)SSL_do_handshake(client);
        (void)SSL_do_handshake(server);
    }
    struct dtls_remainder *remainder = NULL;
    if (!SSL_is_init_finished(server) ||
        dtls_remainder_create(server, text, 1, text, 1, &remainder) < 0) {
        abort();
    }
    SSL_free(server);
    SSL_free(client);
    BIO_free(to_server);
    BIO_free(to_client);
    SSL_CTX_free(client_context);
    dtls_identity_destroy(identity);
    return remainder;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dtls_remainder *remainder;
    if (!remainder) {
        remainder = make_remainder();
    }
    if (dtls_remainder_read(remainder, data, size) != DTLS_REMARK_NONE) {
        abort();
    }
    return 0;
}
