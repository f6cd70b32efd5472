/* Recordings with their intervals, segments and files. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

#define RECORDING_COLUMNS                                                                          \
    "id, case_id, visit_id, phase, wish, failure, asked_by, asked_at_ms, prepared, "               \
    "flowing_since_ms, first_flowed_at_ms, stopped_at_ms, attached_at_ms, wrapped_key, "           \
    "key_name, manifest_sha256"

static int insert_recording(struct visit_store *base, const struct recording *recording)
{
    static const char sql[] = "INSERT INTO recording (" RECORDING_COLUMNS ") "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, recording->id);
    sql_put_text(&query, recording->case_id);
    sql_put_text(&query, recording->visit_id);
    sql_put_text(&query, recording_phase_name(recording->phase));
    sql_put_text(&query, recording_wish_name(recording->wish));
    sql_put_text(&query, recording_failure_name(recording->failure));
    sql_put_text(&query, recording->asked_by);
    sql_put_int(&query, recording->asked_at_ms);
    sql_put_int(&query, recording->prepared);
    sql_put_int(&query, recording->flowing_since_ms);
    sql_put_int(&query, recording->first_flowed_at_ms);
    sql_put_int(&query, recording->stopped_at_ms);
    sql_put_int(&query, recording->attached_at_ms);
    sql_put_blob(&query, recording->wrapped_key, recording->wrapped_key_size);
    sql_put_text(&query, recording->key_name);
    sql_put_text(&query, recording->manifest_sha256);
    return sql_query_run(&query);
}

static void take_recording(struct sql_query *query, struct recording *recording)
{
    sql_take_text(query, recording->id, sizeof(recording->id));
    sql_take_text(query, recording->case_id, sizeof(recording->case_id));
    sql_take_text(query, recording->visit_id, sizeof(recording->visit_id));
    SQL_TAKE_NAME(query, recording_phase, &recording->phase);
    SQL_TAKE_NAME(query, recording_wish, &recording->wish);
    SQL_TAKE_NAME(query, recording_failure, &recording->failure);
    sql_take_text(query, recording->asked_by, sizeof(recording->asked_by));
    recording->asked_at_ms = sql_take_int(query);
    recording->prepared = sql_take_int(query) != 0;
    recording->flowing_since_ms = sql_take_int(query);
    recording->first_flowed_at_ms = sql_take_int(query);
    recording->stopped_at_ms = sql_take_int(query);
    recording->attached_at_ms = sql_take_int(query);
    recording->wrapped_key_size =
        sql_take_blob(query, recording->wrapped_key, sizeof(recording->wrapped_key));
    sql_take_text(query, recording->key_name, sizeof(recording->key_name));
    sql_take_text(query, recording->manifest_sha256, sizeof(recording->manifest_sha256));
}

static int end_with_recording(struct sql_query *query, struct recording *ret_recording)
{
    struct recording recording = {0};
    if (sql_query_next(query)) {
        take_recording(query, &recording);
    }
    const int result = sql_query_end_found(query);
    if (result == 0) {
        *ret_recording = recording;
    }
    return result;
}

static int read_recording(struct visit_store *base, const char *recording_id,
                          struct recording *ret_recording)
{
    static const char sql[] = "SELECT " RECORDING_COLUMNS " FROM recording WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, recording_id);
    return end_with_recording(&query, ret_recording);
}

static int latest_recording(struct visit_store *base, const char *visit_id,
                            struct recording *ret_recording)
{
    static const char sql[] =
        "SELECT " RECORDING_COLUMNS " FROM recording WHERE visit_id = ? ORDER BY id DESC LIMIT 1";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, visit_id);
    return end_with_recording(&query, ret_recording);
}

static int update_recording(struct visit_store *base, const struct recording *recording)
{
    static const char sql[] =
        "UPDATE recording SET phase = ?, wish = ?, failure = ?, prepared = ?, "
        "flowing_since_ms = ?, first_flowed_at_ms = ?, stopped_at_ms = ?, attached_at_ms = ?, "
        "wrapped_key = ?, key_name = ?, manifest_sha256 = ? WHERE id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, recording_phase_name(recording->phase));
    sql_put_text(&query, recording_wish_name(recording->wish));
    sql_put_text(&query, recording_failure_name(recording->failure));
    sql_put_int(&query, recording->prepared);
    sql_put_int(&query, recording->flowing_since_ms);
    sql_put_int(&query, recording->first_flowed_at_ms);
    sql_put_int(&query, recording->stopped_at_ms);
    sql_put_int(&query, recording->attached_at_ms);
    sql_put_blob(&query, recording->wrapped_key, recording->wrapped_key_size);
    sql_put_text(&query, recording->key_name);
    sql_put_text(&query, recording->manifest_sha256);
    sql_put_text(&query, recording->id);
    return sql_query_run_on_row(&query);
}

static int read_intervals(struct visit_store *base, struct recording_record *record)
{
    static const char sql[] = "SELECT started_at_ms, ended_at_ms FROM recording_interval "
                              "WHERE recording_id = ? ORDER BY position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, record->recording.id);
    while (sql_query_next(&query)) {
        struct recording_interval *interval =
            SQL_LIST_ADD(record->intervals, record->interval_count);
        interval->started_at_ms = sql_take_int(&query);
        interval->ended_at_ms = sql_take_int(&query);
    }
    return sql_query_end(&query);
}

static int read_segments(struct visit_store *base, struct recording_record *record)
{
    static const char sql[] =
        "SELECT participant_id, file_name, started_at_ms, ended_at_ms, size_bytes, complete, "
        "sha256 FROM recording_segment WHERE recording_id = ? ORDER BY started_at_ms, file_name";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, record->recording.id);
    while (sql_query_next(&query)) {
        struct recording_segment *segment = SQL_LIST_ADD(record->segments, record->segment_count);
        sql_take_text(&query, segment->participant_id, sizeof(segment->participant_id));
        sql_take_text(&query, segment->file_name, sizeof(segment->file_name));
        segment->started_at_ms = sql_take_int(&query);
        segment->ended_at_ms = sql_take_int(&query);
        segment->size_bytes = (uint64_t)sql_take_int(&query);
        segment->complete = sql_take_int(&query) != 0;
        sql_take_text(&query, segment->sha256, sizeof(segment->sha256));
    }
    return sql_query_end(&query);
}

#define FILE_COLUMNS                                                                               \
    "participant_id, file_name, media_type, size_bytes, plain_size_bytes, duration_ms, "           \
    "started_at_ms, sha256"

static void take_file(struct sql_query *query, struct recording_file *file)
{
    sql_take_text(query, file->participant_id, sizeof(file->participant_id));
    sql_take_text(query, file->file_name, sizeof(file->file_name));
    sql_take_text(query, file->media_type, sizeof(file->media_type));
    file->size_bytes = (uint64_t)sql_take_int(query);
    file->plain_size_bytes = (uint64_t)sql_take_int(query);
    file->duration_ms = (uint64_t)sql_take_int(query);
    file->started_at_ms = sql_take_int(query);
    sql_take_text(query, file->sha256, sizeof(file->sha256));
}

static int read_files(struct visit_store *base, struct recording_record *record)
{
    static const char sql[] =
        "SELECT " FILE_COLUMNS " FROM recording_file WHERE recording_id = ? ORDER BY file_name";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, record->recording.id);
    while (sql_query_next(&query)) {
        take_file(&query, SQL_LIST_ADD(record->files, record->file_count));
    }
    return sql_query_end(&query);
}

static int read_parts(struct visit_store *base, struct recording_list *list)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        result = read_intervals(base, &list->records[i]);
        if (result == 0) {
            result = read_segments(base, &list->records[i]);
        }
        if (result == 0) {
            result = read_files(base, &list->records[i]);
        }
    }
    return result;
}

/* Ends `query`, whose rows are recordings, and adds what belongs to each. */
static int end_with_list(struct visit_store *base, struct sql_query *query,
                         struct recording_list **ret_list)
{
    AUTO(recording_list) list = recording_list_create();
    while (sql_query_next(query)) {
        take_recording(query, &SQL_LIST_ADD(list->records, list->count)->recording);
    }
    int result = sql_query_end(query);
    if (result == 0) {
        result = read_parts(base, list);
    }
    if (result == 0) {
        *ret_list = TAKE(list);
    }
    return result;
}

