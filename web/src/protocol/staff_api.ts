// What members of staff who signed in do without a link (docs/http-api.md).

import { exchange, path } from './http_api';
import type { Pending, Seat } from './http_api';
import type { Role } from './messages';

/** A visit in which the account has a seat. */
export interface OwnVisit {
  id: string;
  /** Null for those who may not read it. */
  case: string | null;
  title: string;
  state: 'scheduled' | 'open' | 'ended';
  starts_at: number;
  /** Later than that, as the team says. */
  expected_at: number | null;
  minutes: number;
  time_zone: string;
  patient: string | null;
  you: { participant: string; role: Role; state: string };
}

export async function ownVisits(from: number, until: number): Promise<OwnVisit[]> {
  return (await exchange<{ visits: OwnVisit[] }>(`${path('account', 'visits')}?from=${from}&until=${until}`)).value.visits;
}

/** One's own seat; the same session takes it again without a question. */
export async function takeSeat(visit: string, device: string): Promise<Seat | Pending> {
  return (await exchange<Seat | Pending>(path('visits', visit, 'seat'), { device })).value;
}

export const enterHref = (visit: string) => `/enter#${encodeURIComponent(visit)}`;
