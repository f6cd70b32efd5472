// npm run test:pages [scene ...]: every page in a real Chromium against the mock gateway, in each view of its
// scenes, light and dark, with larger text. For each: axe, no sideways scrolling, nothing in the console, no
// request to anybody else. Two scenes at a time; it ends by itself, and says what it was at when that is late.
//
// With $BEDSIDE_EVERY_LAYOUT every scene is also laid out at 320 px and with text at 200 %, where nothing may be cut
// off, and those of staff in Spanish.
//
// Screenshots: of all in $BEDSIDE_SCREENSHOTS, else of what failed.

import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startMockGateway } from '../mock_gateway/mock_gateway.mjs';
import { bringAxe, leftInEnglish, lookAtLayout, lookAtPage, productWords } from './look.mjs';
import { openMediaPeer } from './media_peer.mjs';
import { readyOf, scenes } from './scenes.mjs';
import { everyLayout, show, translatedLayouts, translatedViews, views } from './views.mjs';

const AT_A_TIME = 2;
const LIMIT_SECONDS = Number(process.env.BEDSIDE_PAGES_SECONDS ?? 2400);
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const allPictures = process.env.BEDSIDE_SCREENSHOTS;
const inEveryLayout = process.env.BEDSIDE_EVERY_LAYOUT !== undefined;
let folder = allPictures;

const browser = await chromium.launch({
  executablePath: process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--use-fake-device-for-media-stream=fps=5',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-features=WebRtcHideLocalIpsWithMdns,HttpsUpgrades',
    '--host-resolver-rules=MAP not-secure.test 127.0.0.1',
  ],
});
const media = await openMediaPeer(browser);
const failures = [];
const open = new Set();

async function takePicture(page, name) {
  folder ??= await mkdtemp(join(tmpdir(), 'bedside-pages-'));
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true }).catch(() => undefined);
}

async function openPage(scene) {
  const { width, height } = views[scene.views[0]];
  const context = await browser.newContext({
    viewport: { width, height },
    permissions: ['camera', 'microphone'],
    locale: 'en-US',
    reducedMotion: 'reduce',
    ...scene.context,
  });
  context.setDefaultTimeout(60_000);
  return context.newPage();
}

/** What the page itself complains about, gathered from here on. */
function listen(page, origin) {
  const heard = [];
  page.on('console', (message) => {
    const expected = /status of (4\d\d|503)|ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !expected) heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) heard.push(`asked somebody else: ${request.url()}`);
  });
  return heard;
}

async function lookAtView(page, scene, view, language, look = lookAtPage) {
  await show(page, views[view]);
  const found = await look(page, scene, views[view]);
  const shown = await page.getAttribute('[data-page]', 'data-page');
  if (shown !== scene.page) found.push(`became the page ${shown}`);
  if (allPictures || found.length) await takePicture(page, `${scene.name}--${view}${language}`);
  return found.map((one) => `${scene.name}, ${view}${language}: ${one}`);
}

/** Somebody chooses another language in another tab. */
async function speak(page, origin, language) {
  const other = await page.context().newPage();
  await other.goto(`${origin}/mark.svg`).catch(() => undefined);
  await other.evaluate((code) => localStorage.setItem('bedside.language', code), language);
  await other.close();
  await page.waitForFunction((code) => document.documentElement.lang.startsWith(code), language);
}

/** A scene that is in Spanish already has been looked at. */
function viewsInSpanish(scene) {
  if (scene.context?.locale) return { looks: [], layouts: [] };
  const layouts = scene.staff ? translatedLayouts : everyLayout;
  return { looks: scene.staff ? [] : translatedViews, layouts: inEveryLayout ? layouts : [] };
}

async function playScene(scene) {
  const gateway = await startMockGateway({ dist, scenario: scene.scenario, answer: media.answer });
  const page = await openPage(scene);
  const origin = scene.host ? `http://${scene.host}:${gateway.port}` : gateway.url;
  const heard = listen(page, origin);
  const trouble = [];
  try {
    await page.goto(`${origin}${scene.path}`);
    await scene.act?.({ page, gateway, media });
    await page.waitForSelector(`[data-page="${scene.page}"]`);
    await readyOf[scene.page]?.(page, scene.scenario);
    await bringAxe(page);
    for (const view of scene.views) trouble.push(...(await lookAtView(page, scene, view, '')));
    for (const view of inEveryLayout ? everyLayout : []) trouble.push(...(await lookAtView(page, scene, view, '', lookAtLayout)));
    const { looks, layouts } = viewsInSpanish(scene);
    if (looks.length + layouts.length > 0) {
      const english = await productWords(page);
      await speak(page, origin, 'es');
      trouble.push(...leftInEnglish(english, await productWords(page)).map((one) => `${scene.name}: ${one}`));
    }
    for (const view of looks) trouble.push(...(await lookAtView(page, scene, view, '-es')));
    for (const view of layouts) trouble.push(...(await lookAtView(page, scene, view, '-es', lookAtLayout)));
  } catch (error) {
    trouble.push(`${scene.name}: ${String(error).split('\n').slice(0, 3).join(' ')}`);
    await takePicture(page, `${scene.name}--stopped`);
  } finally {
    await Promise.allSettled([page.context().close(), gateway.close(), media.closePeers(gateway.sessions)]);
  }
  return [...trouble, ...heard.map((one) => `${scene.name}: ${one}`)];
}

async function playOneAfterAnother(queue, count) {
  for (let scene = queue.shift(); scene; scene = queue.shift()) {
    const began = Date.now();
    open.add(scene.name);
    const trouble = await playScene(scene);
    open.delete(scene.name);
    failures.push(...trouble);
    const place = `${String(count - queue.length - open.size).padStart(3)}/${count}`;
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${place} ${trouble.length ? 'not ok' : 'ok'} ${scene.name}: ${scene.views.length} views, ${seconds} s\n`);
    for (const one of trouble) process.stdout.write(`      ${one}\n`);
  }
}

async function end(code) {
  await Promise.race([browser.close(), new Promise((resolve) => setTimeout(resolve, 5000))]);
  process.exit(code);
}

const names = process.argv.slice(2);
const wanted = scenes.filter(({ name }) => names.length === 0 || names.some((part) => name.startsWith(part)));
const queue = [...wanted];

setTimeout(() => {
  queue.length = 0;
  process.stdout.write(`not done after ${LIMIT_SECONDS} s, at ${[...open].join(', ')}\n`);
  void end(1);
}, LIMIT_SECONDS * 1000);

await Promise.all(Array.from({ length: AT_A_TIME }, () => playOneAfterAnother(queue, wanted.length)));
const sum = (count) => wanted.reduce((all, scene) => all + count(scene, viewsInSpanish(scene)), 0);
const looks = sum((scene, spanish) => scene.views.length + spanish.looks.length);
const layouts = sum((_, spanish) => (inEveryLayout ? everyLayout.length : 0) + spanish.layouts.length);
process.stdout.write(`${wanted.length} scenes, ${looks} views and ${layouts} layouts: ${failures.length} findings\n`);
if (folder) process.stdout.write(`screenshots: ${folder}\n`);
await end(failures.length || wanted.length === 0 ? 1 : 0);
