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
import type { IceServer, MediaPath, ReplyJoined, RequestOffer, RequestSlots } from '../protocol/messages';
import { pack, unpack } from '../protocol/packed_text';
import { CameraLayers } from './camera_layers';
import type { CameraWish } from './camera_layers';
import { CallWatch } from './call_watch';
import type { Expected, Look } from './call_watch';
import { arrivalsOf } from './call_stats';
import type { SlotTracks, Stat } from './call_stats';
import { UplinkGuard } from './uplink_guard';
import { addLines, shortened } from './media_lines';
import { MicrophoneFrames } from './microphone_frames';
import type { MicrophoneWish } from './microphone_frames';
import type { Motion } from './slot_watch';
import { WayOut } from './way_out';
import type { Blocked } from './way_out';

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
  /** By slot: whether the picture that is expected there moves. */
  motions: readonly Motion[];
  path: MediaPath;
  /** What keeps media from flowing; null while it flows, and while nobody can know. */
  blocked: Blocked | null;
  /** The gateway refused the offer, in these words. */
  refused: string | null;
}

export type ShownSlot = RequestSlots['slots'][number];

export interface CallConfig {
  request: SignalingConnection['request'];
  onChange: () => void;
  /** Nothing comes any more: the conversation may be dead, too. */
  onSilence?: () => void;
  /** Repair failed: a new session is needed. */
  onHopeless: () => void;
  /** How many pictures the page rendered of a slot; null when it shows none. */
  renderedFrames?: (slot: number) => number | null;
  createPeerConnection?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

interface Tracks {
  audio: MediaStreamTrack | null;
  video: MediaStreamTrack | null;
}

/** An offer's text as it goes to the gateway. */
type OfferText = Pick<RequestOffer, 'sdp' | 'packed'>;

interface Peer {
  connection: RTCPeerConnection;
  microphone: RTCRtpTransceiver;
  camera: RTCRtpTransceiver;
  layers: CameraLayers;
  frames: MicrophoneFrames;
  /** The gateway's last one. */
  answer: string | null;
  slotCount: number;
  watch: CallWatch;
  guard: UplinkGuard;
  /** Made ahead of time, for the first exchange. */
  prepared: Promise<OfferText> | null;
  /** With credentials that end; renewed with every join. */
  iceServers: IceServer[];
}

type Ask = SignalingConnection['request'];

const NOTHING: Tracks = { audio: null, video: null };

const SLOTS_MOST = 8;
const WATCH_EVERY_MS = 250;
const GUARD_EVERY_MS = 100;
/** ICE calls short gaps "disconnected"; renegotiation does so too on iPads. */
const DISCONNECTED_GRACE_MS = 1500;
/** After so long without a packet the page says that it reconnects. */
const RECONNECTING_AFTER_MS = 1500;
const POLICIES = { bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' } as const;
const RESTART_PAUSE_MS = 4000;
/** A restart that just began answers a notice of silence, too. */
const RESTART_UNDER_WAY_MS = 2000;
const HOPELESS_AFTER_MS = 15000;
const RETRY_OFFER_MS = 1500;

/** Which tracks the counters of a slot belong to; the MIDs are known after the first offer. */
const tracksOf =
  ({ audio, video }: { audio: RTCRtpTransceiver; video: RTCRtpTransceiver }) =>
  (): SlotTracks => ({
    audio: { id: audio.receiver.track.id, mid: audio.mid },
    video: { id: video.receiver.track.id, mid: video.mid },
  });

export class Call {
  state: CallState = { transport: 'idle', active: false, slots: [], motions: [], path: 'unknown', blocked: null, refused: null };
  private readonly ways = new WayOut();
  private readonly config: Required<CallConfig>;
  private peer: Peer | null = null;
  private tracks: Tracks = { audio: null, video: null };
  private out = false;
  private muted = { audio: false, video: false };
  private shown: ShownSlot[] = [];
  private shownSent = '';
  private expected: readonly Expected[] = [];
  private negotiating = false;
  /** The offer in flight went with a `join` whose reply has not come. */
  private offeredWithJoin = false;
  private joins = 0;
  private offerWanted = false;
  private restartWanted = false;
  private framesWanted = false;
  private timers: ReturnType<typeof setInterval>[] = [];
  private looking = false;
  private guarding = false;
  private disconnectedSince: number | null = null;
  private troubleSince: number | null = null;
  private lastRestart = -Infinity;

  constructor(config: CallConfig) {
    this.config = {
      createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
      onSilence: () => undefined,
      renderedFrames: () => null,
      ...config,
    };
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
    const isUnderWay = this.offeredWithJoin && this.peer?.slotCount === slotCount;
    this.offeredWithJoin = false;
    if (!isUnderWay && (!joined.resumed || !this.peer)) {
      this.build(joined.ice_servers, slotCount);
      this.offerWanted = true;
    }
    if (this.peer) this.peer.iceServers = joined.ice_servers;
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

  /** The network changed, or packets stopped. The old way stays in use until the new one works. */
  restartIce(): void {
    if (!this.peer || !this.ways.isAnswered()) return;
    this.lastRestart = performance.now();
    this.restartWanted = true;
    this.offerAgain();
  }

  /** The gateway hears nothing of this side. */
  onSilence(): void {
    if (performance.now() - this.lastRestart > RESTART_UNDER_WAY_MS) this.restartIce();
  }

  /** The gateway says what of the camera somebody needs. */
  setCamera(wish: CameraWish): void {
    this.peer?.layers.apply(wish);
  }

  /** The gateway says how the microphone is to be sent. */
  setMicrophone(wish: MicrophoneWish): void {
    this.peer?.frames.apply(wish);
  }

  /** By slot: what should move and sound now. */
  setExpected(expected: readonly Expected[]): void {
    this.expected = expected;
  }

  setTracks(tracks: Tracks): void {
    this.tracks = tracks;
    if (!this.peer) return;
    const { audio, video } = this.out ? NOTHING : tracks;
    void this.peer.microphone.sender.replaceTrack(audio).catch(() => undefined);
    void this.peer.camera.sender.replaceTrack(video).catch(() => undefined);
  }

  /** Sent out, or in the calm room: nothing leaves this device, and nothing is missed. */
  setOut(out: boolean): void {
    if (out === this.out) return;
    this.out = out;
    this.peer?.watch.beginAgain();
    this.troubleSince = null;
    this.setTracks(this.tracks);
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
    this.timers.forEach(clearInterval);
    this.timers = [];
    this.dropPeer();
    this.update({ transport: 'idle', active: false, slots: [] });
  }

  private build(iceServers: IceServer[], slotCount: number): Peer {
    this.dropPeer();
    const connection = this.config.createPeerConnection({ ...POLICIES, iceServers });
    const { microphone, camera, slots } = addLines(connection, slotCount);
    const peer: Peer = {
      connection,
      microphone,
      camera,
      layers: new CameraLayers(camera.sender),
      frames: new MicrophoneFrames(microphone.sender, () => this.takeAnswerAgain()),
      answer: null,
      slotCount,
      guard: new UplinkGuard(),
      watch: new CallWatch(slots.map(tracksOf), this.config.renderedFrames),
      prepared: null,
      iceServers,
    };
    this.peer = peer;
    this.ways.begin();
    this.setTracks(this.tracks);
    connection.onconnectionstatechange = () => this.onConnectionState(connection);
    connection.oniceconnectionstatechange = () => this.onIceState(connection);
    connection.onicecandidateerror = (event) => this.ways.relayFailed(event.errorCode);
    this.disconnectedSince = this.troubleSince = null;
    this.shownSent = '';
    const streams = slots.map(({ audio, video }) => ({
      audio: new MediaStream([audio.receiver.track]),
      video: new MediaStream([video.receiver.track]),
    }));
    this.update({ transport: 'connecting', active: false, slots: streams, motions: [], path: 'unknown', refused: null });
    if (this.timers.length === 0) {
      this.timers = [setInterval(() => void this.observe(), WATCH_EVERY_MS), setInterval(() => void this.guardUplink(), GUARD_EVERY_MS)];
    }
    return peer;
  }

  private dropPeer(): void {
    if (!this.peer) return;
    const { connection, layers, frames } = this.peer;
    layers.close();
    frames.close();
    connection.onconnectionstatechange = connection.oniceconnectionstatechange = connection.onicecandidateerror = null;
    connection.close();
    this.peer = null;
    this.restartWanted = this.framesWanted = false;
  }

  /** One exchange at a time; what is asked for meanwhile follows as the next one. */
  private async negotiate(ask: Ask = this.config.request): Promise<void> {
    if (this.negotiating) return;
    this.negotiating = true;
    const joins = this.joins;
    let failure: unknown = null;
    try {
      for (; this.peer && (this.offerWanted || this.framesWanted); ask = this.config.request) {
        if (this.offerWanted) await this.negotiateOnce(this.peer, ask);
        else await this.retakeAnswer(this.peer);
      }
    } catch (error) {
      failure = error;
    }
    this.negotiating = this.offeredWithJoin = false;
    if (failure === null) return;
    // Lost with the old socket while a new one had already joined: go on there.
    if (failure instanceof ConnectionLost && this.joins !== joins) void this.negotiate();
    else this.onNegotiationError(failure);
  }

  private async makeOffer(peer: Peer, restart: boolean): Promise<OfferText> {
    // The relays count from the next gathering on: who gets through without never waited for them.
    if (restart) peer.connection.setConfiguration({ ...POLICIES, iceServers: peer.iceServers });
    const offer = await peer.connection.createOffer({ iceRestart: restart });
    await peer.connection.setLocalDescription(offer);
    const sdp = shortened(offer.sdp ?? '');
    const packed = await pack(sdp);
    return packed ? { sdp: packed, packed: true } : { sdp };
  }

  private async negotiateOnce(peer: Peer, ask: Ask): Promise<void> {
    const restart = this.restartWanted;
    this.offerWanted = this.restartWanted = false;
    const { prepared } = peer;
    peer.prepared = null;
    try {
      const offer = await (restart || !prepared ? this.makeOffer(peer, restart) : prepared);
      const answer = await ask<'offer'>({ type: 'offer', ...offer, ...(restart ? { restart_ice: true } : {}) });
      const sdp = answer.packed ? await unpack(answer.sdp) : answer.sdp;
      if (this.peer !== peer) return;
      this.framesWanted = false;
      peer.answer = sdp;
      await peer.connection.setRemoteDescription({ type: 'answer', sdp: peer.frames.into(sdp) });
      peer.layers.again();
      this.ways.answered(performance.now());
      // Also while waiting: the slots stand, and being let in fills them at once.
      await this.config.request<'ready'>({ type: 'ready' });
      if (!answer.active) return this.update({ active: false });
      peer.layers.answered();
      peer.frames.answered();
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

  private takeAnswerAgain(): void {
    this.framesWanted = true;
    void this.negotiate();
  }

  /** Nothing is asked of the gateway: only what its answer says of frames is put otherwise. */
  private async retakeAnswer(peer: Peer): Promise<void> {
    this.framesWanted = false;
    const { connection, answer, frames } = peer;
    if (answer === null) return;
    try {
      await connection.setLocalDescription(await connection.createOffer());
      await connection.setRemoteDescription({ type: 'answer', sdp: frames.into(answer) });
      peer.layers.again();
    } catch {
      // Frames stay as they were: a thin link carries more headers than it need.
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

  private onConnectionState(connection: RTCPeerConnection): void {
    if (connection.connectionState === 'connected') this.flows();
    else if (connection.connectionState === 'failed') this.repair(performance.now(), 0);
  }

  private onIceState(connection: RTCPeerConnection): void {
    const state = connection.iceConnectionState;
    this.disconnectedSince = state === 'disconnected' || state === 'failed' ? performance.now() : null;
  }

  /** Every quarter of a second: does media still arrive? */
  private async observe(): Promise<void> {
    const peer = this.peer;
    if (!peer || this.looking) return;
    // Also while waiting: whoever is let in is there at once.
    if (this.state.transport === 'connecting') return this.search(peer, performance.now());
    if (!this.state.active || this.out) return;
    this.looking = true;
    const stats = await peer.connection.getStats().catch(() => null);
    this.looking = false;
    if (!stats || this.peer !== peer || this.out) return;
    const now = performance.now();
    const look = peer.watch.look(now, (stats as unknown as Map<string, Stat>).values(), this.expected);
    this.follow(look, now);
    const figures = peer.watch.takeFigures(now);
    if (figures) void this.config.request<'figures'>({ type: 'figures', ...figures }).catch(() => undefined);
  }

  /** Ten times a second, while a camera is sent: would it fill a link that just got thin? */
  private async guardUplink(): Promise<void> {
    const peer = this.peer;
    const sends = this.state.active && !this.out && !this.muted.video && this.tracks.video !== null;
    if (!peer || this.guarding || !sends || this.state.transport !== 'media') return;
    this.guarding = true;
    const stats = await peer.connection.getStats().catch(() => null);
    this.guarding = false;
    if (!stats || this.peer !== peer) return;
    peer.layers.setNarrow(peer.guard.observe(arrivalsOf([...(stats as unknown as Map<string, Stat>).values()])));
  }

  private search(peer: Peer, now: number): void {
    this.update({ blocked: this.ways.blocked(now) });
    if (this.ways.credentialsAreDue(now)) this.config.onHopeless();
    else if (peer.iceServers.length > 0 && this.ways.relaysAreDue(now, this.lastRestart)) this.restartIce();
  }

  private flows(): void {
    this.ways.found();
    this.update({ transport: 'media', blocked: null });
  }

  private follow(look: Look, now: number): void {
    const same = look.motions.join() === this.state.motions.join();
    this.update({ path: look.path, motions: same ? this.state.motions : look.motions });
    const disconnected = this.disconnectedSince !== null && now - this.disconnectedSince > DISCONNECTED_GRACE_MS;
    if (look.flow === 'stopped' || disconnected) this.repair(now, look.silentMs);
    else if (this.disconnectedSince === null) {
      this.troubleSince = null;
      this.flows();
    }
    for (const { slot, media, remedy } of look.wishes) {
      if (remedy === 'repair') void this.config.request<'repair'>({ type: 'repair', slot, media }).catch(() => undefined);
      else if (remedy === 'renegotiate') this.offerAgain();
      else this.restartIce();
    }
  }

  private repair(now: number, silentMs: number): void {
    if (!this.state.active) return this.config.onHopeless();
    this.troubleSince ??= now - silentMs;
    // A gap of a second repairs itself unseen; only then do words appear.
    if (now - this.troubleSince >= RECONNECTING_AFTER_MS) this.update({ transport: 'interrupted', blocked: this.ways.blocked(now) });
    if (now - this.troubleSince > HOPELESS_AFTER_MS) {
      this.troubleSince = now;
      this.config.onHopeless();
    } else if (now - this.lastRestart > RESTART_PAUSE_MS) {
      this.restartIce();
      this.config.onSilence();
    }
  }

  private update(fields: Partial<CallState>): void {
    const changed = (Object.keys(fields) as (keyof CallState)[]).some((key) => this.state[key] !== fields[key]);
    if (!changed) return;
    this.state = { ...this.state, ...fields };
    this.config.onChange();
  }
}
