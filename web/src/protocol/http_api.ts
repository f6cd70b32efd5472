// The HTTP routes that people's pages use (docs/http-api.md). Secrets travel in bodies and cookies only.

import type { Role } from './messages';
import type { Answer, Asked, Follow, Worded, Value } from './questionnaires';

export interface Invitation {
  /** `languages`: BCP 47, the preferred one first. */
  person: { name: string; role: Role; languages?: readonly string[] };
  visit: {
    id: string;
    title: string;
    starts_at: number | string;
    /** Later than that, as the team says. */
    expected_at?: number | null;
    time_zone: string;
    state: 'scheduled' | 'open' | 'ended';
    invited_by: { name: string; role: Role; relation?: string } | null;
    /** Staff learn: nobody in it is real. */
    practice?: boolean;
  };
  /** `place`, `questions`: what they will be asked before the visit. */
  asks: { birth_date: 'own' | 'patient' | null; place?: boolean; questions?: boolean };
  organisation: string;
  support_phone: string;
}

export interface Seat {
  seat_token: string;
  device_token: string;
  participant: string;
  visit: string;
}

/** A first device is in use: it, or staff, must say yes to this one. */
export interface Pending {
  pending: string;
}

export interface Section {
  id: string;
  heading: string;
  paragraphs: string[];
}

export interface Opinion {
  title: string;
  author: { name: string; role: string; organisation?: string };
  delivered_at: number | string;
  outcome?: { code: string; text: string }[];
  sections: Section[];
  pdf?: boolean;
}

export interface Interval {
  start: number;
  end: number;
}

export interface RecordedParticipant {
  id: string;
  name: string;
  role: Role;
  mime: string;
  bytes: number;
  duration_ms: number;
  sha256: string;
}

export interface Recording {
  id: string;
  state: string;
  started_at: number;
  intervals: Interval[];
  participants: RecordedParticipant[];
}

export interface TimelineEntry {
  at: number;
  kind: string;
  who?: string;
  text?: string;
}

export interface CaseVisit {
  id: string;
  starts_at: number;
  state: string;
  shape?: string;
  participants: { id: string; name: string; role: Role; state?: string }[];
  recordings: Recording[];
  timeline: TimelineEntry[];
}

export interface ClinicalCase {
  id: string;
  number: string;
  title: string;
  patient: { id: string; name: string; birth_date: string; time_zone: string };
  care_team: { name: string; role: string; organisation?: string }[];
  opinion: Opinion;
  visits: CaseVisit[];
}

export interface Manifest {
  recording: string;
  visit: string;
  intervals: Interval[];
  files: {
    participant: string;
    kind: 'segment' | 'playable';
    name: string;
    bytes: number;
    sha256: string;
    duration_ms?: number;
  }[];
  sha256: string;
}

export interface StaffSession {
  name: string;
  role: string;
  case: string;
}

/** A member of staff who signed in. */
export interface Account {
  name: string;
  roles: Role[];
  programme: string | null;
  /** If nothing happens any more. */
  ends_at: number;
}

export interface SignInWays {
  openid: boolean;
  invented: { staff: string; name: string; roles: Role[] }[] | null;
  organisation: string;
  support_phone: string;
  idle_minutes: number;
}

/** An answer that says no (RFC 9457), or no answer at all (status 0). */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly triesLeft?: number;
  /** Whose birthday is asked for, where that was not known before. */
  readonly birthDate?: 'own' | 'patient';
  /** Of answers before a visit: what is wrong, and with which. */
  readonly answerProblem?: string;
  readonly question?: string;
  constructor(status: number, code: string, detail: string, more: Partial<Pick<HttpProblem, 'triesLeft' | 'birthDate' | 'answerProblem' | 'question'>> = {}) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.triesLeft = more.triesLeft;
    this.birthDate = more.birthDate;
    this.answerProblem = more.answerProblem;
    this.question = more.question;
  }
  /** The gateway could not be reached or is not itself: asking again may help. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const DEADLINE_MS = 12000;

/** What was answered, and its entity tag. */
export interface Tagged<T> {
  value: T;
  tag: string | null;
}

/** `match`: the tag of what is to be changed (If-Match). */
export async function exchange<T>(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST', match?: string | null): Promise<Tagged<T>> {
  const abort = new AbortController();
  const deadline = setTimeout(() => abort.abort(), DEADLINE_MS);
  try {
    const response = await fetch(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...(match ? { 'If-Match': match } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: abort.signal,
    });
    const text = await response.text();
    const json = text ? (JSON.parse(text) as Record<string, unknown>) : {};
    if (!response.ok) {
      throw new HttpProblem(
        response.status,
        typeof json.code === 'string' ? json.code : '',
        typeof json.detail === 'string' ? json.detail : '',
        {
          triesLeft: typeof json.tries_left === 'number' ? json.tries_left : undefined,
          birthDate: json.birth_date === 'own' || json.birth_date === 'patient' ? json.birth_date : undefined,
          answerProblem: typeof json.problem === 'string' ? json.problem : undefined,
          question: typeof json.question === 'string' ? json.question : undefined,
        },
      );
    }
    return { value: json as T, tag: response.headers.get('ETag') };
  } catch (error) {
    throw error instanceof HttpProblem ? error : new HttpProblem(0, 'unreachable', '');
  } finally {
    clearTimeout(deadline);
  }
}

