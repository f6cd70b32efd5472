// The one RTCPeerConnection of a visit. The offer has the microphone and the camera (sendonly) and
// then one pair of recvonly lines per slot, in the order that docs/signaling.md asks for; only this
// side offers. No DOM: the page attaches the streams.
//
//     prepare                joining                            admitted, renegotiate, restartIce
//   (none) -----> prepared -----------> negotiating -> settled ---------------------------> negotiating
//      |                                  ^  |    ^                                             |
//      '------- joined, not resumed ------'  v    | joined, resumed                             |
//                       socket lost:       incomplete <-----------------------------------------+
//
// Joining takes one round trip: the offer is made while the socket opens, and follows `join` at once.

import { ConnectionLost, RequestRefused } from '../protocol/signaling_connection';
import type { SignalingConnection } from '../protocol/signaling_connection';
import type { IceServer, ReplyJoined, RequestSlots } from '../protocol/messages';
import { PacketWatch, packetsReceived } from './call_quality';

export interface SlotStreams {
  audio: MediaStream;
  video: MediaStream;
}

export interface CallState {
  /** media: packets flow or may flow; interrupted: they stopped, it is being repaired */
  transport: 'idle' | 'connecting' | 'media' | 'interrupted';
  /** The gateway answered with live media lines: this person is in the visit. */
  active: boolean;
  slots: readonly SlotStreams[];
  /** The gateway refused the offer, in these words. */
  refused: string | null;
}

export type ShownSlot = RequestSlots['slots'][number];

export interface CallConfig {
  request: SignalingConnection['request'];
  onChange: () => void;
  /** Repair failed: a new session is needed. */
  onHopeless: () => void;
  createPeerConnection?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

interface Tracks {
  audio: MediaStreamTrack | null;
  video: MediaStreamTrack | null;
}

interface Peer {
  connection: RTCPeerConnection;
  microphone: RTCRtpTransceiver;
  camera: RTCRtpTransceiver;
  slotCount: number;
  /** Made ahead of time, for the first exchange. */
  prepared: Promise<RTCSessionDescriptionInit> | null;
}

type Ask = SignalingConnection['request'];

const SLOTS_MOST = 8;
const VIDEO_MAX_BPS = 1_200_000;
const WATCH_EVERY_MS = 250;
/** ICE calls short gaps "disconnected"; renegotiation does so too on iPads. */
const DISCONNECTED_GRACE_MS = 1500;
const RESTART_PAUSE_MS = 4000;
const HOPELESS_AFTER_MS = 15000;
const RETRY_OFFER_MS = 1500;

const WANTED_CODECS = /^(audio\/(opus|red)|video\/(VP8|H264|rtx))$/i;
/** Of H.264 the gateway takes constrained baseline in packetization mode 1, however it is spelled. */
const WANTED_H264 = /profile-level-id=(42[4-7c-f]|4d[89a-f]|58[c-f])0/i;

const isWanted = ({ mimeType, sdpFmtpLine = '' }: { mimeType: string; sdpFmtpLine?: string }): boolean =>
  WANTED_CODECS.test(mimeType) &&
  (!/h264/i.test(mimeType) || (/packetization-mode=1/.test(sdpFmtpLine) && WANTED_H264.test(sdpFmtpLine)));

/**
 * Leaves out what no gateway answers with: an offer of eight slots with every codec outgrows a 64 KiB message, and one of
 * more than 14 kB costs a round trip more, since TCP begins with ten segments.
 */
function keepOfferSmall(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  const capabilities = globalThis.RTCRtpReceiver?.getCapabilities?.(kind);
  const codecs = capabilities?.codecs.filter(isWanted) ?? [];
  if (codecs.length === 0) return;
  try {
    transceiver.setCodecPreferences?.(codecs);
  } catch {
    // Some versions of WebKit refuse a list of their own codecs; the gateway chooses anyway.
  }
}

const UNREAD_LINES = [
  /^a=(candidate:|end-of-candidates|ice-options:|rtcp:|rtcp-xr:|msid-semantic:)/,
  /^a=rtcp-fb:\S+ (goog-remb|rrtr|ccm tmmbr)/,
  /^a=extmap:\S+ (?!\S*(ssrc-audio-level|transport-wide-cc|sdes:mid|rtp-stream-id))/,
];

/** The offer without the lines that the gateway does not read: half of it. */
export const shortened = (sdp: string): string =>
  sdp
    .split('\r\n')
    .filter((line) => !UNREAD_LINES.some((unread) => unread.test(line)))
    .join('\r\n');

export class Call {
  state: CallState = { transport: 'idle', active: false, slots: [], refused: null };
  private readonly config: Required<CallConfig>;
  private peer: Peer | null = null;
  private tracks: Tracks = { audio: null, video: null };
  private muted = { audio: false, video: false };
  private shown: ShownSlot[] = [];
  private shownSent = '';
  private negotiating = false;
  /** The offer in flight went with a `join` whose reply has not come. */
  private offeredWithJoin = false;
  private joins = 0;
  private offerWanted = false;
  private restartWanted = false;
  private watchTimer: ReturnType<typeof setInterval> | null = null;
  private readonly watch = new PacketWatch();
  private disconnectedSince: number | null = null;
  private troubleSince: number | null = null;
  private lastRestart = -Infinity;

