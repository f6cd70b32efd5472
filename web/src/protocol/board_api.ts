// What a coordinator does from the board (docs/http-api.md).

import { exchange, path } from './http_api';
import type { Tagged } from './http_api';
import type { Worded } from './questionnaires';

// ---- moving a visit ----

export interface VisitSchedule {
  id: string;
  state: 'scheduled' | 'open' | 'ended';
  starts_at: number;
  minutes: number;
  time_zone: string;
  /** Into whose time it is booked. */
  expert: { id: string; name: string } | null;
  /** How each would be written to; null: there is no way. */
  people: { id: string; name: string; way: 'mail' | 'text' | null }[];
}

export const readSchedule = (visit: string): Promise<Tagged<VisitSchedule>> => exchange(path('visits', visit, 'schedule'));

export async function readSlots(visit: string, from: number, until: number): Promise<number[]> {
  const { value } = await exchange<{ slots: { starts_at: number }[] }>(`${path('visits', visit, 'slots')}?from=${from}&until=${until}`);
  return value.slots.map(({ starts_at: at }) => at);
}

/** `tag`: of the schedule as it was read; somebody else may have moved it since. */
export async function moveVisit(visit: string, startsAt: number, tag: string | null): Promise<VisitSchedule> {
  return (await exchange<VisitSchedule>(path('visits', visit, 'schedule'), { starts_at: startsAt }, 'PUT', tag)).value;
}

// ---- letters ----

export interface Letter {
  id: string;
  state: 'pending' | 'sent' | 'failed' | 'dropped';
  channel: 'any' | 'mail' | 'text';
  attempts: number;
  settled_at: number | null;
  detail: string | null;
}

export async function sendLink(visit: string, participant: string): Promise<Letter> {
  return (await exchange<Letter>(path('visits', visit, 'participants', participant, 'notifications'), {})).value;
}

export async function readLetter(visit: string, letter: string): Promise<Letter | undefined> {
  const { value } = await exchange<{ notifications: Letter[] }>(path('visits', visit, 'notifications'));
  return value.notifications.find(({ id }) => id === letter);
}

export const unlockLink = (visit: string, participant: string) => exchange(path('visits', visit, 'participants', participant, 'unlock'), {});

// ---- licences ----

export const licenceStatuses = ['active', 'restricted', 'suspended', 'revoked', 'lapsed'] as const;

export interface Licence {
  /** ISO 3166-2 */
  state: string;
  number: string;
  status: (typeof licenceStatuses)[number];
  /** The last good day. */
  expires?: string;
}

export interface LicenceBook {
  licences: Licence[];
  /** For which this site writes licences down: ISO 3166-2, or "US-*" for a whole country. */
  states: { state: string; words: Worded | null }[];
}

export const readLicences = (staff: string): Promise<Tagged<LicenceBook>> => exchange(path('staff', staff, 'licences'));

/** All of them, in place of those that were read with the tag. */
export async function writeLicences(staff: string, licences: Licence[], tag: string | null): Promise<void> {
  await exchange(path('staff', staff, 'licences'), { licences }, 'PUT', tag);
}
