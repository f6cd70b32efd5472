// A member of staff practises (docs/http-api.md).

import { exchange, path } from './http_api';
import type { Role } from './messages';

export interface Practice {
  visit: string;
  began_at: number;
  /** At the latest. */
  ends_at: number;
  /** What the door asks the patient and the family; ISO 8601. */
  birth_date: string;
  people: { participant: string; name: string; role: Role; you: boolean; here: boolean }[];
}

export interface PracticeLink {
  participant: string;
  name: string;
  role: Role;
  url: string;
}

/** The links are shown this once. */
export interface PracticeBegun {
  practice: Practice;
  links: PracticeLink[];
}

export async function readPractice(): Promise<Practice | null> {
  return (await exchange<{ practice: Practice | null }>(path('practice'))).value.practice;
}

/** `language`: of the invented people. */
export async function beginPractice(language: string): Promise<PracticeBegun> {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (await exchange<PracticeBegun>(path('practice'), { language, ...(timeZone ? { time_zone: timeZone } : {}) })).value;
}

/** Older links stop working. */
export async function renewPracticeLinks(): Promise<PracticeBegun> {
  return (await exchange<PracticeBegun>(path('practice', 'links'), {})).value;
}

export async function endPractice(): Promise<void> {
  await exchange(path('practice'), undefined, 'DELETE');
}
