// npm run test:pages [name ...]: every page in a real Chromium against the mock gateway, at the sizes that
// matter, light and dark, with larger text. For each: axe (contrast 7:1 on patients' pages, target
// size), no sideways scrolling, nothing in the console, no request to anybody else. Screenshots are
// kept in $BEDSIDE_SCREENSHOTS (a temporary folder by default) to look at.

import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startMockGateway } from '../mock_gateway/mock_gateway.mjs';
import { openMediaPeer } from './media_peer.mjs';
import { scenes } from './scenes.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const executablePath = process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium';
const folder = process.env.BEDSIDE_SCREENSHOTS ?? (await mkdtemp(join(tmpdir(), 'bedside-pages-')));
await mkdir(folder, { recursive: true });

export const views = {
  phone: { width: 390, height: 844 },
  'tablet-portrait': { width: 810, height: 1080 },
  'tablet-landscape': { width: 1080, height: 810 },
  desk: { width: 1440, height: 900 },
  small: { width: 320, height: 640 },
  'phone-dark': { width: 390, height: 844, dark: true },
  'tablet-landscape-dark': { width: 1080, height: 810, dark: true },
  'desk-dark': { width: 1440, height: 900, dark: true },
  'tablet-text200': { width: 1080, height: 810, text: 200 },
  'phone-text200': { width: 390, height: 844, text: 200 },
};

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
  ],
});
const media = await openMediaPeer(browser);
const failures = [];

async function visitScene(scene, viewName) {
  const view = views[viewName];
  const gateway = await startMockGateway({ dist, scenario: scene.scenario, answer: media.answer });
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.dark ? 'dark' : 'light',
    permissions: scene.denyDevices ? [] : ['camera', 'microphone'],
    locale: 'en-US',
    reducedMotion: 'reduce',
    ...scene.context,
  });
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => {
    const expected = /status of 4\d\d|ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !expected) trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(gateway.url)) trouble.push(`asked somebody else: ${request.url()}`);
  });
  if (view.text) await page.addInitScript((size) => {
    document.addEventListener('DOMContentLoaded', () => document.documentElement.style.setProperty('font-size', `${size}%`));
  }, view.text);
  const name = `${scene.name}--${viewName}`;
  try {
    await page.goto(`${gateway.url}${scene.path}`);
    await scene.act?.({ page, gateway, media });
    await page.waitForSelector(`[data-page="${scene.page}"]`, { timeout: 10_000 });
    await page.waitForTimeout(scene.settle ?? 150);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: scene.fullPage ?? false });
    trouble.push(...(await lookAtPage(page, scene)));
    await scene.then?.({ page, gateway, media });
  } catch (error) {
    trouble.push(String(error).split('\n').slice(0, 3).join(' '));
    await page.screenshot({ path: join(folder, `${name}--failed.png`) }).catch(() => undefined);
  }
  await context.close();
  await gateway.close();
  await media.closePeers();
  process.stdout.write(`${trouble.length ? 'not ok' : 'ok'} ${name}\n`);
  for (const one of trouble) {
    failures.push(`${name}: ${one}`);
    process.stdout.write(`    ${one}\n`);
  }
}

async function lookAtPage(page, scene) {
  const trouble = [];
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (overflow > 0) trouble.push(`scrolls sideways by ${overflow} px`);
  await page.evaluate(axe);
  const found = await page.evaluate(
    ([enhanced]) =>
      window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        rules: { 'color-contrast-enhanced': { enabled: enhanced }, 'target-size': { enabled: true } },
      }),
    [!scene.staff],
  );
  for (const one of found.violations) {
    trouble.push(`axe ${one.id} (${one.impact}): ${one.nodes.map((node) => node.target.join(' ')).slice(0, 4).join(' | ')}`);
  }
  return trouble;
}

const wanted = process.argv.slice(2);
for (const scene of scenes) {
  for (const viewName of scene.views) {
    const name = `${scene.name}--${viewName}`;
    if (wanted.length === 0 || wanted.some((part) => name.startsWith(part))) await visitScene(scene, viewName);
  }
}
await media.close();
await browser.close();
process.stdout.write(`screenshots: ${folder}\n`);
if (failures.length) {
  process.stdout.write(`${failures.length} findings\n`);
  process.exitCode = 1;
}
