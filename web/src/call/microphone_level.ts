// How loud the microphone is, for the device check. Not on iPad and iPhone, where an audio graph
// on the microphone can break the capture itself: there the page says "on" instead of drawing a level.

export class MicrophoneLevel {
  private readonly context: AudioContext;
  private readonly analyser: AnalyserNode;
  private readonly source: MediaStreamAudioSourceNode;
  private readonly samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.context = new AudioContext();
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source.connect(this.analyser);
    void this.context.resume();
  }

  /** 0 (silence) to 1 (as loud as speech close by). */
  read(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const sample of this.samples) sum += sample * sample;
    return levelOf(Math.sqrt(sum / this.samples.length));
  }

  close(): void {
    this.source.disconnect();
    void this.context.close();
  }
}

/** Loudness is heard in decibels: -55 dBFS is a quiet room, -15 dBFS a near voice. */
export function levelOf(rms: number): number {
  if (rms <= 0) return 0;
  const decibels = 20 * Math.log10(rms);
  return Math.min(1, Math.max(0, (decibels + 55) / 40));
}
