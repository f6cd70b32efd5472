// Generated from docs/signaling.schema.json by scripts/generate_messages.mjs (npm run generate).
// Do not edit.

export const SUBPROTOCOL = 'bedside.visit.v1';

export type RequestId = number;

export type Role = 'patient' | 'caregiver' | 'reviewing_physician' | 'treating_physician' | 'coordinator' | 'interpreter' | 'trainee' | 'technical_helper';

/** away: in the visit, but the connection is lost, or the page says that the person is away */
export type SeatState = 'waiting' | 'in_visit' | 'away';

/** connection: lost, the seat is kept; hidden: the page is behind another; call: a telephone call; device: microphone and camera are gone; help: apart with somebody who helps, or to help */
export type AwayReason = 'connection' | 'hidden' | 'call' | 'device' | 'help';

/** Why somebody is not in the visit. waits: for the first yes; refused: the keeper of the door said not now; sent_out: by the patient, for a while; sent_back: by the team, to the waiting room */
export type Outside = 'waits' | 'refused' | 'sent_out' | 'sent_back';

/** The team's talk among itself. none: there is none; inside: one is in it; calm: one waits in the calm room, and hears and is heard by nobody */
export interface Huddle {
  state: 'none' | 'inside' | 'calm';
  /** Milliseconds since 1970 UTC; 0: none */
  since: number;
}

/** The ladder. full: as large as it is shown; small: smaller or slower than that; still: one picture every few seconds; sound_only: no picture, the voice goes on; sound_lost: not even the voice gets through: call the number */
export type PictureStep = 'full' | 'small' | 'still' | 'sound_only' | 'sound_lost';

/** The way of the media: straight over UDP or TCP, or through a TURN server that is reached over UDP, TCP or TLS */
export type MediaPath = 'unknown' | 'udp' | 'tcp' | 'turn_udp' | 'turn_tcp' | 'turn_tls';

export type ConsentAnswer = 'none' | 'given' | 'refused' | 'withdrawn';

