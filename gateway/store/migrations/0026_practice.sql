-- Practice visits (gateway/visits/visit_practice.h): the account that practises; '' of every visit that is real. An
-- account has one at a time.

ALTER TABLE visit ADD COLUMN practice_of TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX visit_of_practice ON visit (practice_of) WHERE practice_of <> '';

-- What was practised is deleted, with its people: who refers to a row that goes is found without reading whole tables.
CREATE INDEX join_link_by_visit ON join_link (visit_id);
CREATE INDEX staff_link_by_case ON staff_link (case_id);
CREATE INDEX staff_session_by_case ON staff_session (case_id);
CREATE INDEX staff_session_by_person ON staff_session (person_id);
CREATE INDEX visit_event_by_case ON visit_event (case_id);
CREATE INDEX case_order_by_case ON case_order (case_id);
CREATE INDEX consent_by_participant ON consent (participant_id);
CREATE INDEX chat_message_by_participant ON chat_message (participant_id);
CREATE INDEX recording_segment_by_participant ON recording_segment (participant_id);
CREATE INDEX recording_file_by_participant ON recording_file (participant_id);
CREATE INDEX quality_minute_by_participant ON quality_minute (participant_id);
CREATE INDEX alert_by_participant ON alert (participant_id);
CREATE INDEX help_session_by_helped ON help_session (helped_id);
CREATE INDEX help_session_by_helper ON help_session (helper_id);
