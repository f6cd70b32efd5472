/* consent_words.h - what people are asked before a visit is recorded.
 *
 * The words stand beside two buttons, yes and no. Each answer is kept with the digest of the words
 * it was given to; when they change, change visit.consent_text_version too and everybody is asked
 * again. */
#ifndef BEDSIDE_GATEWAY_CONSENT_WORDS_H
#define BEDSIDE_GATEWAY_CONSENT_WORDS_H

#define CONSENT_WORDS                                                                              \
    "The recording keeps the sound and the picture of this visit. It becomes part of the "         \
    "patient's medical record. It is locked, and only the care team can open it.\n"                \
    "We record only if everyone here says yes. If you say no, the visit goes on just the same. "   \
    "You can change your mind at any time: recording then stops at once."

#endif
