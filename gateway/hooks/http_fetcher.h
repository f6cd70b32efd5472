/* http_fetcher.h - asks other HTTP servers (http_fetch.h) with libcurl: HTTPS alone, with a
 * certificate that is trusted; redirects are not followed, proxies of the environment not used;
 * answers are bounded in size and time.
 *
 * An address on this machine or on this wire alone (loopback, link-local, unspecified) is never
 * asked, whatever name leads to it: such services trust whoever can reach them. Other private
 * addresses are: a hospital's sign-in has one.
 * Thread: its own, started by create. */
#ifndef BEDSIDE_HOOKS_HTTP_FETCHER_H
#define BEDSIDE_HOOKS_HTTP_FETCHER_H

#include "gateway/base/http_fetch.h"

#include <stdbool.h>
#include <stdint.h>

#define HTTP_FETCHER_TRANSFERS_MAX 32

struct http_fetcher_config {
    const char *authority_file; /* PEM, instead of the system's authorities; NULL: those */
    bool allow_loopback;        /* development */
    uint32_t timeout_ms;        /* of a whole answer; 0: 10000 */
};

struct http_fetcher;

/* `config` and what it names are borrowed. Returns 0, -ENOMEM, or why there is no thread. */
int http_fetcher_create(const struct http_fetcher_config *config,
                        struct http_fetcher **ret_fetcher);
/* What is under way ends with -ECANCELED. Accepts NULL. */
struct http_fetcher *http_fetcher_destroy(struct http_fetcher *fetcher);
DEFINE_AUTO(http_fetcher)

/* The fetcher is the ops' argument. */
extern const struct http_fetch_ops http_fetcher_ops;

#endif
