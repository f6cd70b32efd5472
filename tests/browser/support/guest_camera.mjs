// A drawn person for `deploy/try --guests`: a soft face that sways a little, as a y4m camera file.

import { closeSync, openSync, writeSync } from 'node:fs';

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SECOND = 15;
const FRAMES = FRAMES_PER_SECOND * 8;

/** `look`: colours as [r, g, b] for wall, hair, skin, dress. */
export function makeGuestCamera(file, look) {
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420mpeg2\n`);
  const frame = Buffer.alloc(WIDTH * HEIGHT * 1.5);
  for (let i = 0; i < FRAMES; i++) {
    draw(frame, look, (2 * Math.PI * i) / FRAMES, i);
    writeSync(out, 'FRAME\n');
    writeSync(out, frame);
  }
  closeSync(out);
}

function draw(frame, look, phase, number) {
  const x0 = WIDTH / 2 + 14 * Math.sin(phase);
  const y0 = 150 + 5 * Math.sin(2 * phase);
  const mouth = 4 + 7 * Math.abs(Math.sin(number * 0.9)) * (Math.sin(3 * phase) > -0.3 ? 1 : 0);
  const blink = number % 55 < 3 ? 1 : 5;
  const inside = (x, y, cx, cy, rx, ry) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  const colourAt = (x, y) => {
    if (inside(x, y, x0, y0 + 42, 22, mouth)) return [120, 50, 50];
    if (inside(x, y, x0 - 27, y0 - 8, 7, blink) || inside(x, y, x0 + 27, y0 - 8, 7, blink)) return [50, 40, 40];
    if (inside(x, y, x0, y0, 68, 84) && !inside(x, y, x0, y0 - 78, 80, 40)) return look.skin;
    if (inside(x, y, x0, y0 - 18, 86, 92)) return look.hair;
    if (inside(x, y, x0, y0 + 100, 30, 60)) return look.skin;
    if (inside(x, y, WIDTH / 2 + 6 * Math.sin(phase), 380, 190, 150)) return look.dress;
    return look.wall;
  };
  const chroma = WIDTH * HEIGHT;
  for (let y = 0; y < HEIGHT; y += 2) {
    for (let x = 0; x < WIDTH; x += 2) {
      const [r, g, b] = colourAt(x, y);
      const shade = 1 - 0.12 * (y / HEIGHT);
      const luma = Math.round(16 + shade * (0.257 * r + 0.504 * g + 0.098 * b));
      frame[y * WIDTH + x] = frame[y * WIDTH + x + 1] = luma;
      frame[(y + 1) * WIDTH + x] = frame[(y + 1) * WIDTH + x + 1] = luma;
      const at = (y / 2) * (WIDTH / 2) + x / 2;
      frame[chroma + at] = Math.round(128 + shade * (-0.148 * r - 0.291 * g + 0.439 * b));
      frame[chroma * 1.25 + at] = Math.round(128 + shade * (0.439 * r - 0.368 * g - 0.071 * b));
    }
  }
}
