/* Answers before a visit, and the questionnaires that they are answers to. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>
#include <stdlib.h>

static int keep_questionnaire(struct visit_store *base, const struct questionnaire *questionnaire)
{
    static const char sql[] =
        "INSERT OR IGNORE INTO questionnaire (digest, url, version, document) VALUES (?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, questionnaire->digest);
    sql_put_text(&query, questionnaire->url);
    sql_put_text(&query, questionnaire->version);
    sql_put_blob(&query, questionnaire->document, questionnaire->document_size);
    return sql_query_run(&query);
}

#define RESPONSE_COLUMNS                                                                           \
    "screening_response.id, screening_response.visit_id, screening_response.participant_id, "      \
    "person.display_name, participant.role, url, version, screening_response.digest, complete, "   \
    "started_at_ms, updated_at_ms"
#define RESPONSE_TABLES                                                                            \
    "screening_response JOIN questionnaire ON questionnaire.digest = screening_response.digest "   \
    "JOIN participant ON participant.id = screening_response.participant_id "                      \
    "JOIN person ON person.id = participant.person_id"

static void take_response(struct sql_query *query, struct screening_response *response)
{
    sql_take_text(query, response->id, sizeof(response->id));
    sql_take_text(query, response->visit_id, sizeof(response->visit_id));
    sql_take_text(query, response->participant_id, sizeof(response->participant_id));
    sql_take_text(query, response->person_name, sizeof(response->person_name));
    SQL_TAKE_NAME(query, participant_role, &response->person_role);
    sql_take_text(query, response->url, sizeof(response->url));
    sql_take_text(query, response->version, sizeof(response->version));
    sql_take_text(query, response->digest, sizeof(response->digest));
    response->complete = sql_take_int(query) != 0;
    response->started_at_ms = sql_take_int(query);
    response->updated_at_ms = sql_take_int(query);
}

static int find_response(struct visit_store *base, const char *participant_id, const char *digest,
                         struct screening_response *ret_response)
{
    static const char sql[] = "SELECT " RESPONSE_COLUMNS " FROM " RESPONSE_TABLES
                              " WHERE participant_id = ? AND screening_response.digest = ?";
    struct screening_response response = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    sql_put_text(&query, digest);
    if (sql_query_next(&query)) {
        take_response(&query, &response);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_response = response;
    }
    return result;
}

static int put_row(struct visit_store *base, const struct screening_response *response)
{
    static const char sql[] =
        "INSERT INTO screening_response (id, visit_id, participant_id, digest, complete, "
        "started_at_ms, updated_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET complete = excluded.complete, "
        "updated_at_ms = excluded.updated_at_ms";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, response->id);
    sql_put_text(&query, response->visit_id);
    sql_put_text(&query, response->participant_id);
    sql_put_text(&query, response->digest);
    sql_put_int(&query, response->complete);
    sql_put_int(&query, response->started_at_ms);
    sql_put_int(&query, response->updated_at_ms);
    return sql_query_run(&query);
}

static int forget_answers(struct visit_store *base, const char *response_id)
{
    static const char answers[] = "DELETE FROM screening_answer WHERE response_id = ?";
    static const char scores[] = "DELETE FROM screening_score WHERE response_id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), answers);
    sql_put_text(&query, response_id);
    const int result = sql_query_run(&query);
    if (result < 0) {
        return result;
    }
    query = sql_query_begin(sqlite_store_of(base), scores);
    sql_put_text(&query, response_id);
    return sql_query_run(&query);
}

static int insert_answer(struct visit_store *base, const char *response_id, size_t position,
                         const struct questionnaire_item *item,
                         const struct questionnaire_answer *answer)
{
    static const char sql[] =
        "INSERT INTO screening_answer (response_id, position, link_id, skipped, value) "
        "VALUES (?, ?, ?, ?, ?)";
    AUTO_FREE char *value = screening_write_answer(item, answer);
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, response_id);
    sql_put_int(&query, (int64_t)position);
    sql_put_text(&query, item->link_id);
    sql_put_int(&query, answer->state == ANSWER_SKIPPED);
    sql_put_text(&query, value);
    return sql_query_run(&query);
}

static int insert_score(struct visit_store *base, const char *response_id, size_t position,
                        const struct questionnaire_score *score)
{
    static const char sql[] = "INSERT INTO screening_score (response_id, position, code, value, "
                              "maximum, answered, asked) VALUES (?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, response_id);
    sql_put_int(&query, (int64_t)position);
    sql_put_text(&query, score->code);
    sql_put_int(&query, score->value);
    sql_put_int(&query, score->maximum);
    sql_put_int(&query, score->answered);
    sql_put_int(&query, score->asked);
    return sql_query_run(&query);
}

static int put_response(struct visit_store *base, const struct screening_response *response,
                        const struct questionnaire *questionnaire,
                        const struct questionnaire_answers *answers,
                        const struct questionnaire_score *scores, size_t score_count)
{
    int result = put_row(base, response);
    result = result < 0 ? result : forget_answers(base, response->id);
    for (size_t i = 0; result == 0 && i < questionnaire->item_count; i++) {
        if (answers->answers[i].state != ANSWER_NONE) {
            result = insert_answer(base, response->id, i, &questionnaire->items[i],
                                   &answers->answers[i]);
        }
    }
    for (size_t i = 0; result == 0 && i < score_count; i++) {
        result = insert_score(base, response->id, i, &scores[i]);
    }
    return result;
}

static int read_answers(struct visit_store *base, struct screening_record *record)
{
    static const char sql[] = "SELECT link_id, skipped, value FROM screening_answer "
                              "WHERE response_id = ? ORDER BY position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, record->response.id);
    while (sql_query_next(&query)) {
        struct screening_answer *answer = SQL_LIST_ADD(record->answers, record->answer_count);
        sql_take_text(&query, answer->link_id, sizeof(answer->link_id));
        answer->skipped = sql_take_int(&query) != 0;
        answer->value = sql_take_owned_text(&query);
    }
    return sql_query_end(&query);
}

static int read_scores(struct visit_store *base, struct screening_record *record)
{
    static const char sql[] = "SELECT code, value, maximum, answered, asked FROM screening_score "
                              "WHERE response_id = ? ORDER BY position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, record->response.id);
    while (record->score_count < QUESTIONNAIRE_SCORES_MAX && sql_query_next(&query)) {
        struct questionnaire_score *score = &record->scores[record->score_count++];
        sql_take_text(&query, score->code, sizeof(score->code));
        score->value = (uint32_t)sql_take_int(&query);
        score->maximum = (uint32_t)sql_take_int(&query);
        score->answered = (uint32_t)sql_take_int(&query);
        score->asked = (uint32_t)sql_take_int(&query);
    }
    return sql_query_end(&query);
}

/* Ends the query of RESPONSE_COLUMNS and reads what belongs to each. */
static int take_list(struct visit_store *base, struct sql_query *query,
                     struct screening_list **ret_list)
{
    AUTO(screening_list) list = screening_list_create();
    while (sql_query_next(query)) {
        struct screening_record *record = SQL_LIST_ADD(list->records, list->count);
        take_response(query, &record->response);
    }
    int result = sql_query_end(query);
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        result = read_answers(base, &list->records[i]);
        result = result < 0 ? result : read_scores(base, &list->records[i]);
    }
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

