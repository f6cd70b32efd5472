// Programs come with signed assertions, as SMART Backend Services has it, to the built gateway over HTTPS. The
// assertions are signed by Node's own crypto.

import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Gateway, ROOT } from '../browser/support/gateway.mjs';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ALL = 'system/cases.read system/cases.write system/visits.read system/visits.write system/links.write system/recordings.read';

let gateway;
let authority;
let endpoint;

before(async () => {
  gateway = await Gateway.start();
  authority = readFileSync(path.join(gateway.folder, 'certs/ca.pem'));
  const { json } = await ask('GET', '/api/v1/.well-known/smart-configuration');
  endpoint = json.token_endpoint;
});

after(() => gateway?.stop());

// ---- asking ----

/** Over HTTPS, or over the operator's socket. Bodies: an object is JSON, a text a form. */
function ask(method, target, { body, headers = {}, token, operator = false } = {}) {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const sent = { ...headers };
  if (text !== undefined) {
    sent['Content-Length'] = Buffer.byteLength(text);
    sent['Content-Type'] ??= typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
  }
  if (token) sent.Authorization = `Bearer ${token}`;
  const where = operator
    ? { socketPath: gateway.socket, path: target }
    : { host: gateway.address, port: gateway.port, path: target, ca: authority, agent: false };
  return new Promise((resolve, reject) => {
    const request = (operator ? http : https).request({ ...where, method, headers: sent }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const raw = Buffer.concat(parts).toString();
        const json = /json/.test(response.headers['content-type'] ?? '') && raw ? JSON.parse(raw) : null;
        resolve({ status: response.statusCode, headers: response.headers, raw, json });
      });
    });
    request.on('error', reject);
    request.end(text);
  });
}

// ---- keys and assertions ----