  constructor(config: CallConfig) {
    this.config = { createPeerConnection: (configuration) => new RTCPeerConnection(configuration), ...config };
  }

  /** Makes the PeerConnection and its offer while the socket opens. */
  prepare(): void {
    if (this.peer) return;
    const peer = this.build([], SLOTS_MOST);
    peer.prepared = this.makeOffer(peer, false);
    peer.prepared.catch(() => undefined); // whoever uses it hears of it
  }

  /** `join` was just sent, as if for the first time: the prepared offer follows it. */
  joining(ask: Ask): void {
    if (!this.peer?.prepared || this.negotiating) return;
    this.offeredWithJoin = true;
    this.offerWanted = true;
    void this.negotiate(ask);
  }

  /** After every join: goes on where it was, or starts anew when the gateway does not know the media. */
  joined(joined: ReplyJoined): void {
    const slotCount = Math.min(joined.visit.slots_max, SLOTS_MOST);
    const isUnderWay =
      this.offeredWithJoin && this.peer?.slotCount === slotCount && joined.ice_servers.length === 0;
    this.offeredWithJoin = false;
    if (!isUnderWay && (!joined.resumed || !this.peer)) {
      this.build(joined.ice_servers, slotCount);
      this.offerWanted = true;
    }
    this.joins++;
    // Let in while the conversation was cut: that message is gone, the state is not.
    if (joined.you.state !== 'waiting' && !this.state.active && !isUnderWay) this.offerWanted = true;
    if (this.offerWanted) void this.negotiate();
    else if (this.state.active) void this.tellEverything();
  }

  /** `admitted` or `renegotiate`: the same PeerConnection offers again. */
  offerAgain(): void {
    this.offerWanted = true;
    void this.negotiate();
  }

  /** The network changed, or packets stopped. */
  restartIce(): void {
    if (!this.peer || !this.state.active) return;
    this.lastRestart = performance.now();
    this.restartWanted = true;
    this.offerAgain();
  }

  setTracks(tracks: Tracks): void {
    this.tracks = tracks;
    if (!this.peer) return;
    void this.peer.microphone.sender.replaceTrack(tracks.audio).catch(() => undefined);
    void this.peer.camera.sender.replaceTrack(tracks.video).catch(() => undefined);
  }

  /** What the person muted; the tracks themselves are silenced by `Devices`. */
  setMuted(audio: boolean, video: boolean): void {
    if (audio === this.muted.audio && video === this.muted.video) return;
    this.muted = { audio, video };
    if (this.state.active) void this.tellMuted();
  }

