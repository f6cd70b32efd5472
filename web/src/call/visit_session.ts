// Everything that happens between taking the seat and leaving it: joins the conversation with the
// gateway, the call and the devices, and keeps one snapshot for the page. No DOM.

import { ConnectionLost, SignalingConnection } from '../protocol/signaling_connection';
import type { ConnectionState, RequestBody } from '../protocol/signaling_connection';
import type { Event, ReplyInvited, ReplyJoined, RequestAway, RequestHelp, RequestHuddle, RequestInvite, RequestRecording } from '../protocol/messages';
import { Call } from './call';
import type { CallState, ShownSlot } from './call';
import type { Devices, DeviceState } from './devices';
import { expectedOf, isApart, isOut, stateAfterEvent, stateAfterJoin, withoutMissed, withoutSecondDevice } from './visit_state';
import type { MissedWords, VisitState } from './visit_state';

/** Whether somebody can see the page, and whether this device stops its camera when nobody can. */
export interface PageSight {
  hidden: boolean;
  captureStops: boolean;
}

export interface SessionSnapshot {
  connection: ConnectionState;
  /** null until the first join succeeded */
  visit: VisitState | null;
  call: CallState;
  devices: DeviceState;
}

/** The conversation with the gateway is lost, but sound and picture go on: they take another way. */
export const stillTogether = ({ connection, call }: SessionSnapshot): boolean =>
  connection.name === 'lost' && call.transport === 'media';

/** A notice about missed words is there for so long. */
const MISSED_SHOWN_MS = 12_000;

type AwayReason = NonNullable<RequestAway['reason']>;

export interface SessionOptions {
  /** Sits down for a help session alone, and enters nothing. */
  forHelp?: boolean;
}

export class VisitSession {
  snapshot: SessionSnapshot;
  /** How many pictures of a slot the page has rendered; each tile on the screen lends its counter. */
  readonly rendered = new Map<number, () => number | null>();
  private readonly listeners = new Set<() => void>();
  private readonly connection: SignalingConnection;
  private readonly call: Call;
  private readonly forgetDevices: () => void;
  private shown: ShownSlot[] = [];
  private page: PageSight = { hidden: false, captureStops: false };
  private awayTold: AwayReason | null = null;

  constructor(
    url: string,
    token: string,
    private readonly devices: Devices,
    { forHelp = false }: SessionOptions = {},
  ) {
    this.connection = new SignalingConnection({
      url,
      token,
      forHelp,
      onState: (connection) => this.onConnectionState(connection),
      onJoining: (ask) => this.call.joining(ask),
      onJoined: (joined) => this.onJoined(joined),
      onEvent: (event) => this.onEvent(event),
    });
    this.call = new Call({
      request: (body) => this.connection.request(body),
      onChange: () => this.update({ call: this.call.state }),
      onSilence: () => this.connection.probe(),
      onHopeless: () => this.connection.startAfresh(),
      renderedFrames: (slot) => this.rendered.get(slot)?.() ?? null,
    });
    this.snapshot = {
      connection: { name: 'connecting' },
      visit: null,
      call: this.call.state,
      devices: devices.state,
    };
    this.forgetDevices = devices.subscribe(() => this.onDevices());
    this.onDevices();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    this.connection.start();
    this.call.prepare();
  }

  /** The page came back to the foreground, or somebody pressed "Try now". */
  wake(): void {
    this.connection.wake();
  }

  networkChanged(): void {
    this.connection.wake();
    this.call.restartIce();
  }

  /** Which pictures are on the screen, and how large; none while the page is hidden. */
  setShown(shown: ShownSlot[]): void {
    this.shown = shown;
    this.tellShown();
  }

  /** The page was hidden, or can be seen again. */
  setSight(page: PageSight): void {
    this.page = page;
    this.tellShown();
    void this.tellAway();
  }

  setMuted(audio: boolean, video: boolean): void {
    this.devices.setMuted(audio, video);
  }

  say = (text: string) => this.ask({ type: 'chat', text });
  /** `language`: of the words that were read. */
  answerConsent = (answer: 'given' | 'refused' | 'withdrawn', language?: string) =>
    this.ask({ type: 'consent', answer, text_version: this.snapshot.visit?.consent.text_version ?? '', ...(language ? { language } : {}) });
  record = (action: RequestRecording['action']) => this.ask({ type: 'recording', action });
  admit = (participant: string, knowsLicence = false) =>
    this.ask({ type: 'admit', participant, ...(knowsLicence ? { knows_licence: true } : {}) });
  /** The reply has the secret of the guest's link: it is told this once. */
  async invite(invitation: Omit<RequestInvite, 'type' | 'id'>): Promise<ReplyInvited> {
    if (this.snapshot.connection.name !== 'joined') throw new ConnectionLost();
    return this.connection.request<'invite'>({ type: 'invite', ...invitation });
  }
  sayLate = (said: { minutes?: number; at?: number }) => this.ask({ type: 'late', ...said });
  emergency = (action: 'begin' | 'tell' | 'end') => this.ask({ type: 'emergency', action });
  deny = (participant: string) => this.ask({ type: 'deny', participant });
  knock = () => this.ask({ type: 'knock' });
  sendOut = (participant: string) => this.ask({ type: 'send_out', participant });
  sendBack = (participant: string) => this.ask({ type: 'send_back', participant });
  huddle = (action: RequestHuddle['action']) => this.ask({ type: 'huddle', action });
  answerHelp = (action: Exclude<RequestHelp['action'], 'say'>) => this.ask({ type: 'help', action });
  sayInHelp = (text: string) => this.ask({ type: 'help', action: 'say', text });
  endVisit = () => this.ask({ type: 'end' });

