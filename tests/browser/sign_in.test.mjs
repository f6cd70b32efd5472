// Staff sign in with their organisation's OpenID provider, a real one, in a real browser; and what they meet when
// something is not as it should be.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { assertAccessible } from './support/accessibility.mjs';
import { startChromium } from './support/browsers.mjs';
import { freePort } from './support/free_port.mjs';
import { Gateway, removeFolder, ROOT } from './support/gateway.mjs';
import { OpenIdProvider } from './support/openid_provider.mjs';

const SECRET = 'a secret/with+signs%';
const PEOPLE = {
  nora: { name: 'Nora Quill', employee: 'quill', groups: ['second-opinion-desk', 'everybody'] },
  mira: { name: 'Dr. Mira Rao', employee: 'rao', groups: ['reviewers'] },
  visitor: { name: 'Somebody Else', employee: 'else', groups: ['everybody'] },
};
const ADDRESS = '127.0.0.1';

let folder;
let gateway;
let provider;
let browser;
let page;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bedside-sign-in-'));
  writeFileSync(path.join(folder, 'secret'), `${SECRET}\n`, { mode: 0o600 });
  const port = await freePort(ADDRESS);
  gateway = await Gateway.start({
    address: ADDRESS,
    settings: {
      sign_in: {
        issuer: `https://${ADDRESS}:${port}`,
        client_id: 'bedside',
        client_secret_file: path.join(folder, 'secret'),
        roles_claim: 'groups',
        roles: 'second-opinion-desk=coordinator;reviewers=reviewing_physician',
        staff_key_claim: 'employee',
        authority_file: 'certs/ca.pem',
        idle_minutes: 1,
        development_staff: path.join(ROOT, 'deploy/demo/staff.json'),
      },
    },
  });
  provider = await OpenIdProvider.start({
    port,
    address: ADDRESS,
    people: PEOPLE,
    client: {
      id: 'bedside',
      secret: SECRET,
      redirect: `${gateway.origin}/sign-in/callback`,
      signedOut: `${gateway.origin}/sign-in?signed-out`,
    },
    certificate: path.join(gateway.folder, 'certs/server.pem'),
    key: path.join(gateway.folder, 'certs/server.key'),
  });
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
  await provider?.stop();
  await gateway?.stop();
  removeFolder(folder);
});

afterEach(() => page?.context().close());

/** A browser that was never here. */
async function newcomer() {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-US', viewport: { width: 810, height: 1080 } });
  context.setDefaultTimeout(120000);
  page = await context.newPage();
  return page;
}

const heading = (name) => page.getByRole('heading', { level: 1, name }).waitFor();
const withOrganisation = () => page.getByRole('button', { name: /^Sign in with Harbor/ });

async function open() {
  await newcomer();
  await page.goto(`${gateway.origin}/sign-in`);
  await withOrganisation().waitFor();
}

async function chooseAtProvider(name) {
  await withOrganisation().click();
  await heading('Who are you?');
  await page.getByRole('link', { name, exact: true }).click();
}

const cookies = async () => Object.fromEntries((await page.context().cookies(gateway.origin)).map((one) => [one.name, one]));
const account = () => page.evaluate(() => fetch('/api/v1/session').then((answer) => answer.json()));

