// Whether a camera shows anything: a lid before it, or a dark room.

import { useEffect, useState } from 'preact/hooks';

const LOOK_EVERY_MS = 1000;
const WIDTH = 32;
const HEIGHT = 24;
/** Of 255, on average. */
const DARK_BELOW = 14;

/** How bright these pixels are, 0 to 255. */
export function brightnessOf(pixels: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) sum += 0.299 * (pixels[i] ?? 0) + 0.587 * (pixels[i + 1] ?? 0) + 0.114 * (pixels[i + 2] ?? 0);
  return pixels.length > 0 ? (4 * sum) / pixels.length : 0;
}

/** True after two dark looks in a row. */
export function useIsDark(track: MediaStreamTrack | null): boolean {
  const [dark, setDark] = useState(false);
  useEffect(() => {
    setDark(false);
    const pen = track ? document.createElement('canvas').getContext('2d', { willReadFrequently: true }) : null;
    if (!track || !pen) return undefined;
    const picture = document.createElement('video');
    picture.muted = picture.playsInline = true;
    picture.srcObject = new MediaStream([track]);
    void picture.play().catch(() => undefined);
    let darkLooks = 0;
    const timer = setInterval(() => {
      if (picture.videoWidth <= 16) return; // nothing has come yet
      pen.drawImage(picture, 0, 0, WIDTH, HEIGHT);
      darkLooks = brightnessOf(pen.getImageData(0, 0, WIDTH, HEIGHT).data) < DARK_BELOW ? darkLooks + 1 : 0;
      setDark(darkLooks >= 2);
    }, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      picture.srcObject = null;
    };
  }, [track]);
  return dark;
}
