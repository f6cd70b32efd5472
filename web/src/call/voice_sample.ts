// A few seconds of one's own voice, to be heard back. It stays in the page.

export const SAMPLE_MS = 4000;

const FORMATS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];

export const canSample = (): boolean => typeof globalThis.MediaRecorder === 'function';

/** Resolves with the sound after SAMPLE_MS, or when `signal` says so; rejects when this browser records none. */
export function sampleVoice(track: MediaStreamTrack, signal?: AbortSignal): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported?.(format));
    const recorder = new MediaRecorder(new MediaStream([track]), mimeType ? { mimeType } : {});
    const pieces: Blob[] = [];
    recorder.ondataavailable = ({ data }) => data.size > 0 && pieces.push(data);
    recorder.onerror = () => reject(new Error('not recorded'));
    recorder.onstop = () => {
      clearTimeout(timer);
      if (pieces.length > 0) resolve(new Blob(pieces, { type: recorder.mimeType }));
      else reject(new Error('nothing recorded'));
    };
    const stop = () => recorder.state !== 'inactive' && recorder.stop();
    const timer = setTimeout(stop, SAMPLE_MS);
    signal?.addEventListener('abort', stop);
    recorder.start();
  });
}