static int list_responses(struct visit_store *base, const char *visit_id,
                          const char *participant_id, struct screening_list **ret_list)
{
    static const char sql[] =
        "SELECT " RESPONSE_COLUMNS " FROM " RESPONSE_TABLES
        " WHERE screening_response.visit_id = ? AND (? = '' OR participant_id = ?) "
        "ORDER BY screening_response.id";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    sql_put_text(&query, participant_id);
    sql_put_text(&query, participant_id);
    return take_list(base, &query, ret_list);
}

static int list_earlier(struct visit_store *base, const char *person_id, const char *visit_id,
                        const char *url, size_t limit, struct screening_list **ret_list)
{
    static const char sql[] =
        "SELECT " RESPONSE_COLUMNS " FROM " RESPONSE_TABLES
        " WHERE participant.person_id = ? AND screening_response.visit_id <> ? "
        "AND url = ? ORDER BY updated_at_ms DESC LIMIT ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, person_id);
    sql_put_text(&query, visit_id);
    sql_put_text(&query, url);
    sql_put_int(&query, (int64_t)limit);
    return take_list(base, &query, ret_list);
}

static int read_document(struct visit_store *base, const char *digest, uint8_t **ret_bytes,
                         size_t *ret_size)
{
    static const char sql[] = "SELECT document FROM questionnaire WHERE digest = ?";
    AUTO_FREE uint8_t *bytes = NULL;
    size_t size = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, digest);
    if (sql_query_next(&query)) {
        bytes = sql_take_owned_blob(&query, &size);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_bytes = TAKE(bytes);
        *ret_size = size;
    }
    return result;
}

static int update_contact(struct visit_store *base, const struct participant *participant)
{
    static const char sql[] = "UPDATE participant SET emergency_contact_name = ?, "
                              "emergency_contact_phone = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant->person.emergency_contact_name);
    sql_put_text(&query, participant->person.emergency_contact_phone);
    sql_put_text(&query, participant->id);
    return sql_query_run_on_row(&query);
}

void sqlite_screening_fill(struct visit_store_ops *ops)
{
    ops->screening = (struct screening_store_ops){
        .keep_questionnaire = keep_questionnaire,
        .find_response = find_response,
        .put_response = put_response,
        .list_responses = list_responses,
        .list_earlier = list_earlier,
        .read_document = read_document,
        .update_contact = update_contact,
    };
}
