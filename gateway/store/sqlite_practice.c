/* Practice visits: the only ones that are ever deleted. */
#include "gateway/store/sqlite_store_internal.h"

static int find_practice(struct visit_store *base, const char *account_id, struct visit *ret_visit)
{
    static const char sql[] = "SELECT id FROM visit WHERE practice_of = ? AND practice_of <> ''";
    char visit_id[UUID_TEXT_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, account_id);
    if (sql_query_next(&query)) {
        sql_take_text(&query, visit_id, sizeof(visit_id));
    }
    const int result = sql_query_end_found(&query);
    return result < 0 ? result : base->ops->read_visit(base, visit_id, ret_visit);
}

static int list_practices(struct visit_store *base,
                          char ret_ids[PRACTICE_VISITS_MAX][UUID_TEXT_SIZE], size_t *ret_count)
{
    static const char sql[] = "SELECT id FROM visit WHERE practice_of <> '' ORDER BY id";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    while (count < PRACTICE_VISITS_MAX && sql_query_next(&query)) {
        sql_take_text(&query, ret_ids[count++], UUID_TEXT_SIZE);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

static int is_case_of_practice(struct visit_store *base, const char *case_id, bool *ret_is)
{
    static const char sql[] = "SELECT 1 FROM visit WHERE case_id = ? AND practice_of <> ''";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    const bool is = sql_query_next(&query);
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_is = is;
    }
    return result;
}

static int run_all(struct visit_store *base, const char *const *statements, size_t count,
                   const char *id)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct sql_query query = sql_query_begin(sqlite_store_of(base), statements[i]);
        sql_put_text(&query, id);
        result = sql_query_run(&query);
    }
    return result;
}

/* What is final (timeline, audit, consents) or lasts (recordings, a case's way) has no rows of a
 * practice visit: none are written. */
static int remove_practice(struct visit_store *base, const struct visit *visit)
{
#define OF_RESPONSE "WHERE response_id IN (SELECT id FROM screening_response WHERE visit_id = ?)"
#define OF_SEAT "WHERE participant_id IN (SELECT id FROM participant WHERE visit_id = ?)"
#define OF_OPINION "WHERE opinion_id IN (SELECT id FROM opinion WHERE case_id = ?)"
    static const char *const of_visit[] = {
        "DELETE FROM screening_answer " OF_RESPONSE,
        "DELETE FROM screening_score " OF_RESPONSE,
        "DELETE FROM screening_response WHERE visit_id = ?",
        "DELETE FROM seat_step " OF_SEAT,
        "DELETE FROM device " OF_SEAT,
        "DELETE FROM device_check WHERE visit_id = ?",
        "DELETE FROM join_link WHERE visit_id = ?",
        "DELETE FROM chat_message WHERE visit_id = ?",
        "DELETE FROM visit_emergency WHERE visit_id = ?",
        "DELETE FROM visit_delay WHERE visit_id = ?",
        "DELETE FROM help_session WHERE visit_id = ?",
        "DELETE FROM participant WHERE visit_id = ?",
        "DELETE FROM visit WHERE id = ? AND practice_of <> ''",
    };
    static const char *const of_case[] = {
        "DELETE FROM opinion_paragraph " OF_OPINION, "DELETE FROM opinion_section " OF_OPINION,
        "DELETE FROM opinion_outcome " OF_OPINION,   "DELETE FROM opinion WHERE case_id = ?",
        "DELETE FROM person WHERE case_id = ?",      "DELETE FROM clinical_case WHERE id = ?",
    };
    const int result = run_all(base, of_visit, ARRAY_LENGTH(of_visit), visit->id);
    return result < 0 ? result : run_all(base, of_case, ARRAY_LENGTH(of_case), visit->case_id);
}

void sqlite_practice_fill(struct visit_store_ops *ops)
{
    ops->practice = (struct practice_store_ops){
        .find = find_practice,
        .list = list_practices,
        .is_case = is_case_of_practice,
        .remove = remove_practice,
    };
}
