import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ConnectionLost, RequestRefused } from '../protocol/signaling_connection';
import { Call } from './call';
import { shortened } from './media_lines';
import { joinedReply, me } from './fixtures';

const browser = vi.hoisted(() => ({ packs: false }));
vi.mock('../protocol/packed_text', () => ({
  pack: (text: string) => Promise.resolve(browser.packs ? `packed ${text}` : null),
  unpack: (text: string) => Promise.resolve(text.replace('packed ', '')),
}));

interface FakeTransceiver {
  kind: string;
  direction: string;
  sender: { replaceTrack: (track: unknown) => Promise<void>; track: unknown; getParameters: () => unknown };
  receiver: { track: { kind: string; id: string } };
  codecs: RTCRtpCodec[];
  setCodecPreferences: (codecs: RTCRtpCodec[]) => void;
}

class FakePeerConnection {
  static made: FakePeerConnection[] = [];
  transceivers: FakeTransceiver[] = [];
  offers: (RTCOfferOptions | undefined)[] = [];
  answers: string[] = [];
  closed = false;
  connectionState = 'new';
  iceConnectionState = 'new';
  packets = 0;
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  onicecandidateerror: ((event: { errorCode: number }) => void) | null = null;
  configurations: RTCConfiguration[] = [];
  constructor() {
    FakePeerConnection.made.push(this);
  }
  setConfiguration(configuration: RTCConfiguration) {
    this.configurations.push(configuration);
  }
  addTransceiver(kind: string, { direction }: { direction: string }) {
    const sender = {
      track: null as unknown,
      replaceTrack: (track: unknown) => {
        sender.track = track;
        return Promise.resolve();
      },
      getParameters: () => ({ encodings: [] }),
    };
    const transceiver: FakeTransceiver = {
      kind,
      direction,
      sender,
      receiver: { track: { kind, id: `${kind}-${Math.floor((this.transceivers.length - 2) / 2)}` } },
      codecs: [],
      setCodecPreferences: (codecs) => void (transceiver.codecs = codecs),
    };
    this.transceivers.push(transceiver);
    return transceiver;
  }
  createOffer(options?: RTCOfferOptions) {
    this.offers.push(options);
    return Promise.resolve({ type: 'offer', sdp: `offer-${this.offers.length}` });
  }
  setLocalDescription() {
    return Promise.resolve();
  }
  setRemoteDescription({ sdp }: { sdp: string }) {
    this.answers.push(sdp);
    return Promise.resolve();
  }
  frames = 0;
  getStats() {
    const stats = [
      { type: 'transport', packetsReceived: this.packets },
      { type: 'inbound-rtp', kind: 'video', trackIdentifier: 'video-0', framesDecoded: this.frames, frameHeight: 270 },
    ];
    return Promise.resolve(new Map(stats.map((one, index) => [String(index), one])));
  }
  close() {
    this.closed = true;
  }
  connect() {
    this.connectionState = 'connected';
    this.onconnectionstatechange?.();
  }
}

type Sent = { type: string; [field: string]: unknown };

let sent: Sent[];
let answers: (body: Sent) => Promise<unknown>;
let hopeless: number;
let silences: number;
let call: Call;

const active = (value: boolean) => (body: Sent) =>
  Promise.resolve(body.type === 'offer' ? { type: 'answer', sdp: `answer to ${String(body.sdp)}`, active: value } : { type: 'ok' });

