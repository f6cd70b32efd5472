#include "media/transport/srtp_aead.h"

#include "media/transport/srtp_aead_providers.h"

static const struct srtp_aead_provider *find_ipsec_mb(const char **ret_obstacle)
{
#ifdef BEDSIDE_WITH_IPSEC_MB
    return srtp_aead_ipsec_mb(ret_obstacle);
#else
    *ret_obstacle = "this build has no intel-ipsec-mb";
    return NULL;
#endif
}

const struct srtp_aead_provider *srtp_aead_choose(enum srtp_aead_choice choice,
                                                  const char **ret_obstacle)
{
    if (choice == SRTP_AEAD_CHOICE_OPENSSL) {
        return &srtp_aead_openssl;
    }
    const struct srtp_aead_provider *fastest = find_ipsec_mb(ret_obstacle);
    return fastest || choice == SRTP_AEAD_CHOICE_IPSEC_MB ? fastest : &srtp_aead_openssl;
}
