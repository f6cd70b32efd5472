-- A coordinator's day: all visits by time, those that are over, too.
CREATE INDEX visit_by_day ON visit (scheduled_at_ms, id);