/** One person whom the receiver may see */
export interface Participant {
  id: string;
  name: string;
  role: Role;
  /** In words for people: your daughter, your doctor */
  relation?: string;
  /** BCP 47: of an interpreter, the language they bring */
  language?: string;
  state: SeatState;
  away?: AwayReason;
  outside?: Outside;
  /** What the receiver may do with them at the doors now; missing: nothing */
  may?: ('admit' | 'deny' | 'send_out' | 'send_back')[];
  you: boolean;
  audio_muted: boolean;
  video_muted: boolean;
  consent?: ConsentAnswer;
  /** While they wait: when they last let it be known, in milliseconds since 1970 UTC */
  knocked?: number;
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

/** Somebody of the programme is with one person who is stuck, and with nobody else. offered: they can write to each other; open: they also hear and see each other, and nobody else; over: everybody is where they were */
export interface HelpSession {
  id: string;
  state: 'offered' | 'open' | 'over';
  you: 'helper' | 'helped';
  /** The other one */
  with: {
    id: string;
    name: string;
    role: Role;
    /** False: their connection is lost, and they may come back */
    here: boolean;
  };
  /** Milliseconds since 1970 UTC */
  since: number;
  /** What the two wrote that this page was not told yet: after a join all that is remembered; kept nowhere */
  words: ChatMessage[];
  /** How it ended */
  ended?: 'by_helper' | 'by_helped' | 'declined' | 'lost' | 'left' | 'visit_ended' | 'restart';
}

/** What is being recorded, and if not, why */
export interface RecordingState {
  state: 'off' | 'asking' | 'recording' | 'paused' | 'stopped';
  reason: 'none' | 'waiting_for_consent' | 'refused' | 'withdrawn' | 'newcomer' | 'by_physician' | 'by_patient' | 'huddle' | 'disk_full' | 'recorder_failed' | 'visit_ended' | 'not_available';
  waiting_for: string[];
  /** Milliseconds since 1970 UTC */
  since: number;
  recorded_ms: number;
}

export interface ConsentText {
  /** BCP 47 */
  language: string;
  /** Paragraphs, a line each */
  text: string;
}

export interface ConsentQuestion {
  asked: boolean;
  /** The same question in each language of the site */
  texts: ConsentText[];
  text_version: string;
  answer: ConsentAnswer;
}

/** The visit begins later than planned */
export interface ExpectedStart {
  /** Milliseconds since 1970 UTC */
  at: number;
  /** Name of whoever of the team said so */
  by?: string;
}

/** Where the patient is today, and what that means for each physician of the visit */
export interface LicenceState {
  /** ISO 3166-2, as the patient said; absent: not said yet */
  place?: string;
  /** Milliseconds since 1970 UTC */
  placed_at?: number;
  /** A treating physician with a good licence there is present, and somebody without one advises */
  consultation?: {
    /** Milliseconds since 1970 UTC */
    since: number;
    colleague?: string;
  };
  physicians: ({
    participant: string;
    outcome: 'not_checked' | 'good' | 'warning' | 'consultation' | 'blocked';
    reason: 'none' | 'place_unknown' | 'missing' | 'expired' | 'not_active' | 'restricted' | 'expires_soon';
    /** YYYY-MM-DD: the last good day of the licence that decided */
    expires?: string;
    /** With a treating physician who is licensed there in the visit, this one may be consulted */
    consultation_helps: boolean;
  })[];
}

/** Somebody needs help at once: where the patient is, whom to call, and the site's script */
export interface EmergencyState {
  /** Milliseconds since 1970 UTC */
  since: number;
  /** Who of the team began it */
  by: string;
  /** The patient's page says that help is being arranged */
  told: boolean;
  patient?: {
    participant: string;
    name: string;
    /** YYYY-MM-DD */
    birth_date?: string;
    /** ISO 3166-2, as the patient said */
    place?: string;
    /** When the patient said or confirmed where they are; absent: the address is the one on record */
    placed_at?: number;
    /** Absent: nobody knows it */
    address?: string;
    /** To be called back at */
    phone?: string;
    contact_name?: string;
    contact_phone?: string;
  };
  /** The emergency number as dialed where the patient is */
  number?: string;
  /** A number that reaches the emergency service there from elsewhere */
  from_afar?: string;
  scripts: {
    /** BCP 47 */
    language: string;
    lines: string[];
  }[];
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
  expected?: ExpectedStart;
  /** Staff learn: nobody in it is real, and nothing of it is kept */
  practice?: true;
}

export type Permission = 'admit' | 'chat' | 'consent' | 'recording_start' | 'recording_stop' | 'end' | 'emergency' | 'late' | 'huddle' | 'invite' | 'opinion' | 'device_confirm';

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
  /** Sits down for the help session alone, and enters nothing */
  for_help?: boolean;
}

