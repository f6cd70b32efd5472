// Generated from docs/signaling.schema.json by scripts/generate_messages.mjs (npm run generate).
// Do not edit.

export const SUBPROTOCOL = 'bedside.visit.v1';

export type RequestId = number;

export type Role = 'patient' | 'caregiver' | 'reviewing_physician' | 'treating_physician' | 'coordinator' | 'interpreter' | 'trainee' | 'technical_helper';

/** away: in the visit, but the connection is lost */
export type SeatState = 'waiting' | 'in_visit' | 'away';

export type ConsentAnswer = 'none' | 'given' | 'refused' | 'withdrawn';

/** One person whom the receiver may see */
export interface Participant {
  id: string;
  name: string;
  role: Role;
  /** In words for people: your daughter, your doctor */
  relation?: string;
  state: SeatState;
  you: boolean;
  audio_muted: boolean;
  video_muted: boolean;
  consent?: ConsentAnswer;
  /** Milliseconds since 1970 UTC */
  since: number;
}

export interface Slot {
  slot: number;
  participant: string | null;
  audio_mid: string;
  video_mid: string;
}

export interface ChatMessage {
  id: string;
  participant: string;
  name: string;
  text: string;
  /** Milliseconds since 1970 UTC */
  at: number;
}

/** What is being recorded, and if not, why */
export interface RecordingState {
  state: 'off' | 'asking' | 'recording' | 'paused' | 'stopped';
  reason: 'none' | 'waiting_for_consent' | 'refused' | 'withdrawn' | 'newcomer' | 'by_physician' | 'by_patient' | 'disk_full' | 'recorder_failed' | 'visit_ended' | 'not_available';
  waiting_for: string[];
  /** Milliseconds since 1970 UTC */
  since: number;
  recorded_ms: number;
}

export interface ConsentQuestion {
  asked: boolean;
  text: string;
  text_version: string;
  answer: ConsentAnswer;
}

export interface Visit {
  id: string;
  case: string;
  title: string;
  /** Milliseconds since 1970 UTC */
  starts_at: number;
  time_zone: string;
  state: 'scheduled' | 'open' | 'ended';
  organisation: string;
  support_phone: string;
  slots_max: number;
  opinion: boolean;
}

export type Permission = 'admit' | 'chat' | 'consent' | 'recording_start' | 'recording_stop' | 'end' | 'opinion' | 'device_confirm';

export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** Takes the seat that the token stands for. */
export interface RequestJoin {
  type: 'join';
  id: RequestId;
  token: string;
  resume?: string;
}

/** The client's SDP offer (RFC 9429, RFC 8866). */
export interface RequestOffer {
  type: 'offer';
  id: RequestId;
  sdp: string;
  restart_ice?: boolean;
}

/** The answer is applied: media may flow to me. */
export interface RequestReady {
  type: 'ready';
  id: RequestId;
}

/** Which slots' video is shown, and how large. */
export interface RequestSlots {
  type: 'slots';
  id: RequestId;
  slots: {
    slot: number;
    video: boolean;
    width?: number;
    height?: number;
  }[];
}

/** What I have muted. */
export interface RequestMute {
  type: 'mute';
  id: RequestId;
  audio: boolean;
  video: boolean;
}

/** A message to everybody in the visit. */
export interface RequestChat {
  type: 'chat';
  id: RequestId;
  text: string;
}

/** My answer to being recorded. */
export interface RequestConsent {
  type: 'consent';
  id: RequestId;
  answer: 'given' | 'refused' | 'withdrawn';
  text_version: string;
}

/** Start, pause, resume or stop the recording. */
export interface RequestRecording {
  type: 'recording';
  id: RequestId;
  action: 'start' | 'pause' | 'resume' | 'stop';
}

/** Lets a waiting person in. */
export interface RequestAdmit {
  type: 'admit';
  id: RequestId;
  participant: string;
}

/** Not now. */
export interface RequestDeny {
  type: 'deny';
  id: RequestId;
  participant: string;
}

/** Answers second_device. */
export interface RequestDevice {
  type: 'device';
  id: RequestId;
  request: string;
  allow: boolean;
}

