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

  const ears = new Map();
  function earFor(track, beeps) {
    let ear = ears.get(track.id);
    if (!ear) {
      const context = new AudioContext({ sampleRate: 48000 });
      const analyser = context.createAnalyser();
      analyser.fftSize = 2048;
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      ear = { context, analyser, loudest: 0, beeps: {}, samples: 0 };
      const spectrum = new Float32Array(analyser.frequencyBinCount);
      const wave = new Float32Array(analyser.fftSize);
      ear.timer = setInterval(() => {
        analyser.getFloatTimeDomainData(wave);
        const rms = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
        ear.loudest = Math.max(ear.loudest, rms);
        ear.samples += 1;
        analyser.getFloatFrequencyData(spectrum);
        for (const [person, frequency] of Object.entries(beeps)) {
          const level = spectrum[Math.round((frequency * analyser.fftSize) / context.sampleRate)];
          ear.beeps[person] = Math.max(ear.beeps[person] ?? -200, level);
        }
      }, 20);
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
    /** Starts or reads the ear at a person's slot: the loudest RMS and the strongest beep (dB) of each person since it began. */
    sound(participant, beeps) {
      const slot = slotOf(participant);
      const track = slot >= 0 ? receiverOf(slot, 'audio')?.track : null;
      if (!track) return null;
      const { loudest, beeps: heard, samples } = earFor(track, beeps);
      const players = [...document.querySelectorAll('audio, video')].filter((player) =>
        player.srcObject?.getAudioTracks().some((t) => t.id === track.id),
      );
      return { loudest, beeps: heard, samples, played: players.some((p) => !p.muted && !p.paused && p.volume > 0) };
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
      const each = async (track, look) => {
        const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          own.latencies[track.kind] = Math.min(own.latencies[track.kind], performance.now() - value.timestamp / 1000);
          look(value, value.timestamp / 1000);
          value.close();
        }
      };
      let flashing = true;
      void each(captured.getVideoTracks()[0].clone(), (frame, at) => {
        const seen = decode(blocksOf(frame));
        if (!seen) return;
        if (seen.flash && !flashing) own.flashes.push({ at, counter: seen.counter });
        flashing = seen.flash;
      });
      let beeping = true;
      void each(captured.getAudioTracks()[0].clone(), (data, at) => {
        const samples = new Float32Array(data.numberOfFrames);
        data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
        let real = 0;
        let imaginary = 0;
        let squares = 0;
        samples.forEach((sample, i) => {
          const angle = (2 * Math.PI * frequency * i) / data.sampleRate;
          real += sample * Math.cos(angle);
          imaginary += sample * Math.sin(angle);
          squares += sample * sample;
        });
        const amplitude = (2 * Math.hypot(real, imaginary)) / samples.length;
        const loud = amplitude > 0.1 && amplitude > 1.25 * Math.sqrt(squares / samples.length);
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
    forgetSounds() {
      for (const ear of ears.values()) {
        clearInterval(ear.timer);
        ear.context.close();
      }
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
