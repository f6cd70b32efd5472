// The board's visits as the gateway tells them (docs/board.md, `board_visit` of docs/openapi.json).

import type { Role } from './messages';

export type SeatStep =
  | 'link_not_opened'
  | 'link_opened'
  | 'birth_date_asked'
  | 'birth_date_wrong'
  | 'locked'
  | 'arrived'
  | 'permission_asked'
  | 'permission_denied'
  | 'checked'
  | 'checked_with_problems'
  | 'waiting'
  | 'in_visit'
  | 'lost'
  | 'left'
  | 'denied'
  /** A guest, by the patient, for a while. */
  | 'sent_out'
  /** To the waiting room, by the team. */
  | 'sent_back';

export interface BoardConnection {
  level: string;
  reason: string;
  score: number;
  /** The socket is gone, the seat is kept. */
  away: boolean;
}

/** The latest device check in short. */
export interface BoardCheck {
  at: number;
  device: string;
  browser: string;
  /** A verdict for camera, microphone, speaker, browser, network. */
  items: Record<string, string>;
  up_kbps: number | null;
  down_kbps: number | null;
  loss_permille: number | null;
}

export interface BoardSeat {
  id: string;
  name: string;
  role: Role;
  relation: string;
  age: number | null;
  phone: string | null;
  /** Where the person said they are: "US-MT". */
  state_now: string | null;
  languages: string | null;
  step: SeatStep;
  since: number | null;
  problems: string[];
  connected: boolean;
  second_device: boolean;
  tries_left: number;
  link_at: number | null;
  reached: Partial<Record<SeatStep, number>>;
  answered_at: number | null;
  /** Of a physician: what the sign-in calls them. */
  staff: string | null;
  licence: { outcome: string; reason: string; expires: string | null } | null;
  check: BoardCheck | null;
  connection: BoardConnection | null;
}

export interface BoardAlert {
  id: string;
  participant: string;
  score: string;
  value: number;
  follow: string;
  raised_at: number;
  acknowledged_at: number | null;
  owner: string | null;
}

/** Who helps whom now. */
export interface BoardHelp {
  participant: string;
  helper: string;
  /** Of who helps. */
  name: string;
  state: 'offered' | 'open';
  since: number;
}

export interface BoardVisit {
  id: string;
  case: string;
  programme: string;
  number: string;
  title: string;
  shape: string;
  state: 'scheduled' | 'open' | 'ended';
  starts_at: number;
  /** The team said that it begins later: then. */
  expected_at: number | null;
  minutes: number;
  time_zone: string;
  opened_at: number | null;
  ended_at: number | null;
  seats: BoardSeat[];
  alerts: BoardAlert[];
  help: BoardHelp | null;
}

export interface BoardDay {
  day: string;
  zone: string;
}

export type BoardEvent =
  | ({ type: 'watching'; reply_to: number; epoch: string; from: number; until: number; resumed: boolean; now: number } & BoardDay)
  | { type: 'visits'; visits: BoardVisit[]; seq?: number }
  | { type: 'complete'; ids: string[]; seq: number }
  | { type: 'gone'; ids: string[]; seq: number }
  | { type: 'error'; code: string; reply_to?: number; where?: string }
  | { type: 'bye'; reason: string };
