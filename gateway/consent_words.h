/* consent_words.h - what people are asked before a visit is recorded, where a site has no words of
 * its own (visit.consent_file). They stand beside two buttons, yes and no. Each answer is kept with
 * the digest of the words it was given to: when they change, everybody is asked again; name the new
 * wording in visit.consent_text_version. */
#ifndef BEDSIDE_GATEWAY_CONSENT_WORDS_H
#define BEDSIDE_GATEWAY_CONSENT_WORDS_H

#include "gateway/visits/consent.h"

/* Without a version and digests. */
extern const struct consent_words consent_words_delivered;

#endif
