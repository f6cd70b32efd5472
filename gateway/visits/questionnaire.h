/* questionnaire.h - what people are asked before a visit, and what their answers add up to.
 *
 * A subset of FHIR R4 `Questionnaire`: groups, choices of one, whole numbers on a scale of which
 * some points have words, yes or no, and texts. Questions depend on earlier ones only, so one pass
 * from first to last says which are asked. Pure. Thread: any; an object belongs to one. */
#ifndef BEDSIDE_VISITS_QUESTIONNAIRE_H
#define BEDSIDE_VISITS_QUESTIONNAIRE_H

#include "gateway/base/digest.h"
#include "gateway/visits/participant.h"

#define QUESTIONNAIRE_ITEMS_MAX 64
#define QUESTIONNAIRE_OPTIONS_MAX 64 /* of one question: the states of a country fit */
#define QUESTIONNAIRE_CONDITIONS_MAX 4
#define QUESTIONNAIRE_SCORES_MAX 8
#define QUESTIONNAIRE_LANGUAGES_MAX 4
#define QUESTIONNAIRE_DEPTH_MAX 4 /* groups in groups */
#define QUESTIONNAIRE_SCALE_MAX 100
#define QUESTIONNAIRE_WEIGHT_MAX 1000
/* Sizes in bytes of UTF-8 with the terminating 0. */
#define QUESTIONNAIRE_CODE_SIZE 65
#define QUESTIONNAIRE_URL_SIZE 201
#define QUESTIONNAIRE_VERSION_SIZE 33
#define QUESTIONNAIRE_LANGUAGE_SIZE 16
#define QUESTIONNAIRE_WORDS_SIZE 1001
#define QUESTIONNAIRE_ANSWER_SIZE 4001
#define QUESTIONNAIRE_NO_ITEM SIZE_MAX

/* The same words in each language of the questionnaire, in the order of its languages. Borrowed
 * from the questionnaire; all NULL: there are none. */
struct questionnaire_words {
    const char *in[QUESTIONNAIRE_LANGUAGES_MAX];
};

enum questionnaire_item_type {
    ITEM_GROUP,
    ITEM_DISPLAY, /* words, nothing is answered */
    ITEM_CHOICE,  /* one of the options */
    ITEM_SCALE,   /* a whole number from `minimum` to `maximum` */
    ITEM_BOOLEAN,
    ITEM_TEXT,
    ITEM_TYPE_COUNT
};

/* What the gateway does with an answer besides keeping it. */
enum questionnaire_meaning {
    MEANING_NONE,
    MEANING_PLACE_ADDRESS, /* where the person is now */
    MEANING_PLACE_STATE,   /* a choice; its codes are ISO 3166-2 */
    MEANING_PLACE_PHONE,   /* to be called back at */
    MEANING_CONTACT_NAME,  /* in an emergency */
    MEANING_CONTACT_PHONE,
    MEANING_COMPANY,   /* who is with the person */
    MEANING_QUESTIONS, /* what the person wants answered */
    MEANING_COUNT
};
/* "place.address", ...: the code in documents. */
const char *questionnaire_meaning_name(enum questionnaire_meaning meaning);
int questionnaire_meaning_from_name(const char *name, enum questionnaire_meaning *ret_meaning);

/* One answer of a choice, or a point of a scale that has words. */
struct questionnaire_option {
    char code[QUESTIONNAIRE_CODE_SIZE]; /* of a choice */
    int32_t number;                     /* of a choice: its weight; of a scale: the point */
    struct questionnaire_words words;
};

enum questionnaire_operator {
    WHEN_EXISTS, /* `number` 1: answered, 0: not */
    WHEN_EQUAL,
    WHEN_NOT_EQUAL,
    WHEN_GREATER,
    WHEN_LESS,
    WHEN_GREATER_OR_EQUAL,
    WHEN_LESS_OR_EQUAL,
    WHEN_COUNT
};
/* An answer that is not there fulfils nothing but WHEN_EXISTS 0. */
struct questionnaire_condition {
    size_t item; /* an earlier one */
    enum questionnaire_operator operator_;
    int64_t number; /* as in struct questionnaire_answer */
};

struct questionnaire_item {
    enum questionnaire_item_type type;
    char link_id[QUESTIONNAIRE_CODE_SIZE];
    char score[QUESTIONNAIRE_CODE_SIZE]; /* what this item, or all within it, adds up to, or "" */
    enum questionnaire_meaning meaning;
    size_t parent; /* an earlier group, or QUESTIONNAIRE_NO_ITEM */
    struct questionnaire_words words;
    bool required;                        /* else it may be skipped */
    bool weighted;                        /* a choice whose options have weights */
    int32_t minimum, maximum;             /* of a scale */
    uint32_t length_max;                  /* of a text, in bytes */
    struct questionnaire_option *options; /* owned */
    size_t option_count;
    struct questionnaire_condition conditions[QUESTIONNAIRE_CONDITIONS_MAX];
    size_t condition_count;
    bool any_condition; /* one is enough; else all */
};

