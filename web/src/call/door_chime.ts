// The sound of the door: two soft notes made here, so that nothing is loaded for them. They go to this device's
// loudspeaker and into no track.

const NOTES = [
  { hertz: 523.25, after: 0 },
  { hertz: 659.26, after: 0.18 },
];
const ATTACK_SECONDS = 0.03;
const RING_SECONDS = 0.8;
/** As quiet as an exponential fall can end. */
const SILENCE = 0.0001;

/** What is late is no news of the door any more. */
const LATE_MS = 1000;

let context: AudioContext | null = null;

/** `volume`: 0 to 1, asked again before it sounds. A device that cannot is silent: the page says the same in words. */
export function chime(volume: () => number, open: () => AudioContext = () => new AudioContext()): void {
  if (volume() <= 0) return;
  try {
    const device = (context ??= open());
    if (device.state === 'running') return ring(device, volume());
    // Tablets put it to sleep, and wake it only after a tap somewhere: notes for later would pile up until then.
    const asked = Date.now();
    device.resume().then(
      () => device.state === 'running' && Date.now() - asked < LATE_MS && ring(device, volume()),
      () => undefined,
    );
  } catch {
    context = null;
  }
}

function ring(to: AudioContext, volume: number): void {
  if (volume <= 0) return;
  for (const note of NOTES) play(to, note, volume);
}

function play(to: AudioContext, { hertz, after }: (typeof NOTES)[number], volume: number): void {
  const begin = to.currentTime + 0.02 + after;
  const tone = to.createOscillator();
  const loudness = to.createGain();
  tone.frequency.value = hertz;
  loudness.gain.setValueAtTime(SILENCE, begin);
  loudness.gain.exponentialRampToValueAtTime(volume, begin + ATTACK_SECONDS);
  loudness.gain.exponentialRampToValueAtTime(SILENCE, begin + RING_SECONDS);
  tone.connect(loudness).connect(to.destination);
  tone.start(begin);
  tone.stop(begin + RING_SECONDS);
}