  /** Which slots' video is on the screen, and how large. */
  setShown(shown: ShownSlot[]): void {
    this.shown = shown;
    if (this.state.active) void this.tellShown();
  }

  close(): void {
    if (this.watchTimer !== null) clearInterval(this.watchTimer);
    this.watchTimer = null;
    this.dropPeer();
    this.update({ transport: 'idle', active: false, slots: [] });
  }

  private build(iceServers: IceServer[], slotCount: number): Peer {
    this.dropPeer();
    const connection = this.config.createPeerConnection({
      iceServers,
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
    });
    const add = (kind: 'audio' | 'video', direction: 'sendonly' | 'recvonly') => {
      const transceiver = connection.addTransceiver(kind, { direction });
      keepOfferSmall(transceiver, kind);
      return transceiver;
    };
    const microphone = add('audio', 'sendonly');
    const camera = add('video', 'sendonly');
    const slots: SlotStreams[] = [];
    for (let slot = 0; slot < slotCount; slot++) {
      slots.push({
        audio: new MediaStream([add('audio', 'recvonly').receiver.track]),
        video: new MediaStream([add('video', 'recvonly').receiver.track]),
      });
    }
    const peer: Peer = { connection, microphone, camera, slotCount, prepared: null };
    this.peer = peer;
    this.setTracks(this.tracks);
    connection.onconnectionstatechange = () => this.onConnectionState(connection);
    connection.oniceconnectionstatechange = () => this.onIceState(connection);
    this.watch.reset();
    this.disconnectedSince = this.troubleSince = null;
    this.shownSent = '';
    this.update({ transport: 'connecting', active: false, slots, refused: null });
    this.watchTimer ??= setInterval(() => void this.observe(), WATCH_EVERY_MS);
    return peer;
  }

  private dropPeer(): void {
    if (!this.peer) return;
    const { connection } = this.peer;
    connection.onconnectionstatechange = connection.oniceconnectionstatechange = null;
    connection.close();
    this.peer = null;
    this.restartWanted = false;
  }

  /** One exchange at a time; what is asked for meanwhile follows as the next one. */
  private async negotiate(ask: Ask = this.config.request): Promise<void> {
    if (this.negotiating) return;
    this.negotiating = true;
    const joins = this.joins;
    let failure: unknown = null;
    try {
      for (; this.offerWanted && this.peer; ask = this.config.request) await this.negotiateOnce(this.peer, ask);
    } catch (error) {
      failure = error;
    }
    this.negotiating = this.offeredWithJoin = false;
    if (failure === null) return;
    // Lost with the old socket while a new one had already joined: go on there.
    if (failure instanceof ConnectionLost && this.joins !== joins) void this.negotiate();
    else this.onNegotiationError(failure);
  }

  private async makeOffer(peer: Peer, restart: boolean): Promise<RTCSessionDescriptionInit> {
    const offer = await peer.connection.createOffer({ iceRestart: restart });
    await peer.connection.setLocalDescription(offer);
    return offer;
  }

  private async negotiateOnce(peer: Peer, ask: Ask): Promise<void> {
    const restart = this.restartWanted;
    this.offerWanted = this.restartWanted = false;
    const { prepared } = peer;
    peer.prepared = null;
    try {
      const offer = await (restart || !prepared ? this.makeOffer(peer, restart) : prepared);
      const answer = await ask<'offer'>({
        type: 'offer',
        sdp: shortened(offer.sdp ?? ''),
        ...(restart ? { restart_ice: true } : {}),
      });
      if (this.peer !== peer) return;
      await peer.connection.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
      // Also while waiting: the slots stand, and being let in fills them at once.
      await this.config.request<'ready'>({ type: 'ready' });
      if (!answer.active) return this.update({ active: false });
      this.limitBitrate(peer);
      this.update({ active: true, refused: null });
      await this.tellEverything();
    } catch (error) {
      if (this.peer !== peer) return;
      // Nobody knows whether the offer arrived: it is made again when the conversation goes on.
      this.offerWanted = true;
      this.restartWanted ||= restart;
      throw error;
    }
  }