struct questionnaire {
    char url[QUESTIONNAIRE_URL_SIZE]; /* canonical */
    char version[QUESTIONNAIRE_VERSION_SIZE];
    char digest[DIGEST_SHA256_HEX_SIZE]; /* of the document's bytes */
    struct questionnaire_words title;
    struct questionnaire_words copyright; /* shown; may be missing */
    unsigned audience;                    /* PARTICIPANT_ROLE_BIT() of each who is asked */
    char languages[QUESTIONNAIRE_LANGUAGES_MAX][QUESTIONNAIRE_LANGUAGE_SIZE]; /* BCP 47 */
    size_t language_count;
    struct questionnaire_item items[QUESTIONNAIRE_ITEMS_MAX];
    size_t item_count;
    void *document; /* owned: the bytes it was read from */
    size_t document_size;
    void *texts; /* private: all words */
};
struct questionnaire *questionnaire_create(void);
struct questionnaire *questionnaire_destroy(struct questionnaire *questionnaire);
DEFINE_AUTO(questionnaire)

/* ---- making one ---- */

/* Keeps a copy of the document's bytes, and their digest. */
void questionnaire_set_document(struct questionnaire *questionnaire, const void *bytes,
                                size_t size);
/* A copy that lives as long as the questionnaire. */
const char *questionnaire_keep(struct questionnaire *questionnaire, const char *text);
/* Returns a zeroed item of no parent, borrowed, or NULL when there are too many. */
struct questionnaire_item *questionnaire_add_item(struct questionnaire *questionnaire);
/* The same for an option; the next call may move it. */
struct questionnaire_option *questionnaire_item_add_option(struct questionnaire_item *item);
/* Checks that what stands in it fits together. Returns NULL, or a sentence (static), with the item
 * or QUESTIONNAIRE_NO_ITEM. */
const char *questionnaire_find_problem(const struct questionnaire *questionnaire, size_t *ret_item);

/* ---- looking into it ---- */

/* Returns the index, or QUESTIONNAIRE_NO_ITEM. */
size_t questionnaire_find_item(const struct questionnaire *questionnaire, const char *link_id);
size_t questionnaire_find_meaning(const struct questionnaire *questionnaire,
                                  enum questionnaire_meaning meaning);
/* Returns the index of the option with this code, or QUESTIONNAIRE_NO_ITEM. */
size_t questionnaire_item_find_option(const struct questionnaire_item *item, const char *code);
/* Which of some tags suits somebody who reads `languages` (BCP 47, separated by spaces, best first)
 * most: index; 0 when none does. */
size_t questionnaire_match_language(const char *const *tags, size_t count, const char *languages);
bool questionnaire_item_is_question(const struct questionnaire_item *item);

/* ---- answers ---- */

enum answer_state { ANSWER_NONE, ANSWER_SKIPPED, ANSWER_GIVEN };
struct questionnaire_answer {
    enum answer_state state;
    int64_t number; /* scale: the point; boolean: 0 or 1; choice: index of the option */
    char *text;     /* of a text; owned by the answers, NULL otherwise */
};
/* One for each item of the questionnaire they are made for, in its order. */
struct questionnaire_answers {
    struct questionnaire_answer answers[QUESTIONNAIRE_ITEMS_MAX];
};
struct questionnaire_answers *questionnaire_answers_create(void);
struct questionnaire_answers *questionnaire_answers_destroy(struct questionnaire_answers *answers);
DEFINE_AUTO(questionnaire_answers)
void questionnaire_answers_set_number(struct questionnaire_answers *answers, size_t item,
                                      int64_t number);
void questionnaire_answers_set_text(struct questionnaire_answers *answers, size_t item,
                                    const char *text);
void questionnaire_answers_skip(struct questionnaire_answers *answers, size_t item);

/* Which items are asked, given the answers. */
void questionnaire_find_asked(const struct questionnaire *questionnaire,
                              const struct questionnaire_answers *answers,
                              bool ret_asked[QUESTIONNAIRE_ITEMS_MAX]);

enum answer_problem {
    ANSWER_GOOD,
    ANSWER_MISSING,      /* of a completed questionnaire: neither answered nor skipped */
    ANSWER_NEEDED,       /* may not be skipped */
    ANSWER_NOT_ASKED,    /* a group, or a question whose condition does not hold */
    ANSWER_OUT_OF_RANGE, /* no such option or point */
    ANSWER_TOO_LONG,
    ANSWER_NOT_CLEAN, /* no text, or one with control characters */
    ANSWER_PROBLEM_COUNT
};
/* "missing", ...: the code in JSON. */
const char *answer_problem_name(enum answer_problem problem);
/* `complete`: the person says that this is all. On a problem *ret_item is where. */
enum answer_problem questionnaire_check_answers(const struct questionnaire *questionnaire,
                                                const struct questionnaire_answers *answers,
                                                bool complete, size_t *ret_item);

/* Weights are never negative: what is added up so far is a lower bound, and one that has reached a
 * threshold stays above it whatever is still to be answered. */
struct questionnaire_score {
    char code[QUESTIONNAIRE_CODE_SIZE];
    uint32_t value;
    uint32_t maximum;  /* of all that is asked now */
    uint32_t answered; /* questions */
    uint32_t asked;    /* answered == asked: the score is whole */
};
/* Of checked answers. Returns how many. */
size_t questionnaire_add_up(const struct questionnaire *questionnaire,
                            const struct questionnaire_answers *answers,
                            struct questionnaire_score ret_scores[QUESTIONNAIRE_SCORES_MAX]);

#endif
