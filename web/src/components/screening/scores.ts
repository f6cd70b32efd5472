// Scores and places in words, for staff. Pure.

import type { Alert, Screening, ScreeningAnswer, ScreeningScore } from '../../protocol/http_api';
import { inWords } from '../../protocol/questionnaires';
import { text, wordFor } from '../../text/text';

export const answersOf = (screening: Screening, participant: string): ScreeningAnswer[] =>
  screening.responses.filter((one) => one.participant.id === participant).flatMap((one) => one.answers);

export const scoresOf = (screening: Screening, participant: string): ScreeningScore[] =>
  screening.responses.filter((one) => one.participant.id === participant).flatMap((one) => one.scores.filter((score) => score.answered > 0));

/** At the door: of each questionnaire its first score, and whatever is high. */
export const doorScoresOf = (screening: Screening, participant: string): ScreeningScore[] =>
  screening.responses
    .filter((one) => one.participant.id === participant)
    .flatMap((one) => one.scores.filter((score, index) => score.answered > 0 && (index === 0 || score.follow !== 'nothing')));

export const alertsOf = (screening: Screening, participant: string): Alert[] =>
  screening.alerts.filter((one) => one.person.id === participant && one.state !== 'closed');

/** The alert that an emergency raised, once it is there. */
export const emergencyAlertOf = (screening: Screening): Alert | undefined =>
  screening.alerts.filter((one) => one.score === 'emergency').sort((one, other) => other.raised_at - one.raised_at)[0];

/** The people who answered, the patient first. */
export function peopleOf(screening: Screening): { id: string; name: string }[] {
  const people = new Map(screening.responses.map((one) => [one.participant.id, one.participant]));
  return [...people.values()].sort((one, other) => Number(other.role === 'patient') - Number(one.role === 'patient'));
}

/** "Distress"; a score that a site made up is called as its questionnaire. */
export const scoreName = (code: string, title?: ScreeningScore['title']): string =>
  wordFor(text.screening.scores, code) ?? (inWords(title, text.code) || code);

/** The words that its authors give to the sum of the PHQ-4. */
function severityOf(code: string, value: number): string {
  if (code !== 'phq-4') return '';
  const words = text.screening.severity;
  return value >= 9 ? words.severe : value >= 6 ? words.moderate : value >= 3 ? words.mild : words.none;
}

/** "6 of 10"; "at least 5 of 12" while questions are open; "8 of 12, moderate". */
export function scoreWords({ code, value, maximum, answered, asked }: ScreeningScore): string {
  const words = text.screening;
  const sum = answered < asked ? words.atLeast({ value, maximum }) : words.of({ value, maximum });
  const severity = answered < asked ? '' : severityOf(code, value);
  return severity ? `${sum}, ${severity}` : sum;
}

/** One's own questions, one each. */
export function questionsOf(screening: Screening, participant: string): string[] {
  const list = answersOf(screening, participant).find((one) => one.meaning === 'questions')?.value;
  return typeof list === 'string' ? list.split('\n').filter((one) => one.trim()) : [];
}

/** What somebody said, in words. */
export function answerWords(answer: ScreeningAnswer): string {
  const words = text.screening;
  if (answer.skipped) return words.skipped;
  if (typeof answer.value === 'boolean') return answer.value ? text.questions.yes : text.questions.no;
  const said = inWords(answer.words, text.code);
  if (typeof answer.value === 'number') return said ? `${String(answer.value)}: ${said}` : String(answer.value);
  return said || String(answer.value ?? '');
}

/** What is answered under a meaning ("place.state"), in words. */
export function saidOf(screening: Screening, participant: string, meaning: string): string {
  const answer = answersOf(screening, participant).find((one) => one.meaning === meaning);
  return answer && !answer.skipped ? answerWords(answer) : '';
}