static int read_recording_record(struct visit_store *base, const char *recording_id,
                                 struct recording_list **ret_list)
{
    static const char sql[] = "SELECT " RECORDING_COLUMNS " FROM recording WHERE id = ?";
    AUTO(recording_list) list = NULL;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, recording_id);
    const int result = end_with_list(base, &query, &list);
    if (result < 0) {
        return result;
    }
    if (list->count == 0) {
        return -ENOENT;
    }
    *ret_list = TAKE(list);
    return 0;
}

static int list_recordings(struct visit_store *base, const char *case_id,
                           struct recording_list **ret_list)
{
    static const char sql[] =
        "SELECT " RECORDING_COLUMNS " FROM recording WHERE ? IN ('', case_id) ORDER BY id";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    return end_with_list(base, &query, ret_list);
}

static int list_unfinished_recordings(struct visit_store *base, struct recording_list **ret_list)
{
    static const char sql[] = "SELECT " RECORDING_COLUMNS
                              " FROM recording WHERE phase IN ('open', 'finishing') ORDER BY id";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    return end_with_list(base, &query, ret_list);
}

static int insert_interval(struct visit_store *base, const char *recording_id,
                           const struct recording_interval *interval)
{
    static const char sql[] =
        "INSERT INTO recording_interval (recording_id, position, started_at_ms, ended_at_ms) "
        "SELECT ?1, coalesce(max(position), 0) + 1, ?2, ?3 FROM recording_interval "
        "WHERE recording_id = ?1";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, recording_id);
    sql_put_int(&query, interval->started_at_ms);
    sql_put_int(&query, interval->ended_at_ms);
    return sql_query_run(&query);
}

