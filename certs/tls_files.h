/* tls_files.h - the HTTPS certificate chain and private key, read from PEM files and checked.
 *
 * Checked before anything listens: that both files can be read, that the chain's first certificate
 * belongs to the key, that it is valid now, and that others cannot write or read the key file.
 * Thread: any; a struct tls_files is immutable after loading. */
#ifndef BEDSIDE_CERTS_TLS_FILES_H
#define BEDSIDE_CERTS_TLS_FILES_H

#include "gateway/base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_FILES_ERROR_SIZE 512

struct tls_files;

/* Returns 0; or a negative errno with a sentence in `ret_error` that names the file and what is
 * wrong: -ENOENT, -EACCES or another errno of open(2); -EBADMSG for a file that holds no such PEM,
 * or an encrypted key; -EKEYREJECTED when the key is not the certificate's, or is too weak for
 * browsers; -EKEYEXPIRED when the certificate is over or has not begun at `wall_ms`; -EPERM when
 * the key file may be read by everybody. */
int tls_files_load(const char *certificate_path, const char *private_key_path, int64_t wall_ms,
                   struct tls_files **ret_files, char *ret_error, size_t error_size);
/* Accepts NULL. Always returns NULL. */
struct tls_files *tls_files_destroy(struct tls_files *files);
DEFINE_AUTO(tls_files)

/* Whether the first certificate is valid for `host`, a DNS name or an address as in an origin. */
bool tls_files_covers(const struct tls_files *files, const char *host);

#endif
