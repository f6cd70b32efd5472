// What runs inside every page of a test: it keeps hold of the PeerConnections, reads the pattern from what is rendered,
// and measures what is heard. It changes nothing.

import { decodeBlocks } from './pattern.mjs';

/* Everything below is sent to the page as text. */
function probe(decode) {
  const connections = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };

  let captured = null;
  const capture = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (capture) {
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await capture(constraints);
      captured = stream;
      return stream;
    };
  }

  const current = () => [...connections].reverse().find((pc) => pc.connectionState !== 'closed');
  const receiverOf = (slot, kind) =>
    current()
      ?.getTransceivers()
      .filter((t) => t.receiver.track.kind === kind && t.direction !== 'sendonly' && t.direction !== 'sendrecv')[slot]?.receiver;
  const tileOf = (participant) => document.querySelector(`[data-participant="${participant}"] video`);
  const slotOf = (participant) => Number(document.querySelector(`[data-participant="${participant}"][data-slot]`)?.dataset.slot ?? -1);

  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 32;
  const pen = canvas.getContext('2d', { willReadFrequently: true });

  function blocksOf(video) {
    // 8 x 4 blocks of 8 x 8 pixels; the middle 4 x 4 of each, as encoders blur the edges.
    pen.drawImage(video, 0, 0, 64, 32);
    const { data } = pen.getImageData(0, 0, 64, 32);
    const luma = [];
    for (let block = 0; block < 32; block++) {
      let sum = 0;
      for (let y = 2; y < 6; y++) {
        for (let x = 2; x < 6; x++) {
          const at = 4 * (((block >> 3) * 8 + y) * 64 + (block & 7) * 8 + x);
          sum += 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
        }
      }
      // Canvas pixels are full range; the pattern is in video range.
      luma.push(16 + (sum / 16) * (219 / 255));
    }
    return luma;
  }

  /** The amplitude of a tone of `frequency` in `samples` (Goertzel), and their RMS. */
  function toneIn(samples, sampleRate, frequency) {
    const turn = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
    let last = 0;
    let before = 0;
    let squares = 0;
    for (const sample of samples) {
      [last, before] = [sample + turn * last - before, last];
      squares += sample * sample;
    }
    const power = Math.max(0, last * last + before * before - turn * last * before);
    return { amplitude: (2 * Math.sqrt(power)) / samples.length, rms: Math.sqrt(squares / samples.length) };
  }

  /** Calls `look` with each piece that a track carries, in order; also with those that came while the page was busy. */
  async function eachOf(track, look) {
    // Sound may wait for 5 s. Pictures are the camera's own buffers: it would run out of them.
    const maxBufferSize = track.kind === 'audio' ? 500 : 4;
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      look(value, value.timestamp / 1000);
      value.close();
    }
  }

  const samplesOf = (data) => {
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    return samples;
  };

  // By track: how loud it was, and in how many of its pieces (10 ms) each person's beep stood alone. A beep is a pure tone:
  // its amplitude is 1.41 times the RMS. Speech is not, nor what stands in for a lost packet.
  const ears = new Map();
  function earFor(track, beeps) {
    let ear = ears.get(track.id);
    if (!ear) {
      ear = { track: track.clone(), loudest: 0, beeps: Object.fromEntries(Object.keys(beeps).map((person) => [person, 0])), pieces: 0 };
      void eachOf(ear.track, (data) => {
        const samples = samplesOf(data);
        ear.pieces += 1;
        for (const [person, frequency] of Object.entries(beeps)) {
          const { amplitude, rms } = toneIn(samples, data.sampleRate, frequency);
          ear.loudest = Math.max(ear.loudest, rms);
          if (amplitude > 0.003 && amplitude > 1.25 * rms) ear.beeps[person] += 1;
        }
      });
      ears.set(track.id, ear);
    }
    return ear;
  }

  window.bedsideProbe = {
    connections,
    /** The pattern that a person's tile shows now. */
    picture(participant) {
      const video = tileOf(participant);
      if (!video || video.readyState < 2 || video.videoWidth === 0) return null;
      return decode(blocksOf(video));
    },
    /** One's own pattern in the preview. */
    preview() {
      const video = document.querySelector('video[data-self]');
      return video && video.readyState >= 2 ? decode(blocksOf(video)) : null;
    },
    /** Starts or reads the ear at a person's slot: the loudest RMS and the pieces with each person's beep since it began. */
    sound(participant, beeps) {
      const slot = slotOf(participant);
      const track = slot >= 0 ? receiverOf(slot, 'audio')?.track : null;
      if (!track) return null;
      const { loudest, beeps: heard, pieces } = earFor(track, beeps);
      const players = [...document.querySelectorAll('audio, video')].filter((player) =>
        player.srcObject?.getAudioTracks().some((t) => t.id === track.id),
      );
      return { loudest, beeps: heard, pieces, played: players.some((p) => !p.muted && !p.paused && p.volume > 0) };
    },
    /** The counter of the frame that the own camera shows now. */
    async ownFrame() {
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = new MediaStream(captured.getVideoTracks());
      await video.play();
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      const seen = decode(blocksOf(video));
      video.srcObject = null;
      return seen;
    },
    /**
     * Watches where camera and microphone are captured: when one's own flashes and beeps begin, in ms of one clock. The
     * offset between a flash and its beep is what the recording has to keep; the fake devices slip now and then.
     */
    watchOwn(frequency) {
      const own = { flashes: [], beeps: [], latencies: { audio: Infinity, video: Infinity } };
      window.bedsideProbe.own = own;
      // Straight from the devices, at the times they were captured: a busy page looks at them later. Sound and picture are
      // stamped by clocks that begin at different times; the smallest latency of each ties them to the page's.
      const each = (track, look) =>
        eachOf(track.clone(), (piece, at) => {
          own.latencies[track.kind] = Math.min(own.latencies[track.kind], performance.now() - at);
          look(piece, at);
        });
      let flashing = true;
      void each(captured.getVideoTracks()[0], (frame, at) => {
        const seen = decode(blocksOf(frame));
        if (!seen) return;
        if (seen.flash && !flashing) own.flashes.push({ at, counter: seen.counter });
        flashing = seen.flash;
      });
      let beeping = true;
      void each(captured.getAudioTracks()[0], (data, at) => {
        const { amplitude, rms } = toneIn(samplesOf(data), data.sampleRate, frequency);
        const loud = amplitude > 0.1 && amplitude > 1.25 * rms;
        if (loud && !beeping) own.beeps.push(at);
        beeping = loud;
      });
    },
    /** What watchOwn() has seen so far. */
    readOwn() {
      const { flashes, beeps, latencies } = window.bedsideProbe.own;
      return {
        flashes: flashes.map(({ at, counter }) => ({ at: at + latencies.video, counter })),
        beeps: beeps.map((at) => at + latencies.audio),
      };
    },
    /** Notes, from now on, how many frames a person's slot received, or with null how many were sent: [ms, count]. */
    watchFrames(participant) {
      const noted = [];
      window.bedsideProbe.frames = noted;
      const look = async () => {
        const at = Date.now();
        const frames =
          participant === null
            ? (await window.bedsideProbe.stats())?.outbound.reduce((sum, stream) => sum + (stream.framesSent ?? 0), 0)
            : (await window.bedsideProbe.slotStats(participant)).video?.framesReceived;
        if (frames !== undefined) noted.push([at, frames]);
        setTimeout(look, 100);
      };
      void look();
    },
    forgetSounds() {
      for (const ear of ears.values()) ear.track.stop();
      ears.clear();
    },
    async stats() {
      const pc = current();
      if (!pc) return null;
      const report = [...(await pc.getStats()).values()];
      return {
        state: pc.connectionState,
        transport: report.find((entry) => entry.type === 'transport') ?? null,
        inbound: report.filter((entry) => entry.type === 'inbound-rtp'),
        outbound: report.filter((entry) => entry.type === 'outbound-rtp'),
        count: connections.length,
      };
    },
    /** inbound-rtp of a person's slot: { audio, video }. */
    async slotStats(participant) {
      const slot = slotOf(participant);
      const of = async (kind) => {
        const receiver = slot >= 0 ? receiverOf(slot, kind) : null;
        if (!receiver) return null;
        return [...(await receiver.getStats()).values()].find((entry) => entry.type === 'inbound-rtp') ?? null;
      };
      return { slot, audio: await of('audio'), video: await of('video') };
    },
  };
}

export const probeSource = `(${probe})(${decodeBlocks})`;