const call = async <T>(path: string, body?: unknown, method?: string): Promise<T> => (await exchange<T>(path, body, method)).value;

export const path = (...parts: string[]) => `/api/v1/${parts.map(encodeURIComponent).join('/')}`;

/** Changes nothing: mail scanners open links too. */
export const lookAtLink = (secret: string) => call<Invitation>(path('join-links', 'look'), { secret });

export const arrive = (arrival: { secret: string; birth_date?: string; device_token?: string; device: string }) =>
  call<Seat | Pending>(path('arrivals'), arrival);

export const askAgain = (pending: string, secret: string) =>
  call<Seat | Pending>(path('arrivals', 'pending'), { pending, secret });

export const openStaffSession = (secret: string) => call<StaffSession>(path('staff-sessions'), { secret });

export const session = () =>
  call<{ seat?: { visit: string; participant: string; case: string }; staff?: StaffSession; account?: Account; account_ended?: true }>(
    path('session'),
  );

export const signInWays = () => call<SignInWays>(path('sign-in'));
export const startSignIn = () => call<{ location: string }>(path('sign-in', 'start'), {});
export const signInAsInvented = (staff: string) => call<Account>(path('sign-in', 'invented'), { staff });
/** The answer may lead on to where the organisation's own session is ended. */
export const signOut = () => call<{ location: string | null }>(path('sign-out'), {});

/** Opens one socket of the board; null: not signed in, or not as a coordinator. */
export async function boardTicket(): Promise<string | null> {
  try {
    return (await call<{ ticket: string }>(path('board', 'tickets'), {})).ticket;
  } catch (error) {
    if (error instanceof HttpProblem && (error.status === 401 || error.status === 403)) return null;
    throw error;
  }
}

/** A new link for one person; the one before stops working. It is nowhere else. */
export async function makeLink(visit: string, participant: string): Promise<string> {
  const { links } = await call<{ links: { url: string }[] }>(path('visits', visit, 'links'), { participant });
  if (!links[0]) throw new HttpProblem(0, 'no_link', '');
  return links[0].url;
}

/** Help for one person of a visit: a seat beside it. */
export const offerHelp = (visit: string, participant: string) =>
  call<{ seat_token: string; participant: string; visit: string }>(path('visits', visit, 'participants', participant, 'help'), {});
/** Whether somebody is there to help this seat; for pages that are not in a conversation yet. */
export const helpForSeat = () => call<{ help: { name: string; role: Role } | null }>(path('seat', 'help'));

export const endSession = () => call<Record<string, never>>(path('session', 'end'), {});

export const readCase = (id: string) => call<ClinicalCase>(path('cases', id));
export const readOpinion = (caseId: string) => call<Opinion>(path('cases', caseId, 'opinion'));
export const opinionPdfUrl = (caseId: string) => path('cases', caseId, 'opinion.pdf');
export const readManifest = (recording: string) => call<Manifest>(path('recordings', recording, 'manifest'));
export const recordingMediaUrl = (recording: string, participant: string) =>
  path('recordings', recording, 'participants', participant, 'media');

export const isPending = (answer: Seat | Pending): answer is Pending => 'pending' in answer;

// ---- before the visit ----

export const readAsked = () => call<Asked>(path('seat', 'questionnaires'));
export const giveAnswers = (id: string, body: { answers: ({ link_id: string } & Answer)[]; complete: boolean }) =>
  call<{ follow: Follow }>(path('seat', 'questionnaires', id, 'answers'), body, 'PUT');

export interface Alert {
  id: string;
  state: 'pressing' | 'acknowledged' | 'closed';
  score: string;
  value: number;
  maximum: number;
  follow: Exclude<Follow, 'nothing'>;
  raised_at: number;
  /** Who was told last. */
  told: Role;
  owner: { id: string; name: string } | null;
  acknowledged: { at: number; id: string; name: string } | null;
  note: string;
  person: { id: string; name: string; role: Role };
}

export interface ScreeningAnswer {
  link_id: string;
  text: Worded | null;
  group?: Worded | null;
  meaning?: string;
  skipped?: true;
  value?: Value;
  words?: Worded | null;
}

export interface ScreeningScore {
  code: string;
  title: Worded | null;
  value: number;
  maximum: number;
  answered: number;
  asked: number;
  follow: Follow;
}

export interface ScreeningResponse {
  id: string;
  participant: { id: string; name: string; role: Role };
  questionnaire: { id: string; url: string; version: string; title: Worded | null };
  complete: boolean;
  updated_at: number;
  answers: ScreeningAnswer[];
  scores: ScreeningScore[];
}

/** What the people of a visit answered before it. */
export interface Screening {
  responses: ScreeningResponse[];
  alerts: Alert[];
}

export const readScreening = (visit: string) => call<Screening>(path('visits', visit, 'screening'));
export const stepAlert = (id: string, step: 'take' | 'acknowledge' | 'close', note?: string) =>
  call<Alert>(path('alerts', id, 'steps'), note ? { step, note } : { step });
