-- Into whose protected time a visit is booked (gateway/visits/visit.h); empty: nobody's. Of visits
-- that stand already the case's timeline knows.

ALTER TABLE visit ADD COLUMN expert_id TEXT NOT NULL DEFAULT '';
UPDATE visit SET expert_id = COALESCE((SELECT detail FROM case_event WHERE
    case_event.case_id = visit.case_id AND case_event.kind = 'booked'
    AND case_event.subject_id = visit.id), '');