  private onNegotiationError(error: unknown): void {
    if (error instanceof ConnectionLost) return;
    if (error instanceof RequestRefused && error.code === 'bad_offer') {
      this.offerWanted = false;
      this.update({ refused: error.message });
      return;
    }
    if (error instanceof RequestRefused) {
      setTimeout(() => this.offerWanted && void this.negotiate(), RETRY_OFFER_MS);
      return;
    }
    // The browser itself refused a description: only a new PeerConnection gets past that.
    this.config.onHopeless();
  }

  private async tellEverything(): Promise<void> {
    this.shownSent = '';
    await Promise.all([this.tellMuted(), this.tellShown()]);
  }

  private async tellMuted(): Promise<void> {
    await this.config.request<'mute'>({ type: 'mute', ...this.muted }).catch(() => undefined);
  }

  private async tellShown(): Promise<void> {
    const text = JSON.stringify(this.shown);
    if (text === this.shownSent || this.shown.length === 0) return;
    this.shownSent = text;
    await this.config.request<'slots'>({ type: 'slots', slots: this.shown }).catch(() => {
      this.shownSent = '';
    });
  }

  private limitBitrate(peer: Peer): void {
    const { sender } = peer.camera;
    const parameters = sender.getParameters?.();
    const encoding = parameters?.encodings?.[0];
    if (!parameters || !encoding || encoding.maxBitrate === VIDEO_MAX_BPS) return;
    encoding.maxBitrate = VIDEO_MAX_BPS;
    void sender.setParameters(parameters).catch(() => undefined);
  }

  private onConnectionState(connection: RTCPeerConnection): void {
    if (connection.connectionState === 'connected') this.update({ transport: 'media' });
    else if (connection.connectionState === 'failed') this.repair(performance.now());
  }

  private onIceState(connection: RTCPeerConnection): void {
    const state = connection.iceConnectionState;
    this.disconnectedSince = state === 'disconnected' || state === 'failed' ? performance.now() : null;
  }

  /** Every quarter of a second: does media still arrive? */
  private async observe(): Promise<void> {
    const peer = this.peer;
    if (!peer || !this.state.active || this.state.transport === 'connecting') return;
    const stats = await peer.connection.getStats().catch(() => null);
    if (!stats || this.peer !== peer) return;
    const now = performance.now();
    const flow = this.watch.observe(now, packetsReceived([...(stats as Map<string, never>).values()]));
    const disconnected = this.disconnectedSince !== null && now - this.disconnectedSince > DISCONNECTED_GRACE_MS;
    if (flow === 'stopped' || disconnected) this.repair(now);
    else if (this.disconnectedSince === null) {
      this.troubleSince = null;
      this.update({ transport: 'media' });
    }
  }

  private repair(now: number): void {
    if (!this.state.active) return this.config.onHopeless();
    this.troubleSince ??= now;
    // A gap of a second or two repairs itself unseen; only then do words appear.
    if (now - this.troubleSince > DISCONNECTED_GRACE_MS) this.update({ transport: 'interrupted' });
    if (now - this.troubleSince > HOPELESS_AFTER_MS) {
      this.troubleSince = now;
      this.config.onHopeless();
    } else if (now - this.lastRestart > RESTART_PAUSE_MS) this.restartIce();
  }

  private update(fields: Partial<CallState>): void {
    const changed = (Object.keys(fields) as (keyof CallState)[]).some((key) => this.state[key] !== fields[key]);
    if (!changed) return;
    this.state = { ...this.state, ...fields };
    this.config.onChange();
  }
}