async function take(name) {
  const pictures = process.env.BEDSIDE_SCREENSHOTS;
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

/** The page says `words` and offers to begin again; the browser has no account. */
async function isRefused(words, name) {
  await page.getByText(words).waitFor();
  await withOrganisation().waitFor();
  assert.equal((await cookies())['__Host-bedside-account'], undefined);
  assert.equal(new URL(page.url()).search, '', 'the address is clean again');
  await assertAccessible(page, name);
  await take(name);
}

test('somebody signs in, is known to the API, and signs out everywhere', { timeout: 600000 }, async () => {
  await open();
  await assertAccessible(page, 'sign-in');
  await chooseAtProvider('nora');
  await heading('You are signed in');
  await page.getByText('Welcome, Nora Quill.').waitFor();
  await page.getByText('Coordinator').waitFor();
  await assertAccessible(page, 'signed in');
  await take('signed-in');
  const kept = await cookies();
  const cookie = kept['__Host-bedside-account'];
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], [true, true, 'Strict', '/']);
  assert.equal(kept['__Host-bedside-sign-in'], undefined, 'the sign-in is over');
  const { account: who } = await account();
  assert.deepEqual([who.name, who.roles, who.programme], ['Nora Quill', ['coordinator'], null]);

  await page.getByRole('button', { name: 'Sign out' }).click();
  // The provider asks whether it shall sign out, too; then it leads back.
  await page.getByRole('button', { name: /yes/i }).click();
  await page.getByText('You are signed out.').waitFor();
  assert.equal((await account()).account, undefined);
  await chooseAtProvider('nora');
  await heading('You are signed in');
  assert.ok(!gateway.log().includes(SECRET) && !gateway.log().includes('Nora'), 'the log has neither secrets nor names');
  await gateway.logged(/signed_in .*account=/);
});

test('who signs in reaches the cases that know them, and comes back to where they were', { timeout: 600000 }, async () => {
  const { caseId } = await gateway.scheduleVisit();
  await newcomer();
  await page.goto(`${gateway.origin}/case#${caseId}`);
  await withOrganisation().waitFor();
  await chooseAtProvider('mira');
  await page.waitForURL(`${gateway.origin}/case#${caseId}`);
  await page.getByText('Written opinion').first().waitFor();
  const foreign = await page.evaluate(() => fetch('/api/v1/cases/00000000-0000-7000-8000-000000000000').then(({ status }) => status));
  assert.equal(foreign, 404);
});

test('who has no role is told whom to ask', { timeout: 600000 }, async () => {
  await open();
  await chooseAtProvider('visitor');
  await isRefused(/nothing says what you do here/, 'no role');
});

test('who breaks off can try again', { timeout: 600000 }, async () => {
  await open();
  await chooseAtProvider('no');
  await isRefused(/You broke off/, 'denied');
  await chooseAtProvider('nora');
  await heading('You are signed in');
});

test('a state of another browser, or none, opens nothing', { timeout: 600000 }, async () => {
  await open();
  await page.goto(`${gateway.origin}/sign-in/callback?state=${'A'.repeat(43)}&code=stolen`);
  await isRefused(/begun in another window/, 'no cookie');
  await withOrganisation().click();
  await heading('Who are you?');
  await page.goto(`${gateway.origin}/sign-in/callback?state=${'A'.repeat(43)}&code=stolen`);
  await isRefused(/begun in another window/, 'wrong state');
});

test("a code of another browser's sign-in opens nothing", { timeout: 600000 }, async () => {
  // Somebody gets as far as the way back, and that address is opened elsewhere, with a state that fits there.
  await open();
  await withOrganisation().click();
  await heading('Who are you?');
  let next = await page.getByRole('link', { name: 'nora', exact: true }).getAttribute('href');
  next = new URL(next, page.url()).href;
  while (!next.startsWith(`${gateway.origin}/sign-in/callback`)) {
    const answer = await page.request.get(next, { maxRedirects: 0 });
    next = new URL(answer.headers().location, next).href;
  }
  const stolen = new URL(next);
  await page.context().close();

  await open();
  const [request] = await Promise.all([page.waitForRequest(/\/auth\?/), withOrganisation().click()]);
  const { searchParams } = new URL(request.url());
  stolen.searchParams.set('state', searchParams.get('state'));
  await heading('Who are you?');
  await page.goto(stolen.href);
  await isRefused(/took too long/, 'stolen code');
});

test('a token with the nonce of another sign-in opens nothing', { timeout: 600000 }, async () => {
  await open();
  await page.route('**/auth?*', (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('nonce', 'of-another');
    return route.fulfill({ status: 302, headers: { Location: url.href } });
  }, { times: 1 });
  await chooseAtProvider('nora');
  await isRefused(/could not be trusted/, 'wrong nonce');
  await gateway.logged(/id_token_refused reason=nonce/);
});

