/* Steps on the way in: what was noted of them, and what the timeline says. */
#include "gateway/store/sqlite_store_internal.h"

#include <errno.h>

static int put_step(struct visit_store *base, const char *participant_id, enum seat_step step,
                    unsigned problems, int64_t at_ms)
{
    static const char sql[] =
        "INSERT INTO seat_step (participant_id, step, problems, at_ms) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (participant_id, step) DO UPDATE SET problems = excluded.problems, "
        "at_ms = excluded.at_ms";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, participant_id);
    sql_put_text(&query, seat_step_name(step));
    sql_put_int(&query, problems);
    sql_put_int(&query, at_ms);
    return sql_query_run(&query);
}

static int read_progress(struct visit_store *base, const struct participant *seat,
                         struct seat_progress *ret_progress)
{
    static const char sql[] =
        "SELECT step, problems, at_ms FROM seat_step WHERE participant_id = ? UNION ALL "
        "SELECT CASE kind WHEN 'participant.arrived' THEN 'arrived' "
        "WHEN 'participant.waiting' THEN 'waiting' WHEN 'participant.denied' THEN 'denied' "
        "WHEN 'participant.left' THEN 'left' WHEN 'participant.lost' THEN 'lost' "
        "WHEN 'participant.sent_out' THEN 'sent_out' "
        "WHEN 'participant.sent_back' THEN 'sent_back' "
        "ELSE 'in_visit' END AS reached, 0, MAX(at_ms) FROM visit_event "
        "WHERE visit_id = ? AND subject_id = ? AND kind IN ('participant.arrived', "
        "'participant.waiting', 'participant.denied', 'participant.left', 'participant.lost', "
        "'participant.entered', 'participant.admitted', 'participant.sent_out', "
        "'participant.sent_back') GROUP BY reached";
    struct seat_progress progress = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, seat->id);
    sql_put_text(&query, seat->visit_id);
    sql_put_text(&query, seat->id);
    while (sql_query_next(&query)) {
        enum seat_step step = SEAT_STEP_LINK_NOT_OPENED;
        SQL_TAKE_NAME(&query, seat_step, &step);
        progress.problems[step] = (unsigned)sql_take_int(&query);
        progress.at_ms[step] = sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_progress = progress;
    }
    return result;
}

void sqlite_seat_steps_fill(struct visit_store_ops *ops)
{
    ops->seat_steps = (struct seat_step_store_ops){.put = put_step, .read = read_progress};
}