  async answerSecondDevice(request: string, allow: boolean): Promise<void> {
    await this.ask({ type: 'device', request, allow });
    if (this.snapshot.visit) this.update({ visit: withoutSecondDevice(this.snapshot.visit, request) });
  }

  /** Leaves for good on this device; works without a connection too. */
  async leave(): Promise<void> {
    await this.ask({ type: 'leave' }).catch(() => undefined);
    this.stop();
  }

  /** Lets go of the call. The camera and the microphone belong to `Devices` and are released there. */
  stop(): void {
    this.connection.stop();
    this.call.close();
  }

  private tellShown(): void {
    const { hidden } = this.page;
    this.call.setShown(hidden ? this.shown.map(({ slot }) => ({ slot, video: false })) : this.shown);
    this.expect();
  }

  private expect(): void {
    const { visit, call } = this.snapshot;
    if (visit) this.call.setExpected(expectedOf(visit, this.page.hidden ? [] : this.shown, call.slots.length));
  }

  /** The others see an empty chair with its reason, not a frozen face. */
  private async tellAway(): Promise<void> {
    const { connection, visit, devices } = this.snapshot;
    if (connection.name !== 'joined' || visit?.you.state === 'waiting') return;
    const reason = awayReason(this.page, devices);
    if (reason === this.awayTold) return;
    this.awayTold = reason;
    const body = reason ? { away: true, reason } : { away: false };
    await this.connection.request<'away'>({ type: 'away', ...body }).catch(() => undefined);
  }

  private showMissed(missed: MissedWords): void {
    setTimeout(() => {
      if (this.snapshot.visit) this.update({ visit: withoutMissed(this.snapshot.visit, missed) });
    }, MISSED_SHOWN_MS);
  }

  private async ask(body: RequestBody): Promise<void> {
    if (this.snapshot.connection.name !== 'joined') throw new ConnectionLost();
    await this.connection.request(body as never);
  }

  private onConnectionState(connection: ConnectionState): void {
    if (connection.name === 'closed') {
      this.call.close();
      this.forgetDevices();
    }
    this.update({ connection });
  }

  private onJoined(joined: ReplyJoined): void {
    const visit = stateAfterJoin(joined, this.snapshot.visit);
    this.update({ visit });
    this.call.setOut(isOut(visit));
    this.call.joined(joined);
    // Opened while the conversation was cut: that message is gone, the state is not.
    if (joined.resumed && isApart(visit) && !this.call.state.active) this.call.offerAgain();
    // A join says "here".
    this.awayTold = null;
    void this.tellAway();
  }

  private onEvent(event: Event): void {
    const before = this.snapshot.visit;
    if (!before) return;
    const visit = stateAfterEvent(before, event);
    this.update({ visit });
    this.call.setOut(isOut(visit));
    // From beside the visit: now microphone and camera are taken.
    if (isApart(visit) && !isApart(before) && !this.call.state.active) this.call.offerAgain();
    switch (event.type) {
      case 'admitted':
      case 'renegotiate':
        return this.call.offerAgain();
      case 'camera':
        return this.call.setCamera(event);
      case 'microphone':
        return this.call.setMicrophone(event);
      case 'silence':
        return event.silent ? this.call.onSilence() : undefined;
      case 'repair':
        return this.devices.nothingComes(event.media);
      case 'missed_words':
        return this.showMissed(event);
      default:
        return this.expect();
    }
  }

  private onDevices(): void {
    const { state } = this.devices;
    const { audioTrack, videoTrack, audioMuted, videoMuted } = state;
    const before = this.snapshot.devices;
    if (audioTrack !== before.audioTrack || videoTrack !== before.videoTrack || this.snapshot.devices === state) {
      this.call.setTracks({ audio: audioTrack, video: videoTrack });
    }
    // Without a camera there is no picture: the others are told as if it were hidden.
    this.call.setMuted(audioMuted || !audioTrack, videoMuted || !videoTrack || state.cameraLost);
    this.update({ devices: state });
    void this.tellAway();
  }

  private update(fields: Partial<SessionSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...fields };
    for (const listener of [...this.listeners]) listener();
  }
}

/** Why the others cannot expect an answer now: the camera alone is no reason, its picture is off. */
function awayReason(page: PageSight, devices: DeviceState): AwayReason | null {
  if (devices.name === 'failed' || (devices.microphoneInterrupted && devices.audioTrack?.readyState === 'ended')) return 'device';
  if (devices.microphoneInterrupted) return 'call';
  return page.hidden && page.captureStops ? 'hidden' : null;
}