test('new keys of the provider are found, and one that is down is said', { timeout: 600000 }, async () => {
  await provider.stop();
  await provider.listen('RS256');
  await open();
  await chooseAtProvider('nora');
  await heading('You are signed in');
  await page.context().close();

  await open();
  await withOrganisation().click();
  await heading('Who are you?');
  await provider.stop();
  const { value: cookie } = (await cookies())['__Host-bedside-sign-in'];
  assert.match(cookie, /^[\w-]{43}\.\d{10}$/);
  // The way back with the right state: only the provider could tell whose code it is.
  const [secret, at] = cookie.split('.');
  const state = createHmac('sha256', secret).update(`bedside state.${at}`).digest('base64url');
  await page.goto(`${gateway.origin}/sign-in/callback?state=${state}&code=x&iss=${encodeURIComponent(provider.issuer)}`);
  await isRefused(/does not answer just now/, 'provider down');
  await provider.listen();
  await chooseAtProvider('nora');
  await heading('You are signed in');
});

test('a provider whose certificate nobody vouches for is not believed', { timeout: 600000 }, async () => {
  const careful = await Gateway.start({
    address: ADDRESS,
    settings: { sign_in: { issuer: provider.issuer, client_id: 'bedside', roles: 'reviewers=reviewing_physician' } },
  });
  try {
    await newcomer();
    const answer = await page.request.post(`${careful.origin}/api/v1/sign-in/start`, { headers: { Origin: careful.origin }, data: {} });
    assert.equal(answer.status(), 503);
    assert.equal((await answer.json()).code, 'unavailable');
    await careful.logged(/discovery_failed error=71 status=0/); // EPROTO
    const invented = await page.request.post(`${careful.origin}/api/v1/sign-in/invented`, {
      headers: { Origin: careful.origin },
      data: { staff: 'rao' },
    });
    assert.equal(invented.status(), 404, 'nobody is invented where that is not configured');
  } finally {
    await careful.stop();
  }
});

test('one of the invented staff', { timeout: 600000 }, async () => {
  await open();
  await page.getByRole('button', { name: /Dr. Jonas Feld/ }).click();
  await heading('You are signed in');
  await page.getByRole('definition').filter({ hasText: 'Treating physician' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
});

test('in Spanish', { timeout: 600000 }, async () => {
  await open();
  await page.getByRole('button', { name: 'Español' }).click();
  await page.getByRole('heading', { level: 1, name: 'Iniciar sesión' }).waitFor();
  await assertAccessible(page, 'sign-in in Spanish');
});

test('who does nothing for a while is signed out, and told so kindly', { timeout: 600000 }, async () => {
  await open();
  await page.getByRole('button', { name: /Nora Quill/ }).click();
  await heading('You are signed in');
  const { caseId } = await gateway.scheduleVisit();
  const record = await page.context().newPage();
  await record.goto(`${gateway.origin}/case#${caseId}`);
  await record.getByText('Written opinion').first().waitFor();
  await page.getByText(/We signed you out because this page was not used/).waitFor({ timeout: 90000 });
  await assertAccessible(page, 'idle');
  await take('idle');
  // What they saw does not stay on the screen.
  await record.getByText(/We signed you out because this page was not used/).waitFor({ timeout: 90000 });
  await record.getByRole('button', { name: /Nora Quill/ }).click();
  await record.waitForURL(`${gateway.origin}/case#${caseId}`);
  await record.getByText('Written opinion').first().waitFor();
  await record.close();
  await page.context().clearCookies({ name: '__Host-bedside-account' });
  await page.reload();
  await withOrganisation().waitFor();
  assert.equal(await page.getByText(/We signed you out because/).count(), 0, 'nobody was here');
});

test('every sign-in, refusal and sign-out is in the audit trail', { timeout: 600000 }, async () => {
  assert.match(await gateway.ctl('audit', 'verify'), /intact/);
});
