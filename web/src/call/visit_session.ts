// Everything that happens between taking the seat and leaving it: joins the conversation with the
// gateway, the call and the devices, and keeps one snapshot for the page. No DOM.

import { ConnectionLost, SignalingConnection } from '../protocol/signaling_connection';
import type { ConnectionState, RequestBody } from '../protocol/signaling_connection';
import type { Event, ReplyJoined, RequestRecording } from '../protocol/messages';
import { Call } from './call';
import type { CallState, ShownSlot } from './call';
import type { Devices, DeviceState } from './devices';
import { stateAfterEvent, stateAfterJoin, withoutSecondDevice } from './visit_state';
import type { VisitState } from './visit_state';

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

export class VisitSession {
  snapshot: SessionSnapshot;
  private readonly listeners = new Set<() => void>();
  private readonly connection: SignalingConnection;
  private readonly call: Call;
  private readonly forgetDevices: () => void;

  constructor(
    url: string,
    token: string,
    private readonly devices: Devices,
  ) {
    this.connection = new SignalingConnection({
      url,
      token,
      onState: (connection) => this.onConnectionState(connection),
      onJoining: (ask) => this.call.joining(ask),
      onJoined: (joined) => this.onJoined(joined),
      onEvent: (event) => this.onEvent(event),
    });
    this.call = new Call({
      request: (body) => this.connection.request(body),
      onChange: () => this.update({ call: this.call.state }),
      onHopeless: () => this.connection.startAfresh(),
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

  setShown(shown: ShownSlot[]): void {
    this.call.setShown(shown);
  }

  setMuted(audio: boolean, video: boolean): void {
    this.devices.setMuted(audio, video);
  }

  say = (text: string) => this.ask({ type: 'chat', text });
  answerConsent = (answer: 'given' | 'refused' | 'withdrawn') =>
    this.ask({ type: 'consent', answer, text_version: this.snapshot.visit?.consent.text_version ?? '' });
  record = (action: RequestRecording['action']) => this.ask({ type: 'recording', action });
  admit = (participant: string) => this.ask({ type: 'admit', participant });
  deny = (participant: string) => this.ask({ type: 'deny', participant });
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
    this.update({ visit: stateAfterJoin(joined, this.snapshot.visit) });
    this.call.joined(joined);
  }

  private onEvent(event: Event): void {
    if (!this.snapshot.visit) return;
    this.update({ visit: stateAfterEvent(this.snapshot.visit, event) });
    if (event.type === 'admitted' || event.type === 'renegotiate') this.call.offerAgain();
  }

  private onDevices(): void {
    const { state } = this.devices;
    const { audioTrack, videoTrack, audioMuted, videoMuted } = state;
    const before = this.snapshot.devices;
    if (audioTrack !== before.audioTrack || videoTrack !== before.videoTrack || this.snapshot.devices === state) {
      this.call.setTracks({ audio: audioTrack, video: videoTrack });
    }
    // Without a camera there is no picture: the others are told as if it were hidden.
    this.call.setMuted(audioMuted || !audioTrack, videoMuted || !videoTrack);
    this.update({ devices: state });
  }

  private update(fields: Partial<SessionSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...fields };
    for (const listener of [...this.listeners]) listener();
  }
}