const types = () => sent.map((one) => one.type);
const peer = () => FakePeerConnection.made[FakePeerConnection.made.length - 1] as FakePeerConnection;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('MediaStream', class { constructor(readonly tracks: unknown[]) {} });
  FakePeerConnection.made = [];
  browser.packs = false;
  sent = [];
  hopeless = 0;
  silences = 0;
  answers = active(true);
  call = new Call({
    request: ((body: Sent) => {
      sent.push(body);
      return answers(body);
    }) as never,
    onChange: () => undefined,
    onSilence: () => void silences++,
    onHopeless: () => void hopeless++,
    createPeerConnection: () => new FakePeerConnection() as unknown as RTCPeerConnection,
  });
  return () => {
    call.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

describe('the one offer', () => {
  test('microphone, camera, then a pair of lines per slot, in order', async () => {
    call.joined(joinedReply());
    await settle();
    expect(peer().transceivers.map((one) => `${one.kind} ${one.direction}`)).toEqual([
      'audio sendonly',
      'video sendonly',
      ...['audio recvonly', 'video recvonly'],
      ...['audio recvonly', 'video recvonly'],
      ...['audio recvonly', 'video recvonly'],
    ]);
    expect(call.state.slots).toHaveLength(3);
  });

  test('offer, answer, ready, then what is muted', async () => {
    call.joined(joinedReply());
    await settle();
    expect(types()).toEqual(['offer', 'ready', 'mute']);
    expect(peer().answers).toEqual(['answer to offer-1']);
    expect(call.state.active).toBe(true);
  });

  test('who waits has slots that are ready; admitted, the same PeerConnection offers again', async () => {
    answers = active(false);
    call.joined(joinedReply({ you: { ...me, state: 'waiting' } }));
    await settle();
    expect(types()).toEqual(['offer', 'ready']);
    expect(call.state.active).toBe(false);
    answers = active(true);
    call.offerAgain();
    await settle();
    expect(FakePeerConnection.made).toHaveLength(1);
    expect(types()).toEqual(['offer', 'ready', 'offer', 'ready', 'mute']);
  });

  test('two wishes at once are two exchanges, one after the other', async () => {
    let answer: (value: unknown) => void = () => undefined;
    answers = (body) => (body.type === 'offer' && sent.length === 1 ? new Promise((resolve) => (answer = resolve)) : active(true)(body));
    call.joined(joinedReply());
    await settle();
    call.offerAgain();
    call.offerAgain();
    await settle();
    expect(types()).toEqual(['offer']);
    answer({ type: 'answer', sdp: 'a', active: true });
    await settle();
    expect(types()).toEqual(['offer', 'ready', 'mute', 'offer', 'ready', 'mute']);
  });

  test('goes packed where the browser can, and so comes the answer', async () => {
    browser.packs = true;
    answers = (body) => Promise.resolve(body.type === 'offer' ? { type: 'answer', sdp: 'packed answer', packed: true, active: true } : { type: 'ok' });
    call.joined(joinedReply());
    await settle();
    expect(sent[0]).toEqual({ type: 'offer', sdp: 'packed offer-1', packed: true });
    expect(peer().answers).toEqual(['answer']);
  });

  const SOUND = 'm=audio 9 X 111\r\n';
  const withFrames = (ms: number) => `${SOUND}a=ptime:${ms}\r\n`;

  test('other frames are put into the answer that is in use, and the gateway is asked nothing', async () => {
    answers = (body) => Promise.resolve(body.type === 'offer' ? { type: 'answer', sdp: SOUND, active: true } : { type: 'ok' });
    call.joined(joinedReply());
    await settle();
    const asked = sent.length;
    call.setMicrophone({ max_bitrate: 16_000, frame_ms: 60 });
    await settle();
    expect(peer().offers).toHaveLength(2);
    expect(peer().answers).toEqual([withFrames(40), withFrames(60)]);
    expect(sent).toHaveLength(asked);
    // The next exchange keeps them, and what changes nothing does nothing.
    call.setMicrophone({ max_bitrate: 20_000, frame_ms: 60 });
    call.offerAgain();
    await settle();
    expect(peer().answers.slice(2)).toEqual([withFrames(60)]);
  });

  test('other frames wait for an exchange that is under way, and go with it', async () => {
    let answer: (value: unknown) => void = () => undefined;
    answers = (body) => (body.type === 'offer' ? new Promise((resolve) => (answer = resolve)) : active(true)(body));
    call.joined(joinedReply());
    await settle();
    call.setMicrophone({ max_bitrate: 16_000, frame_ms: 60 });
    await settle();
    expect(peer().answers).toEqual([]);
    answer({ type: 'answer', sdp: SOUND, active: true });
    await settle();
    expect(peer().offers).toHaveLength(1);
    expect(peer().answers).toEqual([withFrames(60)]);
  });

  test('what an answer turns on of the camera is turned off again', async () => {
    answers = (body) => Promise.resolve(body.type === 'offer' ? { type: 'answer', sdp: SOUND, active: true } : { type: 'ok' });
    call.joined(joinedReply());
    await settle();
    const layers = ['q', 'h', 'f'];
    const camera = peer().transceivers.find(({ kind }) => kind === 'video')!.sender as unknown as RTCRtpSender;
    let encodings: RTCRtpEncodingParameters[] = layers.map((rid) => ({ rid, active: true }));
    camera.getParameters = () => ({ encodings }) as RTCRtpSendParameters;
    camera.setParameters = (parameters) => Promise.resolve(void ({ encodings } = parameters));
    const allOn = peer().setRemoteDescription.bind(peer());
    peer().setRemoteDescription = (answer) => {
      encodings = encodings.map((one) => ({ ...one, active: true }));
      return allOn(answer);
    };
    const isActive = () => encodings.map(({ active }) => active);
    call.setCamera({ layers: layers.map((rid) => ({ rid, active: rid === 'q', max_bitrate: 0, max_framerate: 0, scale: 1 })) });
    await settle();
    expect(isActive()).toEqual([true, false, false]);
    call.setMicrophone({ max_bitrate: 16_000, frame_ms: 60 });
    await settle();
    expect(peer().answers).toHaveLength(2);
    expect(isActive()).toEqual([true, false, false]);
    // Nor does a whole exchange wait with that for the gateway.
    answers = (body) => (body.type === 'offer' ? Promise.resolve({ type: 'answer', sdp: SOUND, active: true }) : new Promise(() => undefined));
    call.offerAgain();
    await settle();
    expect(peer().answers).toHaveLength(3);
    expect(isActive()).toEqual([true, false, false]);
  });

  test('a browser that does not take them goes on as it was', async () => {
    call.joined(joinedReply());
    await settle();
    peer().setRemoteDescription = () => Promise.reject(new Error('no'));
    call.setMicrophone({ max_bitrate: 0, frame_ms: 20 });
    await settle();
    expect(hopeless).toBe(0);
    expect(call.state.active).toBe(true);
  });

  test('a refused offer is told in the words of the gateway', async () => {
    answers = () => Promise.reject(new RequestRefused({ type: 'error', code: 'bad_offer', message: 'no audio line' }));
    call.joined(joinedReply());
    await settle();
    expect(call.state.refused).toBe('no audio line');
    expect(types()).toEqual(['offer']);
  });
});

test('only codecs that the gateway takes are offered', async () => {
  const h264 = (mode: number, profile: string) => ({
    mimeType: 'video/H264',
    sdpFmtpLine: `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
  });
  const video = [{ mimeType: 'video/VP8' }, { mimeType: 'video/rtx' }, h264(1, '42e01f'), h264(1, '4de01f')];
  const others = [{ mimeType: 'video/VP9' }, { mimeType: 'video/AV1' }, h264(0, '42e01f'), h264(1, '42001f'), h264(1, '64001f')];
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs: [...others, ...video] }) });
  call.joined(joinedReply());
  await settle();
  expect(peer().transceivers[1]?.codecs).toEqual(video);
});

test('the offer that is sent has only the lines that the gateway reads', () => {
  const read = [
    'v=0',
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
    'a=mid:1',
    'a=sendonly',
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
    'a=rtcp-fb:96 nack pli',
    'a=rtcp-fb:96 transport-cc',
    'a=ssrc:1 cname:x',
    '',
  ];
  const unread = [
    'a=candidate:1 1 udp 2122 192.0.2.2 59190 typ host',
    'a=ice-options:trickle',
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=extmap:2/sendonly http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'a=extmap:13 urn:3gpp:video-orientation',
    'a=rtcp-fb:96 goog-remb',
  ];
  expect(shortened([...read.slice(0, 4), ...unread, ...read.slice(4)].join('\r\n'))).toBe(read.join('\r\n'));
});

test('what all lines repeat is said once, for the session', () => {
  const section = (mid: number, more: string[]) => [`m=audio 9 UDP/TLS/RTP/SAVPF 111`, 'a=ice-ufrag:abcd', 'a=fingerprint:sha-256 00', ...more, `a=mid:${mid}`];
  const offer = ['v=0', ...section(0, ['a=setup:actpass']), ...section(1, ['a=setup:passive']), ''].join('\r\n');
  expect(shortened(offer).split('\r\n')).toEqual([
    ...['v=0', 'a=ice-ufrag:abcd', 'a=fingerprint:sha-256 00'],
    ...['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=setup:actpass', 'a=mid:0'],
    ...['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=setup:passive', 'a=mid:1', ''],
  ]);
});

describe('one round trip', () => {
  const ask = ((body: Sent) => {
    sent.push({ ...body, with: 'join' });
    return answers(body);
  }) as never;

  test('the offer is made before the socket opens, and follows the join', async () => {
    call.prepare();
    await settle();
    expect(peer().offers).toHaveLength(1);
    expect(sent).toEqual([]);

    let answer = (_: unknown) => undefined as void;
    answers = (body) => (body.type === 'offer' ? new Promise((resolve) => (answer = resolve)) : active(true)(body));
    call.joining(ask);
    await settle();
    expect(sent).toEqual([{ type: 'offer', sdp: 'offer-1', with: 'join' }]);
    call.joined(joinedReply({ visit: { ...joinedReply().visit, slots_max: 8 } }));
    answer({ type: 'answer', sdp: 'the answer', active: true });
    await settle();
    expect(FakePeerConnection.made).toHaveLength(1);
    expect(peer().answers).toEqual(['the answer']);
    expect(types().slice(0, 2)).toEqual(['offer', 'ready']);
    expect(types().filter((type) => type === 'offer')).toHaveLength(1);
    expect(call.state.active).toBe(true);
  });

  test('a visit with fewer slots gets a PeerConnection of its own', async () => {
    answers = () => Promise.reject(new RequestRefused({ type: 'error', reply_to: 2, code: 'bad_offer', message: 'no' }));
    call.prepare();
    call.joining(ask);
    answers = active(true);
    call.joined(joinedReply({ visit: { ...joinedReply().visit, slots_max: 3 } }));
    await settle();
    expect(FakePeerConnection.made).toHaveLength(2);
    expect(peer().answers).toEqual(['answer to offer-1']);
    expect(call.state).toMatchObject({ active: true, refused: null });
  });

  test('relays cost the join nothing, and are tried when no other way was found in two seconds', async () => {
    const relays = [{ urls: ['turn:relay'], username: '1:p', credential: 'c' }];
    call.prepare();
    answers = active(true);
    call.joining(ask);
    call.joined(joinedReply({ visit: { ...joinedReply().visit, slots_max: 8 }, ice_servers: relays }));
    await settle();
    expect(FakePeerConnection.made).toHaveLength(1);
    expect(peer().offers).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1900);
    expect(peer().offers).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(peer().offers).toHaveLength(2);
    expect(peer().offers[1]).toEqual({ iceRestart: true });
    expect(peer().configurations).toMatchObject([{ iceServers: relays, bundlePolicy: 'max-bundle' }]);
    await vi.advanceTimersByTimeAsync(5000); // it is under way
    expect(peer().offers).toHaveLength(2);
  });

  test('a relay that refuses is told, and new credentials are asked for', async () => {
    call.joined(joinedReply({ ice_servers: [{ urls: ['turn:relay'], username: '1:p', credential: 'c' }] }));
    await settle();
    await vi.advanceTimersByTimeAsync(2500);
    peer().onicecandidateerror?.({ errorCode: 401 });
    await vi.advanceTimersByTimeAsync(300);
    expect(call.state).toMatchObject({ transport: 'connecting', blocked: 'relay_refused' });
    expect(hopeless).toBe(1);
    peer().connect();
    expect(call.state).toMatchObject({ transport: 'media', blocked: null });
  });

  test('also who waits is told of a network that lets nothing through', async () => {
    answers = active(false);
    call.joined(joinedReply({ you: { ...me, state: 'waiting' }, ice_servers: [{ urls: ['turn:relay'] }] }));
    await settle();
    await vi.advanceTimersByTimeAsync(2500);
    expect(peer().offers).toEqual([{ iceRestart: false }, { iceRestart: true }]);
    expect(call.state.blocked).toBeNull();
    await vi.advanceTimersByTimeAsync(6000);
    expect(call.state.blocked).toBe('no_way');
  });

  test('whoever gets through directly never asks a relay', async () => {
    call.prepare();
    answers = active(true);
    call.joining(ask);
    call.joined(joinedReply({ visit: { ...joinedReply().visit, slots_max: 8 }, ice_servers: [{ urls: ['turn:relay'] }] }));
    await settle();
    peer().connectionState = 'connected';
    peer().onconnectionstatechange?.();
    peer().packets = 1;
    for (let i = 0; i < 12; i++) {
      peer().packets++;
      await vi.advanceTimersByTimeAsync(250);
    }
    expect(peer().offers).toHaveLength(1);
    expect(peer().configurations).toEqual([]);
  });

  test('an offer that was lost with the socket is made again', async () => {
    call.prepare();
    answers = () => Promise.reject(new ConnectionLost());
    call.joining(ask);
    await settle();
    answers = active(true);
    call.joining(ask);
    call.joined(joinedReply({ visit: { ...joinedReply().visit, slots_max: 8 } }));
    await settle();
    expect(call.state.active).toBe(true);
  });
});

describe('coming back', () => {
  test('resumed: the media goes on, nothing is offered', async () => {
    call.joined(joinedReply());
    await settle();
    call.joined(joinedReply({ resumed: true }));
    await settle();
    expect(FakePeerConnection.made).toHaveLength(1);
    expect(types().filter((one) => one === 'offer')).toHaveLength(1);
  });

  test('not resumed: a new PeerConnection with the same tracks', async () => {
    const microphone = { kind: 'audio' } as MediaStreamTrack;
    call.setTracks({ audio: microphone, video: null });
    call.joined(joinedReply());
    await settle();
    call.joined(joinedReply({ session: 'session-2' }));
    await settle();
    expect(FakePeerConnection.made).toHaveLength(2);
    expect(FakePeerConnection.made[0]?.closed).toBe(true);
    expect(peer().transceivers[0]?.sender.track).toBe(microphone);
  });

  test('an offer lost with the socket is made again after the next join', async () => {
    answers = () => Promise.reject(new ConnectionLost());
    call.joined(joinedReply());
    await settle();
    answers = active(true);
    call.joined(joinedReply({ resumed: true }));
    await settle();
    expect(types()).toEqual(['offer', 'offer', 'ready', 'mute']);
  });

  test('also when the next join came before the loss was noticed', async () => {
    let lose: (error: Error) => void = () => undefined;
    answers = (body) => (sent.length === 1 ? new Promise((_, reject) => (lose = reject)) : active(true)(body));
    call.joined(joinedReply());
    await settle();
    lose(new ConnectionLost());
    call.joined(joinedReply({ resumed: true }));
    await settle();
    expect(call.state.active).toBe(true);
  });

  test('admitted while the conversation was cut: the offer follows the join', async () => {
    answers = active(false);
    call.joined(joinedReply({ you: { ...me, state: 'waiting' } }));
    await settle();
    answers = active(true);
    call.joined(joinedReply({ resumed: true }));
    await settle();
    expect(call.state.active).toBe(true);
  });
});

describe('what the gateway is told', () => {
  test('muting, at once and only when it changed', async () => {
    call.joined(joinedReply());
    await settle();
    call.setMuted(true, false);
    call.setMuted(true, false);
    await settle();
    expect(sent.filter((one) => one.type === 'mute')).toEqual([
      { type: 'mute', audio: false, video: false },
      { type: 'mute', audio: true, video: false },
    ]);
  });

  test('which pictures are shown: after "ready", and the same list once', async () => {
    call.setShown([{ slot: 0, video: true, width: 320, height: 240 }, { slot: 1, video: false }]);
    expect(sent).toEqual([]);
    call.joined(joinedReply());
    await settle();
    call.setShown([{ slot: 0, video: true, width: 320, height: 240 }, { slot: 1, video: false }]);
    await settle();
    expect(types()).toEqual(['offer', 'ready', 'mute', 'slots']);
  });
});

describe('repair', () => {
  async function flowing() {
    call.joined(joinedReply());
    await settle();
    peer().connect();
    for (let tick = 0; tick < 10; tick++) {
      peer().packets += 15;
      await vi.advanceTimersByTimeAsync(250);
    }
  }
  const restarts = () => sent.filter((one) => one.restart_ice).length;

  test('packets that keep coming need none', async () => {
    await flowing();
    expect(restarts()).toBe(0);
    expect(call.state.transport).toBe('media');
  });

  test('half a second to a second after packets stopped, ICE restarts on the same PeerConnection', async () => {
    await flowing();
    await vi.advanceTimersByTimeAsync(1000);
    expect(restarts()).toBe(1);
    expect(peer().offers.pop()).toEqual({ iceRestart: true });
    expect(FakePeerConnection.made).toHaveLength(1);
  });

  test('the restart begins within 750 ms, and the conversation is looked after at once', async () => {
    await flowing();
    await vi.advanceTimersByTimeAsync(499);
    expect(restarts()).toBe(0);
    await vi.advanceTimersByTimeAsync(251);
    expect(restarts()).toBe(1);
    expect(silences).toBe(1);
  });

  test('a notice of silence restarts at once, unless a restart is under way', async () => {
    await flowing();
    call.onSilence();
    await settle();
    expect(restarts()).toBe(1);
    call.onSilence();
    await settle();
    expect(restarts()).toBe(1);
  });

  test('words appear when it lasts for a second and a half, and go when packets come', async () => {
    await flowing();
    await vi.advanceTimersByTimeAsync(1249);
    expect(call.state.transport).toBe('media');
    await vi.advanceTimersByTimeAsync(501);
    expect(call.state.transport).toBe('interrupted');
    for (let tick = 0; tick < 4; tick++) {
      peer().packets += 15;
      await vi.advanceTimersByTimeAsync(250);
    }
    expect(call.state.transport).toBe('media');
  });

  test('after a quarter of a minute it asks for a new session', async () => {
    await flowing();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(hopeless).toBeGreaterThan(0);
    expect(restarts()).toBeLessThan(6);
  });
});

describe('watching', () => {
  async function watched(expected: { picture: boolean; sound: boolean }, seconds: number, framesPerTick: number) {
    call.joined(joinedReply());
    await settle();
    peer().connect();
    call.setExpected([expected]);
    for (let tick = 0; tick < 4 * seconds; tick++) {
      peer().packets += 15;
      peer().frames += framesPerTick;
      await vi.advanceTimersByTimeAsync(250);
    }
  }

  test('what came of the media is told every 5 s', async () => {
    await watched({ picture: true, sound: false }, 11, 6);
    const told = sent.filter((one) => one.type === 'figures');
    expect(told).toHaveLength(2);
    expect(told[1]).toMatchObject({ interval_ms: 5000, path: 'unknown', limited_by: 'none', slots: [{ slot: 0, frames: 120, height: 270, heard_ms: 0 }] });
    expect(call.state.motions[0]).toBe('moving');
    expect(types()).not.toContain('repair');
  });

  test('a picture that should be there and is not is asked for, then offered again, then ICE restarts', async () => {
    await watched({ picture: true, sound: false }, 20, 0);
    expect(call.state.motions[0]).toBe('coming');
    expect(sent.filter((one) => one.type === 'repair')).toEqual([{ type: 'repair', slot: 0, media: 'picture' }]);
    expect(sent.filter((one) => one.type === 'offer').map((one) => one.restart_ice ?? false)).toEqual([false, false, true]);
  });

  test('a voice that should be heard, too', async () => {
    await watched({ picture: false, sound: true }, 6, 0);
    expect(sent.filter((one) => one.type === 'repair')).toEqual([{ type: 'repair', slot: 0, media: 'sound' }]);
  });

  test('nobody asks for what nobody expects', async () => {
    await watched({ picture: false, sound: false }, 20, 0);
    expect(types()).not.toContain('repair');
  });

  test('what the page rendered counts before what was decoded', async () => {
    call.close();
    call = new Call({
      request: ((body: Sent) => {
        sent.push(body);
        return answers(body);
      }) as never,
      onChange: () => undefined,
      onHopeless: () => undefined,
      renderedFrames: (slot) => (slot === 0 ? 7 : null),
      createPeerConnection: () => new FakePeerConnection() as unknown as RTCPeerConnection,
    });
    await watched({ picture: true, sound: false }, 3, 6);
    expect(call.state.motions[0]).toBe('frozen');
  });
});
