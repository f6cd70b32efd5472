/* srtp_aead_providers.h - what srtp_aead.c chooses from. Private to media/transport.
 *
 * Thread: any. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_SRTP_AEAD_PROVIDERS_H
#define BEDSIDE_MEDIA_TRANSPORT_SRTP_AEAD_PROVIDERS_H

#include "media/transport/srtp_aead.h"

#include <stdbool.h>

extern const struct srtp_aead_provider srtp_aead_openssl;

/* NULL, and *ret_obstacle, where it cannot be used. */
const struct srtp_aead_provider *srtp_aead_ipsec_mb(const char **ret_obstacle);
/* Whether the library's AES-GCM may run, by the IMB_FEATURE_... bits that it found. */
bool srtp_aead_ipsec_mb_may_run(uint64_t features, const char **ret_obstacle);

#endif
