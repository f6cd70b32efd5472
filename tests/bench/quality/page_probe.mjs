// What runs inside the pages of a visit: it notes what is said, heard and shown, and changes nothing.
//
// - mouth: the time marks in the own microphone's track, where the page gets it from the browser (after echo cancellation).
// - ear: the time marks in the track that arrives, and its level, each 10 ms, as it leaves the sound buffer towards the loudspeaker.
// - frames: each picture of the other that was put on the screen (requestVideoFrameCallback), and the number in every sixth.
// - camera: when the own picture was put on the screen, for every twelfth.
// - words: ten times a second, what the page says about the connection and the picture.
// - seconds: getStats(), as far as it matters.
//
// All times are ms since 1970 of the machine's clock.

import { HIGH, LOW, markDetector } from './marks.mjs';
import { readStrip } from './strip.mjs';

/* Everything below is sent to the page as text. */
function probe(low, high, makeDetector, decode, wordsOf) {
  const wall = (at = performance.now()) => performance.timeOrigin + at;
  const noted = { mouth: [], ear: [], level: [], frames: [], camera: [], words: [], seconds: [], events: [] };
  const event = (name, detail = '') => noted.events.push([wall(), name, detail]);
  const connections = () => window.bedsideProbe?.connections ?? [];

  const { setLocalDescription } = RTCPeerConnection.prototype;
  const watched = new WeakSet();
  RTCPeerConnection.prototype.setLocalDescription = function (...description) {
    if (!watched.has(this)) {
      watched.add(this);
      const number = watched.count = (watched.count ?? 0) + 1;
      event('negotiating', number);
      this.addEventListener('connectionstatechange', () => event(`connection ${this.connectionState}`, number));
      this.addEventListener('iceconnectionstatechange', () => event(`ice ${this.iceConnectionState}`, number));
    }
    return setLocalDescription.apply(this, description);
  };

  let captured = null;
  const capture = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (capture) {
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await capture(constraints);
      if (stream.getAudioTracks().length > 0) captured = stream;
      return stream;
    };
  }

  /**
   * Pieces carry times of a clock that began at some time. The smallest difference to the page's clock ties the two together,
   * however late a busy page looks at them; it is sought anew all the time, since clocks drift.
   */
  function clockOf() {
    let smallest = [Infinity, Infinity];
    let since = 0;
    return (timestamp) => {
      const now = performance.now();
      if (now - since > 3000) {
        smallest = [smallest[1], Infinity];
        since = now;
      }
      smallest = smallest.map((difference) => Math.min(difference, now - timestamp));
      return wall(timestamp + Math.min(...smallest));
    };
  }

  async function listen(track, look) {
    const timeOf = clockOf();
    const reader = new MediaStreamTrackProcessor({ track: track.clone(), maxBufferSize: 500 }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      look(samples, value.sampleRate, timeOf(value.timestamp / 1000));
      value.close();
    }
  }

  let mouth = null;
  function listenToMouth() {
    const track = captured?.getAudioTracks()[0];
    if (!track || track === mouth || track.readyState !== 'live') return;
    mouth = track;
    void listen(track, makeDetector(low, high, (mark, at) => noted.mouth.push([at, mark])));
  }

  const ears = new WeakSet();
  function listenWithEar(track) {
    if (ears.has(track)) return;
    ears.add(track);
    const detect = makeDetector(low, high, (mark, at) => noted.ear.push([at, mark]));
    void listen(track, (samples, rate, at) => {
      let squares = 0;
      for (const sample of samples) squares += sample * sample;
      noted.level.push([at, Math.sqrt(squares / samples.length), (1000 * samples.length) / rate]);
      detect(samples, rate, at);
    });
  }

  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 8;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  function numberIn(video) {
    const { videoWidth: width, videoHeight: height } = video;
    pen.drawImage(video, 0, (height * 7) / 8, width, height / 8, 0, 0, 64, 8);
    const { data } = pen.getImageData(0, 0, 64, 8);
    const luma = Array.from({ length: 32 }, (_, block) => {
      let sum = 0;
      // The middle of each block of 4 x 4 pixels.
      for (const y of [1, 2]) for (const x of [1, 2]) sum += data[4 * (((block >> 4) * 4 + y) * 64 + (block & 15) * 4 + x) + 1];
      return sum / 4;
    });
    return decode(luma);
  }

  const screens = new WeakSet();
  const isRemote = (track) => connections().some((pc) => pc.getReceivers().some((receiver) => receiver.track === track));
  function watchScreen(video, every, note) {
    let count = 0;
    const look = (_now, frame) => {
      const wanted = count++ % every === 0;
      note(frame, wanted ? numberIn(video) : null);
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  }
  function watchScreens() {
    for (const video of document.querySelectorAll('video')) {
      const track = video.srcObject?.getVideoTracks?.()[0];
      if (!track || screens.has(video)) continue;
      screens.add(video);
      if (isRemote(track)) {
        watchScreen(video, 6, ({ expectedDisplayTime, presentedFrames, height }, seen) =>
          noted.frames.push([wall(expectedDisplayTime), presentedFrames, height, seen ? seen.counter : -1, seen ? seen.person : -1]),
        );
      } else {
        watchScreen(video, 12, ({ expectedDisplayTime }, seen) => seen && noted.camera.push([wall(expectedDisplayTime), seen.counter]));
      }
    }
  }

  const fields = {
    'inbound-rtp': ['kind', 'mid', 'ssrc', 'packetsReceived', 'packetsLost', 'bytesReceived', 'jitter', 'concealedSamples', 'silentConcealedSamples', 'totalSamplesReceived', 'concealmentEvents', 'insertedSamplesForDeceleration', 'removedSamplesForAcceleration', 'fecPacketsReceived', 'packetsDiscarded', 'jitterBufferDelay', 'jitterBufferTargetDelay', 'jitterBufferMinimumDelay', 'jitterBufferEmittedCount', 'framesReceived', 'framesDecoded', 'framesDropped', 'frameHeight', 'keyFramesDecoded', 'freezeCount', 'totalFreezesDuration', 'pliCount', 'nackCount', 'firCount', 'retransmittedPacketsReceived', 'totalDecodeTime'],
    'outbound-rtp': ['kind', 'mid', 'rid', 'ssrc', 'active', 'bytesSent', 'packetsSent', 'retransmittedBytesSent', 'retransmittedPacketsSent', 'targetBitrate', 'framesEncoded', 'framesSent', 'frameHeight', 'framesPerSecond', 'keyFramesEncoded', 'totalEncodeTime', 'qualityLimitationReason', 'qualityLimitationDurations', 'qualityLimitationResolutionChanges', 'pliCount', 'nackCount', 'firCount'],
    'remote-inbound-rtp': ['kind', 'ssrc', 'fractionLost', 'packetsLost', 'roundTripTime', 'jitter'],
    'media-source': ['kind', 'framesPerSecond', 'height', 'audioLevel'],
  };
  const pick = (entry, names) => Object.fromEntries(names.filter((name) => entry[name] !== undefined).map((name) => [name, entry[name]]));

  function pathOf(report) {
    const transport = [...report.values()].find((entry) => entry.type === 'transport' && entry.selectedCandidatePairId);
    const pair = transport && report.get(transport.selectedCandidatePairId);
    if (!pair) return null;
    const [local, remote] = [report.get(pair.localCandidateId), report.get(pair.remoteCandidateId)];
    return {
      protocol: local?.protocol,
      relay: local?.relayProtocol,
      type: local?.candidateType,
      tcp: remote?.tcpType,
      remote_port: remote?.port,
      rtt: pair.currentRoundTripTime,
      available_out: pair.availableOutgoingBitrate,
      bytes_in: pair.bytesReceived,
      bytes_out: pair.bytesSent,
    };
  }

  async function noteSecond() {
    const second = { at: wall(), connections: [] };
    for (const [number, pc] of connections().entries()) {
      if (pc.connectionState === 'closed') continue;
      const report = await pc.getStats().catch(() => null);
      if (!report) continue;
      const of = (type) => [...report.values()].filter((entry) => entry.type === type).map((entry) => pick(entry, fields[type]));
      const inbound = of('inbound-rtp').filter(({ packetsReceived }) => packetsReceived > 0);
      second.connections.push({
        number,
        state: pc.connectionState,
        ice: pc.iceConnectionState,
        path: pathOf(report),
        inbound,
        outbound: of('outbound-rtp'),
        remote: of('remote-inbound-rtp'),
        source: of('media-source'),
      });
      for (const { receiver } of pc.getTransceivers()) {
        const { track } = receiver;
        if (track.kind === 'audio' && track.readyState === 'live' && !ears.has(track)) {
          const own = [...(await receiver.getStats()).values()].find((entry) => entry.type === 'inbound-rtp');
          if (own?.packetsReceived > 0) listenWithEar(track);
        }
      }
    }
    noted.seconds.push(second);
  }

  document.addEventListener('DOMContentLoaded', () => {
    setInterval(() => {
      listenToMouth();
      watchScreens();
      const { connected, step } = wordsOf();
      noted.words.push([wall(), connected, step]);
    }, 100);
    const each = () => noteSecond().finally(() => setTimeout(each, 1000 - (Date.now() % 1000)));
    void each();
  });

  window.linkProbe = {
    /** Whether somebody else is seen and heard. */
    isThere: () => noted.frames.length > 10 && noted.ear.length > 1,
    isHeard: () => noted.ear.length > 1,
    noted: () => noted,
  };
}

/** The source for a page; `wordsOf` is a function that runs in it: { connected, step }. */
export const linkProbe = (wordsOf) => `(${probe})(${JSON.stringify(LOW)}, ${JSON.stringify(HIGH)}, ${markDetector}, ${readStrip}, ${wordsOf})`;