static int close_interval(struct visit_store *base, const char *recording_id, int64_t started_at_ms,
                          int64_t ended_at_ms)
{
    static const char sql[] = "UPDATE recording_interval SET ended_at_ms = ? "
                              "WHERE recording_id = ? AND started_at_ms = ? AND ended_at_ms = 0";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, ended_at_ms);
    sql_put_text(&query, recording_id);
    sql_put_int(&query, started_at_ms);
    return sql_query_run_on_row(&query);
}

static int insert_segment(struct visit_store *base, const char *recording_id,
                          const struct recording_segment *segment)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO recording_segment (recording_id, file_name, participant_id, "
        "started_at_ms, ended_at_ms, size_bytes, complete, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, recording_id);
    sql_put_text(&query, segment->file_name);
    sql_put_text(&query, segment->participant_id);
    sql_put_int(&query, segment->started_at_ms);
    sql_put_int(&query, segment->ended_at_ms);
    sql_put_int(&query, (int64_t)segment->size_bytes);
    sql_put_int(&query, segment->complete);
    sql_put_text(&query, segment->sha256);
    return sql_query_run(&query);
}

static int insert_file(struct visit_store *base, const char *recording_id,
                       const struct recording_file *file)
{
    static const char sql[] = "INSERT OR REPLACE INTO recording_file (recording_id, " FILE_COLUMNS
                              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, recording_id);
    sql_put_text(&query, file->participant_id);
    sql_put_text(&query, file->file_name);
    sql_put_text(&query, file->media_type);
    sql_put_int(&query, (int64_t)file->size_bytes);
    sql_put_int(&query, (int64_t)file->plain_size_bytes);
    sql_put_int(&query, (int64_t)file->duration_ms);
    sql_put_int(&query, file->started_at_ms);
    sql_put_text(&query, file->sha256);
    return sql_query_run(&query);
}

static int find_file(struct visit_store *base, const char *recording_id, const char *file_name,
                     struct recording_file *ret_file)
{
    static const char sql[] =
        "SELECT " FILE_COLUMNS " FROM recording_file WHERE recording_id = ? AND file_name = ?";
    struct recording_file file = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, recording_id);
    sql_put_text(&query, file_name);
    if (sql_query_next(&query)) {
        take_file(&query, &file);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_file = file;
    }
    return result;
}

void sqlite_recordings_fill(struct visit_store_ops *ops)
{
    ops->insert_recording = insert_recording;
    ops->read_recording = read_recording;
    ops->latest_recording = latest_recording;
    ops->update_recording = update_recording;
    ops->read_recording_record = read_recording_record;
    ops->list_recordings = list_recordings;
    ops->list_unfinished_recordings = list_unfinished_recordings;
    ops->insert_interval = insert_interval;
    ops->close_interval = close_interval;
    ops->insert_segment = insert_segment;
    ops->insert_file = insert_file;
    ops->find_file = find_file;
}
