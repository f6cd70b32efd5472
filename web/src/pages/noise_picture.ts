// A moving picture that no encoder can pack: it fills the way up while the network is tried. Nobody sees it.

const WIDTH = 480;
const HEIGHT = 270;
const FRAMES = 20;

export function noisePicture(): { track: MediaStreamTrack; stop: () => void } | null {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (!pen || typeof canvas.captureStream !== 'function') return null;
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const image = pen.createImageData(WIDTH, HEIGHT);
  const pixels = new Uint32Array(image.data.buffer);
  let seed = 0x9e3779b9;
  const draw = () => {
    // xorshift: quick, and good enough to be unlike anything.
    for (let i = 0; i < pixels.length; i++) {
      seed ^= seed << 13;
      seed ^= seed >>> 17;
      seed ^= seed << 5;
      pixels[i] = seed | 0xff000000;
    }
    pen.putImageData(image, 0, 0);
  };
  draw();
  const track = canvas.captureStream(FRAMES).getVideoTracks()[0];
  if (!track) return null;
  const drawing = setInterval(draw, 1000 / FRAMES);
  return {
    track,
    stop: () => {
      clearInterval(drawing);
      track.stop();
    },
  };
}
