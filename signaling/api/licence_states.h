/* licence_states.h - the states for which a site writes licences down: those that people can say
 * they are in, and those that its rules name. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_LICENCE_STATES_H
#define BEDSIDE_SIGNALING_API_LICENCE_STATES_H

#include "gateway/visits/licence.h"

#include <jansson.h>

struct screening_settings;

/* [{"state": "US-MT", "words": {"en": "Montana"} or null}], each state once, those of the
 * questionnaires first, in their order; a whole country is "US-*", which
 * a rule for all others stands for where nobody is asked. Empty: the site names none.
 * Both may be NULL. Owned. */
json_t *licence_states_json(const struct screening_settings *settings,
                            const struct licence_rules *rules);

#endif