/** Is anybody there? */
export interface RequestPing {
  type: 'ping';
  id: RequestId;
}

/** I leave the visit. */
export interface RequestLeave {
  type: 'leave';
  id: RequestId;
}

/** Ends the visit for everybody. */
export interface RequestEnd {
  type: 'end';
  id: RequestId;
}

/** The seat is taken; everything the client needs to draw the page. */
export interface ReplyJoined {
  type: 'joined';
  reply_to: RequestId;
  session: string;
  resumed: boolean;
  you: Participant;
  visit: Visit;
  permissions: Permission[];
  ice_servers: IceServer[];
  roster: Participant[];
  slots: Slot[];
  chat: ChatMessage[];
  recording: RecordingState;
  consent: ConsentQuestion;
  resume_seconds: number;
}

/** The SDP answer. */
export interface ReplyAnswer {
  type: 'answer';
  reply_to: RequestId;
  sdp: string;
  /** false while waiting: microphone and camera are inactive, the slots stand empty */
  active: boolean;
}

/** Done. */
export interface ReplyOk {
  type: 'ok';
  reply_to: RequestId;
}

/** It did not happen. Without reply_to when the message had no readable id. */
export interface ReplyError {
  type: 'error';
  reply_to?: RequestId;
  code: 'bad_message' | 'unknown_type' | 'not_joined' | 'bad_token' | 'not_allowed' | 'not_admitted' | 'not_found' | 'wrong_state' | 'bad_offer' | 'too_fast' | 'full' | 'store_failed';
  /** One sentence for people */
  message: string;
  /** The field or SDP line */
  where?: string;
}

/** You wait. */
export interface EventWaiting {
  type: 'waiting';
  present: {
    name: string;
    role: Role;
  }[];
  physician_told: boolean;
}

/** You were let in: offer again on the same PeerConnection. */
export interface EventAdmitted {
  type: 'admitted';
}

/** Not now. */
export interface EventDenied {
  type: 'denied';
  message: string;
}

/** Everybody you may see. */
export interface EventRoster {
  type: 'roster';
  participants: Participant[];
}

/** Who is in which slot. */
export interface EventSlots {
  type: 'slots';
  slots: Slot[];
}

/** Who speaks. */
export interface EventSpeaker {
  type: 'speaker';
  participant: string | null;
}

/** One message. */
export interface EventChat {
  type: 'chat';
  message: ChatMessage;
}

/** The question about recording and your answer so far. */
export interface EventConsent {
  type: 'consent';
  consent: ConsentQuestion;
}

/** The state of the recording. */
export interface EventRecording {
  type: 'recording';
  recording: RecordingState;
}

/** How a person's connection is. */
export interface EventQuality {
  type: 'quality';
  participant: string;
  level: 'good' | 'fair' | 'poor' | 'lost';
  reason: 'none' | 'loss' | 'delay' | 'silent';
}

/** Please offer again on the same PeerConnection. */
export interface EventRenegotiate {
  type: 'renegotiate';
}

/** Your link was opened on another device. */
export interface EventSecondDevice {
  type: 'second_device';
  request: string;
  device: string;
  participant: string;
}

/** The visit changed its state. */
export interface EventVisit {
  type: 'visit';
  state: 'scheduled' | 'open' | 'ended';
}

/** The conversation is over. */
export interface EventBye {
  type: 'bye';
  reason: 'left' | 'ended' | 'denied' | 'taken_over' | 'revoked' | 'shutting_down';
  message: string;
}

export type Request = RequestJoin | RequestOffer | RequestReady | RequestSlots | RequestMute | RequestChat | RequestConsent | RequestRecording | RequestAdmit | RequestDeny | RequestDevice | RequestPing | RequestLeave | RequestEnd;

export type Reply = ReplyJoined | ReplyAnswer | ReplyOk | ReplyError;

export type Event = EventWaiting | EventAdmitted | EventDenied | EventRoster | EventSlots | EventSpeaker | EventChat | EventConsent | EventRecording | EventQuality | EventRenegotiate | EventSecondDevice | EventVisit | EventBye;
