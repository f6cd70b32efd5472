import { chromium } from 'playwright-core';
import http from 'node:http';
import { readFileSync } from 'node:fs';
const data = readFileSync(process.argv[2]);
const s = http.createServer((q, r) => {
  if (q.url === '/') { r.setHeader('content-type', 'text/html'); return r.end('<video src=/v.webm preload=metadata></video>'); }
  const m = /bytes=(\d+)-(\d*)/.exec(q.headers.range ?? ''); const a = m ? +m[1] : 0; const b = m && m[2] ? +m[2] : data.length - 1;
  console.log('range', q.headers.range);
  r.writeHead(m ? 206 : 200, { 'content-type': 'video/webm', 'accept-ranges': 'bytes', 'content-length': b - a + 1, ...(m && { 'content-range': `bytes ${a}-${b}/${data.length}` }) });
  r.end(data.subarray(a, b + 1));
}).listen(0, '127.0.0.1');
await new Promise(r => s.once('listening', r));
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--autoplay-policy=no-user-gesture-required'] });
const p = await b.newPage();
await p.goto(`http://127.0.0.1:${s.address().port}/`);
console.log(await p.evaluate(async () => {
  const video = document.querySelector('video'); const log = [];
  for (const e of ['error', 'seeked']) video.addEventListener(e, () => log.push(e));
  video.muted = true; video.play().catch(e => log.push(String(e)));
  await new Promise(r => setTimeout(r, 2000));
  log.push(video.duration, video.readyState, video.error?.message, video.currentTime);
  video.currentTime = video.duration / 2;
  await new Promise(r => setTimeout(r, 1500));
  log.push(video.currentTime, video.readyState, video.error?.message);
  return log;
}));
await b.close(); s.close();
