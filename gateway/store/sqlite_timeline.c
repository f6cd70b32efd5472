/* What happens in a visit: consents, chat, the timeline. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

static int keep_consent_text(struct visit_store *base, const char *version,
                             const struct consent_text *text)
{
    static const char sql[] =
        "INSERT OR IGNORE INTO consent_text (sha256, version, language, body) "
        "VALUES (?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, text->sha256);
    sql_put_text(&query, version);
    sql_put_text(&query, text->language);
    sql_put_text(&query, text->text);
    return sql_query_run(&query);
}

#define CONSENT_COLUMNS                                                                            \
    "id, visit_id, participant_id, purpose, answer, method, text_version, text_sha256, "           \
    "answered_at_ms"

static int insert_consent(struct visit_store *base, const struct consent *consent)
{
    static const char sql[] =
        "INSERT INTO consent (" CONSENT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, consent->id);
    sql_put_text(&query, consent->visit_id);
    sql_put_text(&query, consent->participant_id);
    sql_put_text(&query, consent_purpose_name(consent->purpose));
    sql_put_text(&query, consent_answer_name(consent->answer));
    sql_put_text(&query, consent_method_name(consent->method));
    sql_put_text(&query, consent->text_version);
    sql_put_text(&query, consent->text_sha256);
    sql_put_int(&query, consent->answered_at_ms);
    return sql_query_run(&query);
}

static int list_consents(struct visit_store *base, const char *visit_id,
                         struct consent **ret_consents, size_t *ret_count)
{
    static const char sql[] =
        "SELECT " CONSENT_COLUMNS " FROM consent WHERE visit_id = ? ORDER BY id";
    AUTO_FREE struct consent *consents = NULL;
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    while (sql_query_next(&query)) {
        struct consent *consent = SQL_LIST_ADD(consents, count);
        sql_take_text(&query, consent->id, sizeof(consent->id));
        sql_take_text(&query, consent->visit_id, sizeof(consent->visit_id));
        sql_take_text(&query, consent->participant_id, sizeof(consent->participant_id));
        SQL_TAKE_NAME(&query, consent_purpose, &consent->purpose);
        SQL_TAKE_NAME(&query, consent_answer, &consent->answer);
        SQL_TAKE_NAME(&query, consent_method, &consent->method);
        sql_take_text(&query, consent->text_version, sizeof(consent->text_version));
        sql_take_text(&query, consent->text_sha256, sizeof(consent->text_sha256));
        consent->answered_at_ms = sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_consents = TAKE(consents);
        *ret_count = count;
    }
    return result;
}

static int insert_chat(struct visit_store *base, const struct chat_message *message)
{
    static const char sql[] = "INSERT INTO chat_message (id, visit_id, participant_id, "
                              "sent_at_ms, body, in_huddle) VALUES (?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, message->id);
    sql_put_text(&query, message->visit_id);
    sql_put_text(&query, message->participant_id);
    sql_put_int(&query, message->sent_at_ms);
    sql_put_text(&query, message->body);
    sql_put_int(&query, message->in_huddle);
    return sql_query_run(&query);
}

static int count_chat(struct visit_store *base, const char *visit_id, size_t *ret_count)
{
    static const char sql[] = "SELECT count(*) FROM chat_message WHERE visit_id = ?";
    size_t count = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    if (sql_query_next(&query)) {
        count = (size_t)sql_take_int(&query);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_count = count;
    }
    return result;
}

static int list_chat(struct visit_store *base, const char *visit_id, struct chat_list **ret_list)
{
    static const char sql[] = "SELECT id, visit_id, participant_id, sent_at_ms, body, in_huddle "
                              "FROM chat_message WHERE visit_id = ? ORDER BY id";
    AUTO(chat_list) list = chat_list_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    while (sql_query_next(&query)) {
        struct chat_message *message = SQL_LIST_ADD(list->messages, list->count);
        sql_take_text(&query, message->id, sizeof(message->id));
        sql_take_text(&query, message->visit_id, sizeof(message->visit_id));
        sql_take_text(&query, message->participant_id, sizeof(message->participant_id));
        message->sent_at_ms = sql_take_int(&query);
        message->body = sql_take_owned_text(&query);
        message->in_huddle = sql_take_int(&query) != 0;
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

#define EVENT_COLUMNS                                                                              \
    "id, case_id, visit_id, kind, at_ms, actor_id, subject_id, recording_id, detail"

static int insert_event(struct visit_store *base, const struct visit_event *event)
{
    static const char sql[] =
        "INSERT INTO visit_event (" EVENT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, event->id);
    sql_put_text(&query, event->case_id);
    sql_put_text(&query, event->visit_id);
    sql_put_text(&query, visit_event_kind_name(event->kind));
    sql_put_int(&query, event->at_ms);
    sql_put_text(&query, event->actor_id);
    sql_put_text(&query, event->subject_id);
    sql_put_text(&query, event->recording_id);
    sql_put_text(&query, event->detail);
    return sql_query_run(&query);
}

static int list_events(struct visit_store *base, const char *visit_id,
                       struct visit_event_list **ret_list)
{
    static const char sql[] =
        "SELECT " EVENT_COLUMNS " FROM visit_event WHERE visit_id = ? ORDER BY id";
    AUTO(visit_event_list) list = visit_event_list_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    while (sql_query_next(&query)) {
        sql_take_visit_event(&query, SQL_LIST_ADD(list->events, list->count));
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

void sql_take_visit_event(struct sql_query *query, struct visit_event *event)
{
    sql_take_text(query, event->id, sizeof(event->id));
    sql_take_text(query, event->case_id, sizeof(event->case_id));
    sql_take_text(query, event->visit_id, sizeof(event->visit_id));
    SQL_TAKE_NAME(query, visit_event_kind, &event->kind);
    event->at_ms = sql_take_int(query);
    sql_take_text(query, event->actor_id, sizeof(event->actor_id));
    sql_take_text(query, event->subject_id, sizeof(event->subject_id));
    sql_take_text(query, event->recording_id, sizeof(event->recording_id));
    sql_take_text(query, event->detail, sizeof(event->detail));
}

void sqlite_timeline_fill(struct visit_store_ops *ops)
{
    ops->keep_consent_text = keep_consent_text;
    ops->insert_consent = insert_consent;
    ops->list_consents = list_consents;
    ops->insert_chat = insert_chat;
    ops->count_chat = count_chat;
    ops->list_chat = list_chat;
    ops->insert_event = insert_event;
    ops->list_events = list_events;
}