/** The client's SDP offer (RFC 9429, RFC 8866). */
export interface RequestOffer {
  type: 'offer';
  id: RequestId;
  sdp: string;
  /** `sdp` is base64 (RFC 4648) of the raw deflate (RFC 1951) of the text; so is that of the answer */
  packed?: boolean;
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

/** I am away (true), or here again. The seat stays. */
export interface RequestAway {
  type: 'away';
  id: RequestId;
  away: boolean;
  reason?: 'hidden' | 'call' | 'device';
}

/** What came of the media here, since the last figures. Every 5 s. */
export interface RequestFigures {
  type: 'figures';
  id: RequestId;
  /** What the figures cover */
  interval_ms: number;
  path: MediaPath;
  /** What keeps my own picture smaller than the camera's */
  limited_by: 'none' | 'cpu' | 'bandwidth' | 'other';
  slots: {
    slot: number;
    /** Sound that was played */
    heard_ms: number;
    /** Of it made up by the browser because packets were missing (concealedSamples, all of them) */
    concealed_ms: number;
    /** Pictures that were rendered */
    frames: number;
    /** How long sound waited in the jitter buffer, on average */
    buffer_ms?: number;
    freezes?: number;
    frozen_ms?: number;
    /** Lines of the last picture */
    height?: number;
  }[];
}

/** Nothing of this slot was heard or rendered for 3 s, though it should be: please set it up anew. */
export interface RequestRepair {
  type: 'repair';
  id: RequestId;
  slot: number;
  media: 'sound' | 'picture';
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
  /** BCP 47: of the words that were shown; the site's first when it is missing */
  language?: string;
}

/** Start, pause, resume or stop the recording. */
export interface RequestRecording {
  type: 'recording';
  id: RequestId;
  action: 'start' | 'pause' | 'resume' | 'stop';
}

/** Lets a waiting person in, somebody who was sent out back in, or takes a no back. */
export interface RequestAdmit {
  type: 'admit';
  id: RequestId;
  participant: string;
  /** The one who opens knows of the warning about a licence (event licence) */
  knows_licence?: boolean;
}

/** Not now. */
export interface RequestDeny {
  type: 'deny';
  id: RequestId;
  participant: string;
}

/** The patient sends a guest out for a while. */
export interface RequestSendOut {
  type: 'send_out';
  id: RequestId;
  participant: string;
}

/** The team sends the patient or a guest back to the waiting room. */
export interface RequestSendBack {
  type: 'send_back';
  id: RequestId;
  participant: string;
}

/** The team talks among itself, or ends that. */
export interface RequestHuddle {
  type: 'huddle';
  id: RequestId;
  action: 'begin' | 'end';
}

/** One of the two of a help session answers it, says something to the other, or ends it. */
export interface RequestHelp {
  type: 'help';
  id: RequestId;
  action: 'accept' | 'decline' | 'say' | 'end';
  /** With say */
  text?: string;
}

/** Invites somebody more into the visit, as a guest: the reply has the secret of their link, once. */
export interface RequestInvite {
  type: 'invite';
  id: RequestId;
  name: string;
  role: 'caregiver' | 'interpreter' | 'trainee' | 'technical_helper';
  /** In words for people: your daughter */
  relation?: string;
  /** BCP 47 */
  language?: string;
}

/** The visit begins later: in so many minutes, or at a time; neither: as planned after all. */
export interface RequestLate {
  type: 'late';
  id: RequestId;
  minutes?: number;
  /** Milliseconds since 1970 UTC; counts when minutes is 0 or missing */
  at?: number;
}

/** Somebody needs help at once. begin: the care team in the visit sees where the patient is and whom to call, the coordinator is alerted; tell: the patient's page says that help is being arranged; end: it is over, or was a mistake. */
export interface RequestEmergency {
  type: 'emergency';
  id: RequestId;
  action: 'begin' | 'tell' | 'end';
}

/** From the waiting room: I am here. At most once a minute. */
export interface RequestKnock {
  type: 'knock';
  id: RequestId;
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
  huddle: Huddle;
  help?: HelpSession | null;
}

/** The SDP answer. */
export interface ReplyAnswer {
  type: 'answer';
  reply_to: RequestId;
  sdp: string;
  /** `sdp` is packed as that of the offer was */
  packed?: boolean;
  /** false while waiting: microphone and camera are inactive, the slots stand empty */
  active: boolean;
}

/** Done. */
export interface ReplyOk {
  type: 'ok';
  reply_to: RequestId;
}

/** The link of the person invited is /j#<secret>. */
export interface ReplyInvited {
  type: 'invited';
  reply_to: RequestId;
  participant: string;
  secret: string;
}

/** It did not happen. Without reply_to when the message had no readable id. */
export interface ReplyError {
  type: 'error';
  reply_to?: RequestId;
  code: 'bad_message' | 'unknown_type' | 'not_joined' | 'bad_token' | 'not_allowed' | 'not_admitted' | 'not_found' | 'wrong_state' | 'no_licence' | 'licence_warning' | 'bad_offer' | 'too_fast' | 'full' | 'store_failed';
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
    /** The team's door */
    opens: boolean;
  }[];
  /** Somebody who opens the team's door is there and was told */
  physician_told: boolean;
  outside: Outside;
  /** Who opens: the team, or the patient */
  door: 'team' | 'patient';
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

/** How this person's picture reaches you now. */
export interface EventPicture {
  type: 'picture';
  participant: string;
  step: PictureStep;
}

/** How your picture reaches this person now. */
export interface EventSeen {
  type: 'seen';
  by: string;
  step: PictureStep;
}

/** What of your camera is needed now. */
export interface EventCamera {
  type: 'camera';
  /** Every layer of your camera; one with an empty rid when it is sent without layers */
  layers: {
    rid: string;
    active: boolean;
    /** Bits per second of this layer alone; 0: no limit */
    max_bitrate: number;
    /** Pictures per second of this layer; 0: no limit */
    max_framerate: number;
    /** This layer is to be so many times smaller than it was offered */
    scale: number;
  }[];
}

/** How your microphone is to be sent now. */
export interface EventMicrophone {
  type: 'microphone';
  /** Bits per second of the codec; 0: no limit */
  max_bitrate: number;
  /** How much sound goes into one packet: 20, 40 or 60 */
  frame_ms: number;
}

/** true: nothing has come from you for half a second: restart ICE; false: it comes again. */
export interface EventSilence {
  type: 'silence';
  silent: boolean;
}

/** Your microphone or camera is not muted, and nothing of it comes: open the device again. */
export interface EventRepair {
  type: 'repair';
  media: 'sound' | 'picture';
}

/** Somebody may have missed so many seconds of what you said. */
export interface EventMissedWords {
  type: 'missed_words';
  participant: string;
  seconds: number;
  /** When it began: milliseconds since 1970 UTC */
  at: number;
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

/** Whether the team talks among itself, and on which side one is. */
export interface EventHuddle {
  type: 'huddle';
  huddle: Huddle;
}

/** How a person's connection is. */
export interface EventQuality {
  type: 'quality';
  participant: string;
  level: 'good' | 'fair' | 'poor' | 'lost';
  reason: 'none' | 'loss' | 'delay' | 'rate' | 'cpu' | 'device' | 'silent';
  /** 5: nothing to notice; 1: hardly possible */
  score: number;
}

/** For staff: licences, as they stand now. Always the whole. */
export interface EventLicence {
  type: 'licence';
  licence: LicenceState;
}

/** For the care team in the visit: somebody needs help at once; null: not any more. Always the whole. */
export interface EventEmergency {
  type: 'emergency';
  emergency: EmergencyState | null;
}

/** For the patient and family: help is being arranged, or not any more. */
export interface EventHelp {
  type: 'help';
  coming: boolean;
}

/** Help by somebody of the programme, for the two of it; null: there is none any more. Always the whole, but for the words: those that are new. */
export interface EventHelpSession {
  type: 'help_session';
  help: HelpSession | null;
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

/** Somebody's answers before the visit, or what became of an alert, changed: read them again over HTTP. Staff alone. */
export interface EventScreening {
  type: 'screening';
}

/** The visit changed its state, was moved to another time (starts_at), or begins later: without expected, as planned. */
export interface EventVisit {
  type: 'visit';
  state: 'scheduled' | 'open' | 'ended';
  /** Milliseconds since 1970 UTC */
  starts_at: number;
  expected?: ExpectedStart;
}

/** The conversation is over. */
export interface EventBye {
  type: 'bye';
  reason: 'left' | 'ended' | 'denied' | 'taken_over' | 'revoked' | 'shutting_down' | 'help_over';
  message: string;
}

export type Request = RequestJoin | RequestOffer | RequestReady | RequestSlots | RequestMute | RequestAway | RequestFigures | RequestRepair | RequestChat | RequestConsent | RequestRecording | RequestAdmit | RequestDeny | RequestSendOut | RequestSendBack | RequestHuddle | RequestHelp | RequestInvite | RequestLate | RequestEmergency | RequestKnock | RequestDevice | RequestPing | RequestLeave | RequestEnd;

export type Reply = ReplyJoined | ReplyAnswer | ReplyOk | ReplyInvited | ReplyError;

export type Event = EventWaiting | EventAdmitted | EventDenied | EventRoster | EventSlots | EventSpeaker | EventPicture | EventSeen | EventCamera | EventMicrophone | EventSilence | EventRepair | EventMissedWords | EventChat | EventConsent | EventRecording | EventHuddle | EventQuality | EventLicence | EventEmergency | EventHelp | EventHelpSession | EventRenegotiate | EventSecondDevice | EventScreening | EventVisit | EventBye;
