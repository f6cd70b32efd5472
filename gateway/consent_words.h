/* consent_words.h - what people are asked before a visit is recorded.
 *
 * The words stand beside two buttons, yes and no. Each answer is kept with the digest of the words
 * it was given to; when they change, change visit.consent_text_version too and everybody is asked
 * again. */
#ifndef BEDSIDE_GATEWAY_CONSENT_WORDS_H
#define BEDSIDE_GATEWAY_CONSENT_WORDS_H

#define CONSENT_WORDS                                                                              \
    "We would like to record the sound and the picture of this visit. The recording becomes part " \
    "of the patient's medical record. It is kept encrypted, and only the patient's care team can " \
    "open it. You may say no, and you may change your mind at any time: recording then stops at "  \
    "once. Your care does not depend on your answer."

#endif
