-- In which language the words were that somebody answered. Until now there were English ones alone.

ALTER TABLE consent_text ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