function makeKey(kind) {
  const pair =
    kind === 'RS384' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const kid = randomUUID();
  return { ...pair, kid, alg: kind, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg: kind, use: 'sig' } };
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function assertion(client, key, { claims = {}, header = {}, signature } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: client, sub: client, aud: endpoint, jti: randomUUID(), iat: now, exp: now + 240, ...claims };
  const text = `${encode({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })}.${encode(all)}`;
  const made = signature
    ? signature(text)
    : sign('sha384', Buffer.from(text), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${made.toString('base64url')}`;
}

const form = (fields) => new URLSearchParams(fields).toString();

function askToken(client_assertion, more = {}) {
  return ask('POST', '/api/v1/token', {
    body: form({ grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE, client_assertion, ...more }),
  });
}

/** Registers a program by bedsidectl. Returns its client id. */
async function register(name, keys, scope = ALL, more = []) {
  const file = path.join(gateway.folder, `${randomUUID()}.json`);
  writeFileSync(file, JSON.stringify({ keys: keys.map((key) => key.jwk) }));
  return gateway.ctl('client', 'add', name, '--scope', scope, '--keys', file, ...more);
}

async function tokenOf(client, key, more) {
  const answer = await askToken(assertion(client, key), more);
  assert.equal(answer.status, 200, answer.raw);
  return answer.json.access_token;
}

function caseDocument(number) {
  const document = JSON.parse(readFileSync(path.join(ROOT, 'deploy/demo/case.json'), 'utf8'));
  return { ...document, number };
}

// ---- the tests ----

test('both algorithms give a token that works for five minutes', async () => {
  const keys = [makeKey('ES384'), makeKey('RS384')];
  const client = await register('Record system', keys);
  for (const key of keys) {
    const answer = await askToken(assertion(client, key), { scope: 'system/recordings.read system/cases.read' });
    assert.equal(answer.status, 200, answer.raw);
    assert.equal(answer.json.token_type, 'bearer');
    assert.equal(answer.json.expires_in, 300);
    assert.equal(answer.json.scope, 'system/cases.read system/recordings.read');
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.match(answer.json.access_token, /^[A-Za-z0-9_-]{43}$/);
    const opened = await ask('GET', `/api/v1/cases/${randomUUID()}`, { token: answer.json.access_token });
    assert.equal(opened.status, 404);
  }
});

test('a program imports, schedules, looks and makes links', async () => {
  const key = makeKey('ES384');
  const token = await tokenOf(await register('Scheduler', [key]), key);
  const made = await ask('POST', '/api/v1/cases', { token, body: caseDocument('API-1') });
  assert.equal(made.status, 201, made.raw);
  const shown = await ask('GET', `/api/v1/cases/${made.json.id}`, { token });
  assert.equal(shown.status, 200);
  assert.equal(shown.json.number, 'API-1');
  const visit = JSON.parse(readFileSync(path.join(ROOT, 'deploy/demo/visit.json'), 'utf8'));
  const scheduled = await ask('POST', '/api/v1/visits', { token, body: { ...visit, case: made.json.id } });
  assert.equal(scheduled.status, 201, scheduled.raw);
  const links = await ask('POST', `/api/v1/visits/${scheduled.json.id}/links`, { token, body: {} });
  assert.equal(links.status, 200);
  assert.ok(links.json.links.length >= 2);
  const seen = await ask('GET', `/api/v1/visits/${scheduled.json.id}`, { token });
  assert.equal(seen.status, 200);
  assert.match(seen.headers.etag, /^"[0-9a-f]{32}"$/);
  const again = await ask('GET', `/api/v1/visits/${scheduled.json.id}`, { token, headers: { 'If-None-Match': seen.headers.etag } });
  assert.equal(again.status, 304);
  assert.equal(again.raw, '');
  const page = await ask('GET', `/api/v1/recordings?visit=${scheduled.json.id}&limit=5`, { token });
  assert.deepEqual(page.json, { recordings: [], next: null });
  for (const query of ['limit=0', 'limit=x', 'cursor=*']) {
    assert.equal((await ask('GET', `/api/v1/recordings?${query}`, { token })).status, 400);
  }
  // What is the operator's stays the operator's.
  assert.equal((await ask('GET', '/api/v1/recordings', { token })).status, 403);
  assert.equal((await ask('GET', '/api/v1/clients', { token })).status, 404);
  assert.equal((await ask('POST', `/api/v1/visits/${scheduled.json.id}/end`, { token, body: {} })).status, 404);
});

test('a request that is sent again is done once', async () => {
  const key = makeKey('ES384');
  const other = makeKey('ES384');
  const token = await tokenOf(await register('Sends twice', [key]), key);
  const others = await tokenOf(await register('Another', [other]), other);
  const headers = { 'Idempotency-Key': randomUUID() };
  const first = await ask('POST', '/api/v1/cases', { token, headers, body: caseDocument('API-2') });
  assert.equal(first.status, 201, first.raw);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  const second = await ask('POST', '/api/v1/cases', { token, headers, body: caseDocument('API-2') });
  assert.equal(second.status, 201);
  assert.deepEqual(second.json, first.json);
  assert.equal(second.headers['idempotency-replayed'], 'true');
  const changed = await ask('POST', '/api/v1/cases', { token, headers, body: caseDocument('API-3') });
  assert.equal(changed.status, 422);
  assert.equal(changed.json.code, 'idempotency_key_reused');
  // Without the key it is the same case twice; for another program the key is another one.
  assert.equal((await ask('POST', '/api/v1/cases', { token, body: caseDocument('API-2') })).status, 409);
  assert.equal((await ask('POST', '/api/v1/cases', { token: others, headers, body: caseDocument('API-2') })).status, 409);
  const bad = await ask('POST', '/api/v1/cases', { token, headers: { 'Idempotency-Key': 'a b' }, body: caseDocument('API-4') });
  assert.equal(bad.status, 400);
});

test('an assertion is good once, also after the gateway was killed', async () => {
  const key = makeKey('ES384');
  const client = await register('Replayed', [key]);
  const text = assertion(client, key);
  const { json, status } = await askToken(text);
  assert.equal(status, 200);
  const replayed = await askToken(text);
  assert.equal(replayed.status, 401);
  assert.equal(replayed.json.error, 'invalid_client');
  await gateway.kill();
  await gateway.launch();
  assert.equal((await askToken(text)).status, 401);
  // Tokens end with the process: a new one is one request away.
  const over = await ask('GET', `/api/v1/cases/${randomUUID()}`, { token: json.access_token });
  assert.equal(over.status, 401);
  assert.equal(over.json.code, 'invalid_token');
  assert.match(over.headers['www-authenticate'], /error="invalid_token"/);
  await tokenOf(client, key);
});

test('wrong assertions are refused', async () => {
  const key = makeKey('RS384');
  const stranger = makeKey('RS384');
  const client = await register('Attacked', [key]);
  const now = Math.floor(Date.now() / 1000);
  const hmac = (text) => createHmac('sha384', key.publicKey.export({ type: 'spki', format: 'pem' })).update(text).digest();
  const wrong = {
    'another audience': assertion(client, key, { claims: { aud: 'https://evil.example/api/v1/token' } }),
    'two audiences': assertion(client, key, { claims: { aud: [endpoint, 'https://evil.example'] } }),
    'another subject': assertion(client, key, { claims: { sub: randomUUID() } }),
    'an unknown client': assertion(randomUUID(), key),
    'no number': assertion(client, key, { claims: { jti: undefined } }),
    'a clock an hour behind': assertion(client, key, { claims: { iat: now - 3600, exp: now - 3360 } }),
    'a clock an hour ahead': assertion(client, key, { claims: { iat: now + 3600, exp: now + 3840 } }),
    'an hour long': assertion(client, key, { claims: { exp: now + 3600 } }),
    'no end': assertion(client, key, { claims: { exp: undefined } }),
    'not yet': assertion(client, key, { claims: { nbf: now + 120 } }),
    'an unknown key': assertion(client, key, { header: { kid: 'other' } }),
    'no key name': assertion(client, key, { header: { kid: undefined } }),
    'a key of its own': assertion(client, stranger, { header: { kid: key.kid, jwk: stranger.jwk } }),
    'an address of a key': assertion(client, stranger, { header: { kid: key.kid, jku: 'https://evil.example/jwks' } }),
    'the signature of a stranger': assertion(client, { ...stranger, kid: key.kid }),
    'no algorithm': assertion(client, key, { header: { alg: 'none' }, signature: () => Buffer.alloc(0) }),
    'no algorithm, signed': assertion(client, key, { header: { alg: 'none' } }),
    'HMAC with the public key': assertion(client, key, { header: { alg: 'HS384' }, signature: hmac }),
    'HMAC under the right name': assertion(client, key, { signature: hmac }),
    'a weaker hash': assertion(client, key, {
      header: { alg: 'RS256' },
      signature: (text) => sign('sha256', Buffer.from(text), key.privateKey),
    }),
    'PSS under the right name': assertion(client, key, {
      signature: (text) => sign('sha384', Buffer.from(text), { key: key.privateKey, padding: 6 }),
    }),
    'no token': 'nonsense',
  };
  for (const [what, text] of Object.entries(wrong)) {
    const answer = await askToken(text);
    assert.equal(answer.status, 401, `${what}: ${answer.raw}`);
    assert.equal(answer.json.error, 'invalid_client', what);
    assert.ok(answer.json.error_description, what);
  }
  await tokenOf(client, key); // it was never locked out
});

test('forms that make no sense are named', async () => {
  const key = makeKey('ES384');
  const client = await register('Clumsy', [key], 'system/visits.read');
  const good = () => assertion(client, key);
  const rows = [
    ['grant_type=password', 'unsupported_grant_type'],
    ['', 'invalid_request'],
    [form({ grant_type: 'client_credentials', client_assertion: good() }), 'invalid_request'],
    [form({ grant_type: 'client_credentials', client_assertion_type: 'x', client_assertion: good() }), 'invalid_request'],
    [form({ grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE }), 'invalid_request'],
  ];
  for (const [body, error] of rows) {
    const answer = await ask('POST', '/api/v1/token', { body });
    assert.equal(answer.status, 400, answer.raw);
    assert.equal(answer.json.error, error);
  }
  for (const scope of ['system/cases.read', 'openid', '*', '']) {
    const answer = await askToken(good(), { scope });
    assert.equal(answer.json.error, 'invalid_scope', scope);
  }
  assert.equal((await askToken(good(), { client_id: randomUUID() })).json.error, 'invalid_client');
  assert.equal((await askToken(good(), { client_id: client })).status, 200);
  const json = await ask('POST', '/api/v1/token', { body: { grant_type: 'client_credentials' } });
  assert.equal(json.status, 415);
});

test('a token does what its scopes have, and nothing after its client was revoked', async () => {
  const key = makeKey('ES384');
  const client = await register('Looks only', [key], 'system/visits.read');
  const token = await tokenOf(client, key);
  const refused = await ask('POST', '/api/v1/cases', { token, body: caseDocument('API-5') });
  assert.equal(refused.status, 403);
  assert.match(refused.headers['www-authenticate'], /insufficient_scope/);
  assert.equal((await ask('GET', `/api/v1/visits/${randomUUID()}`, { token })).status, 404);
  await gateway.ctl('client', 'revoke', client);
  const over = await ask('GET', `/api/v1/visits/${randomUUID()}`, { token });
  assert.equal(over.status, 401);
  assert.equal((await askToken(assertion(client, key))).status, 401);
  assert.match(await gateway.ctl('client', 'list'), /Looks only \(revoked\)/);
});

test('a programme is as far as its program reaches', async () => {
  const key = makeKey('ES384');
  const own = await tokenOf(await register('Elsewhere', [key], ALL, ['--programme', 'another']), key);
  const everywhere = makeKey('ES384');
  const token = await tokenOf(await register('Everywhere', [everywhere]), everywhere);
  const made = await ask('POST', '/api/v1/cases', { token, body: caseDocument('API-6') });
  assert.equal(made.status, 201, made.raw);
  assert.equal((await ask('GET', `/api/v1/cases/${made.json.id}`, { token: own })).status, 404);
  assert.equal((await ask('POST', '/api/v1/cases', { token: own, body: caseDocument('API-7') })).status, 403);
});

test('large bodies are for programs that have proven who they are', async () => {
  const key = makeKey('ES384');
  const token = await tokenOf(await register('Large', [key]), key);
  const large = caseDocument('API-8');
  large.opinion.pdf = readFileSync(path.join(ROOT, 'deploy/demo/opinion.pdf')).toString('base64');
  large.title = large.title.padEnd(100);
  const padding = ' '.repeat(70000);
  const stranger = await ask('POST', '/api/v1/cases', {
    body: padding + JSON.stringify(large),
    headers: { 'Content-Type': 'application/json', Origin: gateway.origin },
  }).catch((error) => ({ status: error.code })); // cut off while it still sends
  assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(stranger.status), stranger.status);
  const made = await ask('POST', '/api/v1/cases', {
    token,
    body: padding + JSON.stringify(large),
    headers: { 'Content-Type': 'application/json' },
  });
  assert.equal(made.status, 201, made.raw);
});

test('keys are changed by who read what they change', async () => {
  const [first, second] = [makeKey('ES384'), makeKey('RS384')];
  const client = await register('Rotates', [first]);
  const at = `/api/v1/clients/${client}`;
  const shown = await ask('GET', at, { operator: true });
  assert.equal(shown.status, 200);
  assert.equal(shown.json.keys.keys[0].kid, first.kid);
  const body = { keys: { keys: [second.jwk] } };
  const headers = { 'If-Match': shown.headers.etag };
  const changed = await ask('PATCH', at, { operator: true, headers, body });
  assert.equal(changed.status, 200, changed.raw);
  assert.equal(changed.json.keys.keys[0].kid, second.kid);
  const late = await ask('PATCH', at, { operator: true, headers, body: { name: 'Late' } });
  assert.equal(late.status, 412);
  assert.equal(late.json.code, 'changed');
  assert.equal((await askToken(assertion(client, first))).status, 401);
  await tokenOf(client, second);
  const secret = { keys: [second.privateKey.export({ format: 'jwk' })] };
  const wrongs = [
    { keys: secret },
    { keys: { keys: [] } },
    { keys: true },
    { keys: [] },
    { scope: 'everything' },
    { scope: null },
    { name: '' },
    { name: 7 },
    { development: {} },
    { development: true },
    { nonsense: 1 },
  ];
  for (const wrong of wrongs) {
    const answer = await ask('PATCH', at, { operator: true, body: wrong });
    assert.equal(answer.status, 422, answer.raw);
    assert.equal(answer.json.where, Object.keys(wrong)[0]);
  }
  const put = await ask('PUT', at, { operator: true, body: {} });
  assert.equal(put.status, 405);
  assert.equal(put.headers.allow, 'GET, HEAD, PATCH, DELETE');
});

test('clients are listed in pages', async () => {
  const ids = [];
  let cursor = '';
  do {
    const { json } = await ask('GET', `/api/v1/clients?limit=3${cursor && `&cursor=${cursor}`}`, { operator: true });
    assert.ok(json.clients.length <= 3);
    ids.push(...json.clients.map((client) => client.id));
    cursor = json.next;
  } while (cursor);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.length > 6);
  assert.deepEqual(ids, [...ids].sort());
});

test('a developer has a key and a token in two commands', async () => {
  const file = path.join(gateway.folder, 'developer.json');
  await gateway.ctl('client', 'add', 'My laptop', '--scope', 'system/visits.read', '--development', file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const token = await gateway.ctl('client', 'token', file);
  assert.equal((await ask('GET', `/api/v1/visits/${randomUUID()}`, { token })).status, 404);
  await assert.rejects(gateway.ctl('client', 'add', 'Again', '--scope', 'system/visits.read', '--development', file));
});

test('guesses at tokens are refused, then slowed', async () => {
  // A hundred are taken at once, five more each second: as many as it takes, however slow the machine is.
  const counts = {};
  for (let i = 0; i < 2000 && !counts[429]; i += 1) {
    const token = Buffer.from(randomUUID() + randomUUID()).toString('base64url').slice(0, 43);
    const { status, headers } = await ask('GET', `/api/v1/visits/${randomUUID()}`, { token });
    counts[status] = (counts[status] ?? 0) + 1;
    if (status === 429) assert.ok(headers['retry-after']);
  }
  assert.deepEqual(Object.keys(counts).sort(), ['401', '429']);
});

test('what was done and refused is in the audit trail, and no secret in the log', async () => {
  assert.match(await gateway.ctl('audit', 'verify'), /intact/);
  const log = gateway.log();
  assert.doesNotMatch(log, /eyJ|Bearer/);
});

test('in production there are no development keys', async () => {
  const production = await Gateway.start({ settings: { gateway: { mode: 'production' } } });
  try {
    const file = path.join(production.folder, 'developer.json');
    await assert.rejects(
      production.ctl('client', 'add', 'My laptop', '--scope', 'system/visits.read', '--development', file),
      /production/,
    );
    assert.ok(!existsSync(file));
  } finally {
    await production.stop();
  }
});
