// A gateway without media, for the pages: it serves dist/ with the real security headers, answers the
// HTTP routes of docs/http-api.md and speaks docs/signaling.md. The others in the visit are made up.
// A test may hand in `answer`, which makes real SDP answers (tests/pages/media_peer.mjs).

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import { askedOf, crisis, followOf } from './questionnaires.mjs';
import { boardAct, boardVisits, busyDay, serveBoard, wayInOf } from './board.mjs';
import { clinic, clinicalCase, consentTexts, manifest, opinion, people, practiceLinks, practiceOf, visit } from './people.mjs';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.wav': 'audio/wav' };
const headers = {
  'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
const permissions = {
  patient: ['invite', 'chat', 'consent', 'recording_stop', 'opinion', 'device_confirm'],
  caregiver: ['chat', 'consent', 'opinion', 'device_confirm'],
  interpreter: ['chat', 'consent', 'emergency', 'opinion', 'device_confirm'],
  doctor: ['admit', 'chat', 'consent', 'recording_start', 'recording_stop', 'end', 'emergency', 'huddle', 'late', 'invite', 'opinion', 'device_confirm'],
};

/** Every line is declined politely: ICE and DTLS could be set up, nothing flows. */
export function answerWithoutMedia(offer) {
  const [session, ...media] = offer.split(/^(?=m=)/m);
  const group = /^a=group:BUNDLE.*$/m.exec(session)?.[0] ?? '';
  const lines = media.map((section) => {
    const keep = section.split('\r\n').filter((line) => /^a=(mid|rtpmap|fmtp|rtcp-fb|rtcp-mux)/.test(line));
    const first = section.split('\r\n')[0].replace(/^m=(\w+) \d+/, 'm=$1 9');
    const print = Array.from({ length: 32 }, () => 'AB').join(':');
    return [first, 'c=IN IP4 0.0.0.0', 'a=ice-ufrag:mock', 'a=ice-pwd:mockmockmockmockmockmock', `a=fingerprint:sha-256 ${print}`, 'a=setup:passive', 'a=inactive', ...keep].join('\r\n');
  });
  return `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n${group}\r\n${lines.join('\r\n')}\r\n`;
}

const defaults = {
  /** Who else is in the visit. */
  others: ['doctor', 'treating'],
  /** People at the doors: the desk sees all of them, the patient the guests. */
  door: [],
  /** Why somebody at a door, or the arriving person, is outside; else they wait for the first yes. */
  outside: {},
  /** Who of those outside knocked, so many minutes ago. */
  knocks: {},
  /** The team talks among itself. */
  huddle: false,
  /** What the arriving person meets: see look() and arrive(). */
  link: 'good',
  /** What staff meet who open the case: 'missing' or 'down' else. */
  case: 'good',
  /** How staff can sign in, and what /session says of their account. */
  ways: { openid: true, invented: null },
  account: {},
  waits: true,
  /** Nobody else is taken. */
  full: false,
  recording: { state: 'off', reason: 'none', waiting_for: [], since: 0, recorded_ms: 0 },
  consentAsked: false,
  chat: [],
  secondDevice: false,
  physicianTold: true,
  /** Whether people are asked before the visit, and what they have answered: link_id -> answer. */
  asks: false,
  answers: {},
  /** What staff read of it. */
  screening: { responses: [], alerts: [] },
  /** What came of people's device checks, for the desk. */
  checks: [{ participant: 'p-alder', worst: { item: 'network', verdict: 'fair', reason: 'by_tcp' } }],
  /** How the test of the network goes: see networkTest(). */
  network: { measured: { up_bps: 2_100_000, estimate_down_bps: 2_500_000 }, judged: { verdict: 'good', reason: 'none' } },
  /** What staff are told of licences: `licence_state` of the protocol. */
  licence: null,
  /** What staff are told when help is needed at once, and whether the patient was told. */
  emergency: null,
  helpComing: false,
  /** A help session of the coordinator with somebody: { for, state, words: [[who, text]], ended, away, name, refused }. */
  help: null,
  /** The visits of who signed in (minutes from now), and what their seat is: 'good', 'pending' or a refusal. */
  ownVisits: [],
  ownSeat: 'good',
  /** The board is a technical helper's. */
  wayInOnly: false,
  /** When the visit begins after all, minutes from now. */
  expected: null,
  /** Staff learn in this visit; or, of /practice: see practise(). */
  practising: false,
  practice: null,
  /** Of the board: whether visits are booked into a calendar, what becomes of a letter, whose licences are known. */
  calendar: false,
  letter: 'sent',
  licenceStates: [],
  licences: [
    { state: 'US-MT', number: 'MED-PHYS-LIC-104882', status: 'active', expires: '2027-03-31' },
    { state: 'US-WY', number: '11290A', status: 'restricted' },
  ],
};

export async function startMockGateway({ dist, scenario = {}, answer = null, port = 0 }) {
  const world = structuredClone({ ...defaults, ...scenario });
  const sockets = new Set();
  const state = { tests: 0, joins: 0, offers: 0, requests: [], tries: 5, session: 0, waiting: world.waits };

  const server = createServer((request, response) => {
    route(request, response).catch(() => problem(response, 500, 'broken', 'The mock failed.'));
  });

  async function route(request, response) {
    const { pathname } = new URL(request.url, 'http://mock');
    if (!pathname.startsWith('/api/')) return file(pathname, response);
    const body = request.method === 'POST' || request.method === 'PUT' ? JSON.parse((await read(request)) || '{}') : {};
    state.requests.push({ pathname, body });
    if (pathname === '/api/v1/join-links/look') return look(body, response);
    if (pathname === '/api/v1/arrivals') return arrive(body, response);
    if (pathname === '/api/v1/arrivals/pending') return pending(response);
    if (pathname === '/api/v1/staff-sessions') {
      if (body.secret !== 'staff') return problem(response, 404, 'unknown_link', 'This link is not known.');
      return json(response, 201, { name: 'Dr. Mira Rao', role: 'reviewing_physician', case: 'c-1' });
    }
    if (pathname === '/api/v1/session') {
      return json(response, 200, { staff: { name: 'Dr. Mira Rao', role: 'reviewing_physician', case: 'c-1' }, ...world.account });
    }
    if (pathname === '/api/v1/sign-in') return json(response, 200, { ...world.ways, ...clinic, idle_minutes: 15 });
    if (pathname === '/api/v1/account/visits') return ownVisits(response);
    if (/^\/api\/v1\/visits\/[^/]+\/seat$/.test(pathname)) {
      if (world.ownSeat === 'pending') return json(response, 202, { pending: 'd-1' });
      if (world.ownSeat !== 'good') return problem(response, 404, world.ownSeat, 'No.');
      return arrive({ secret: 'doctor' }, response);
    }
    if (pathname === '/api/v1/board/tickets') {
      if (world.board === 'refused') return problem(response, 403, 'not_permitted', 'No.');
      return json(response, 201, { ticket: 'ticket', seconds: 30 });
    }
    if (/^\/api\/v1\/visits\/[^/]+\/links$/.test(pathname)) {
      return json(response, 200, { links: [{ participant: body.participant, url: 'https://visits.example.org/j#xK3v0mXlTq8gk2Yw5b1nq9s7d4aE6rUoPzHcJfLtVyM' }], staff: [] });
    }
    if (pathname === '/api/v1/seat/help') {
      const { name, role } = people.coordinator;
      return json(response, 200, { help: helpIsOn() ? { name, role } : null });
    }
    if (/^\/api\/v1\/visits\/[^/]+\/participants\/[^/]+\/help$/.test(pathname)) {
      if (world.help?.refused) return problem(response, 409, world.help.refused, 'No.');
      return json(response, 201, { seat_token: 'seat-coordinator', participant: people.coordinator.id, visit: 'v-1' });
    }
    const acted = boardAct({ method: request.method, pathname, body, world });
    if (acted) return json(response, 200, acted);
    if (pathname.startsWith('/api/v1/practice')) return practise(request.method, response);
    if (pathname === '/api/v1/sign-out') return json(response, 200, { location: null });
    if (pathname.startsWith('/api/v1/seat/network-tests')) return networkTest(request.method, pathname, body, response);
    if (pathname.endsWith('/device-checks')) return json(response, 200, { device_checks: world.checks });
    if (pathname === '/api/v1/seat/device-check') return json(response, 201, keptCheck(body));
    if (pathname === '/api/v1/session/end' || pathname === '/api/v1/seat/step') return json(response, 204);
    if (pathname === '/api/v1/seat/questionnaires') return json(response, 200, { questionnaires: await askedOf(world.role, world.answers), crisis });
    if (pathname.startsWith('/api/v1/seat/questionnaires/')) return take(pathname.split('/')[5], body, response);
    if (pathname.endsWith('/screening')) return json(response, 200, world.screening);
    if (pathname.startsWith('/api/v1/alerts/')) return acknowledge(pathname.split('/')[4], response);
    if (pathname.endsWith('/opinion')) return json(response, 200, opinion);
    if (pathname.endsWith('/manifest')) return json(response, 200, manifest);
    if (pathname === '/api/v1/cases/c-1' && world.case === 'down') return response.destroy();
    if (pathname === '/api/v1/cases/c-1' && world.case !== 'missing') return json(response, 200, clinicalCase);
    return problem(response, 404, 'not_found', 'There is nothing here.');
  }

  /** `world.practice`: the practice visit of who signed in; 'full': there is no room for one. */
  function practise(method, response) {
    if (method === 'GET') return json(response, 200, { practice: world.practice === 'full' ? null : world.practice });
    if (world.practice === 'full') return problem(response, 409, 'too_many', 'There is no room for more.');
    if (method === 'DELETE') {
      world.practice = null;
      return json(response, 200, {});
    }
    world.practice ??= practiceOf(Date.now());
    json(response, 201, { practice: world.practice, links: practiceLinks });
  }

  /** `world.network`: 'busy', or the figures of the test and what the gateway makes of them. */
  async function networkTest(method, pathname, body, response) {
    if (world.network === 'busy') return problem(response, 503, 'busy', 'Visits come first.');
    if (method === 'DELETE') return json(response, 204);
    if (pathname.endsWith('/network-tests')) {
      return json(response, 201, { id: `test-${++state.tests}`, seconds: 25, tcp: true, ice_servers: [] });
    }
    const connection = { connected: true, failed: false, measured: true, path: 'udp', received: 900, lost_up: 0, rtt_us: 38_000, ...world.network.measured };
    if (method === 'GET') return json(response, 200, { id: pathname.split('/').pop(), connections: Array.from({ length: 5 }, () => connection) });
    const closed = world.network.closed && !body.measured;
    const sdp = answer && !closed ? await answer(`${pathname} ${++state.tests}`, body.sdp, true) : answerWithoutMedia(body.sdp);
    return json(response, 201, { connection: 0, sdp });
  }

  function keptCheck(body) {
    const figures = { up_kbps: null, down_kbps: null, rtt_ms: null, jitter_ms: null, loss_permille: null, seconds: null };
    const measured = body.network.path === 'none' ? {} : world.network.judged;
    return { ...body, participant: 'p-alder', at: Date.now(), change: world.change ?? 'none', network: { ...figures, reason: 'none', ...body.network, ...measured } };
  }

  async function file(pathname, response) {
    const name = /^\/assets\//.test(pathname) ? normalize(pathname) : '/index.html';
    const bytes = await readFile(join(dist, name)).catch(() => null);
    if (!bytes) return problem(response, 404, 'not_found', 'There is nothing here.');
    response.writeHead(200, { ...headers, 'Content-Type': types[extname(name)] ?? 'application/octet-stream' });
    response.end(bytes);
  }

  const personOf = (secret) => people[secret.split('-')[0]] ?? people.patient;

  function look({ secret }, response) {
    if (world.link === 'down') return response.destroy();
    if (world.link === 'unknown') return problem(response, 404, 'unknown_link', 'This link is not known.');
    if (world.link === 'expired') return problem(response, 410, 'link_expired', 'This link is too old.');
    if (world.link === 'ended') return problem(response, 410, 'visit_ended', 'This visit is over.');
    const person = personOf(secret);
    const { id, title, starts_at, time_zone } = visit();
    json(response, 200, {
      person: { name: world.name ?? person.name, role: person.role },
      visit: { id, title, starts_at, time_zone, state: 'open', invited_by: { name: people.doctor.name, role: people.doctor.role }, practice: world.practising },
      asks: {
        birth_date: person.role === 'patient' ? 'own' : person.role === 'caregiver' ? 'patient' : null,
        place: world.asks && ['patient', 'caregiver'].includes(person.role),
        questions: world.asks && ['patient', 'caregiver'].includes(person.role),
      },
      ...clinic,
    });
  }

  function arrive({ secret, birth_date, device_token }, response) {
    if (world.link === 'locked') return problem(response, 423, 'locked', 'Locked.');
    if (personOf(secret).role === 'patient' && birth_date !== people.patient.birthDate && device_token === undefined) {
      return json(response, 403, { status: 403, code: 'wrong_birth_date', detail: 'Wrong.', tries_left: --state.tries });
    }
    if (world.link === 'pending' || world.link === 'refused') return json(response, 202, { pending: 'd-1' });
    world.role = personOf(secret).role;
    json(response, 201, { seat_token: `seat-${secret}`, device_token: `device-${secret}`, participant: personOf(secret).id, visit: 'v-1' });
  }

  function ownVisits(response) {
    if (world.ownVisits === 'down') return problem(response, 503, 'store_failed', 'No.');
    const visits = world.ownVisits.map(({ start, ...visit }, index) => ({
      id: `v-${index + 1}`, case: `c-${index + 1}`, title: 'Talking about your second opinion', state: 'scheduled', expected_at: null, minutes: 45,
      time_zone: 'America/Denver', patient: people.patient.name, you: { participant: 'p-1', role: 'reviewing_physician', state: 'invited' },
      ...visit, starts_at: new Date().setHours(9, 0, 0, 0) + start * 60_000,
    }));
    json(response, 200, { visits });
  }

  function take(id, { answers, complete }, response) {
    if (world.answersFail) return response.destroy();
    for (const { link_id, ...answer } of answers) world.answers[link_id] = answer;
    json(response, 200, { response: 'r-1', complete, follow: followOf(answers), crisis: null });
  }

  function acknowledge(id, response) {
    const alert = world.screening.alerts.find((one) => one.id === id);
    if (!alert) return json(response, 200, {}); // one of the board's
    Object.assign(alert, { state: 'acknowledged', acknowledged: { at: Date.now(), id: 'p-rao', name: people.doctor.name } });
    json(response, 200, alert);
    tell({ type: 'screening' });
  }

  function pending(response) {
    if (world.link === 'refused') return problem(response, 403, 'refused', 'No.');
    return json(response, 202, { pending: 'd-1' });
  }

  // ---- the visit protocol

  const boards = new WebSocketServer({ noServer: true, handleProtocols: () => 'bedside.board.v1' });
  boards.on('connection', (socket) => {
    sockets.add({ socket, joined: false });
    serveBoard(socket, world.busy ? busyDay(world.busy) : world.wayInOnly ? boardVisits().map(wayInOf) : boardVisits());
  });
  const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'bedside.visit.v1' });
  server.on('upgrade', (request, socket, head) => {
    const to = { '/visit': webSockets, '/board/live': boards }[request.url];
    if (to) to.handleUpgrade(request, socket, head, (webSocket) => to.emit('connection', webSocket, request));
    else socket.destroy();
  });
  webSockets.on('connection', (socket) => {
    const client = { socket, me: null, key: '', joined: false };
    sockets.add(client);
    socket.on('close', () => sockets.delete(client));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      state.requests.push(message);
      handle(client, message).catch(() => socket.terminate()); // the browser of the media peer is gone
    });
  });

  const send = (client, message) => client.socket.readyState === 1 && client.socket.send(JSON.stringify(message));
  const tell = (message) => [...sockets].filter((one) => one.joined).forEach((client) => send(client, message));

  const member = (key, fields) => {
    const { id, name, role, relation, language } = people[key];
    return { id, name, role, ...(relation ? { relation } : {}), ...(language ? { language } : {}), state: 'in_visit', you: false, audio_muted: false, video_muted: false, since: Date.now() - 11 * 60_000, ...fields };
  };
  const isTeam = (key) => ['doctor', 'treating'].includes(key);
  const knockOf = (key) => (world.knocks[key] === undefined ? {} : { knocked: Date.now() - world.knocks[key] * 60_000 });
  const outsideOf = (key) => world.outside[key] ?? 'waits';
  /** As gateway/visits/admission.h has it. */
  const powers = (viewer, key, inside) => {
    if (isTeam(key) || viewer === key || !['doctor', 'patient'].includes(viewer)) return [];
    const isGuest = key !== 'patient';
    if (inside) return viewer === 'doctor' ? ['send_back'] : ['send_out'];
    const outside = outsideOf(key);
    const keeper = outside === 'sent_back' ? 'doctor' : isGuest ? 'patient' : 'doctor';
    if (viewer !== keeper) return [];
    return outside === 'waits' ? ['admit', 'deny'] : ['admit'];
  };
  const mayOf = (viewer, key, inside) => {
    const may = myState({ key: viewer }) === 'in_visit' ? powers(viewer, key, inside) : [];
    return may.length > 0 ? { may } : {};
  };
  const doorFor = (client) => world.door.filter((key) => client.key === 'doctor' || (client.key === 'patient' && key !== 'patient' && myState(client) === 'in_visit'));
  const huddleOf = (client) => ({
    state: !world.huddle ? 'none' : isTeam(client.key) ? 'inside' : 'calm',
    since: world.huddle ? Date.now() - 4 * 60_000 : 0,
  });
  const helpIsOn = () => world.help !== null && world.help.state !== 'over';
  const isOfHelp = (client) => world.help !== null && (client.key === 'coordinator' || client.key === world.help.for);
  const isApart = (client) => world.help?.state === 'open' && isOfHelp(client);
  const otherOfHelp = (client) => (client.key === 'coordinator' ? world.help.for : 'coordinator');
  const helpOf = (client) => {
    if (!isOfHelp(client)) return null;
    const { id, name, role } = people[otherOfHelp(client)];
    const words = (world.help.words ?? []).map(([key, text], index) => ({ id: `w-${index}`, participant: people[key].id, name: people[key].name, text, at: Date.now() - 60_000 + index * 5000 }));
    return {
      id: 'h-1', state: world.help.state, you: client.key === 'coordinator' ? 'helper' : 'helped', since: Date.now() - 120_000, words,
      with: { id, name: (client.key === 'coordinator' && world.help.name) || name, role, here: !world.help.away },
      ...(world.help.state === 'over' ? { ended: world.help.ended ?? 'by_helper' } : {}),
    };
  };
  const tellHelp = () =>
    setTimeout(() => {
      for (const one of [...sockets].filter((client) => client.joined && isOfHelp(client))) {
        send(one, { type: 'help_session', help: helpOf(one) });
        send(one, { type: 'roster', participants: roster(one) });
        send(one, { type: 'slots', slots: slots(one) });
      }
    }, 5);
  const tellRosters = () =>
    setTimeout(() => {
      for (const one of [...sockets].filter((client) => client.joined)) {
        send(one, { type: 'roster', participants: roster(one) });
        send(one, { type: 'slots', slots: slots(one) });
        send(one, { type: 'huddle', huddle: huddleOf(one) });
      }
    }, 5);
  const keyOf = (id) => Object.keys(people).find((key) => people[key].id === id);
  const myState = (client) => (client.key === 'coordinator' || (client.key !== 'doctor' && state.waiting) ? 'waiting' : 'in_visit');
  const others = (client) => world.others.filter((key) => key !== client.key);
  const roster = (client) => [
    ...(myState(client) === 'waiting' && client.key === 'patient' ? [] : others(client).map((key) => member(key, { ...mayOf(client.key, key, true), ...world.members?.[key] }))),
    ...(isOfHelp(client) && helpIsOn() ? [member(otherOfHelp(client), { state: 'waiting' })] : []),
    member(client.key, { you: true, state: myState(client), ...(myState(client) === 'waiting' ? { outside: outsideOf(client.key), ...knockOf(client.key) } : {}), ...client.muted, consent: client.answer ?? 'none' }),
    ...doorFor(client).map((key) => member(key, { state: 'waiting', outside: outsideOf(key), ...knockOf(key), ...mayOf(client.key, key, false), since: Date.now() - 4 * 60_000 })),
  ];
  const hears = (client, key) => !world.huddle || (isTeam(client.key) && isTeam(key));
  const slots = (client) =>
    (isApart(client) ? [otherOfHelp(client)] : others(client)).filter((key) => hears(client, key)).map((key, index) => ({ slot: index, participant: people[key].id, audio_mid: String(2 + index * 2), video_mid: String(3 + index * 2) }));
  const consent = (client) => ({ asked: world.consentAsked, texts: consentTexts, text_version: 'recording-1', answer: client.answer ?? 'none' });

  const expected = () => (world.expected ? { expected: { at: Date.now() + world.expected * 60_000, by: people.doctor.name } } : {});

  const handlers = {
    join(client, message) {
      if (!message.token.startsWith('seat-')) return { type: 'error', code: 'bad_token', message: 'This seat is not known.' };
      client.key = message.token.slice(5).split('-')[0];
      if (!people[client.key]) client.key = 'patient';
      if (world.full) return { type: 'error', code: 'full', message: 'This gateway is full.' };
      client.joined = true;
      state.joins++;
      client.session = message.resume && !world.forgets ? message.resume : `session-${server.address().port}-${++state.session}`;
      const waiting = myState(client) === 'waiting';
      setTimeout(() => greet(client), 20);
      return {
        type: 'joined',
        session: client.session,
        resumed: message.resume === client.session,
        you: roster(client).find((one) => one.you),
        visit: { ...visit(), ...expected(), ...(world.practising ? { practice: true } : {}) },
        permissions: (permissions[client.key] ?? permissions.caregiver).filter((one) => !world.practising || !/recording|consent/.test(one)),
        ice_servers: [],
        roster: roster(client),
        slots: waiting && !isApart(client) ? [] : slots(client),
        chat: world.chat,
        recording: world.recording,
        consent: consent(client),
        huddle: huddleOf(client),
        ...(isOfHelp(client) ? { help: helpOf(client) } : {}),
        resume_seconds: 30,
      };
    },
    async offer(client, message) {
      state.offers++;
      if (world.deaf) return new Promise(() => undefined);
      const active = myState(client) === 'in_visit' || isApart(client);
      const offered = message.packed ? inflateRawSync(Buffer.from(message.sdp, 'base64')).toString() : message.sdp;
      const sdp = answer ? await answer(client.session, offered, active) : answerWithoutMedia(offered);
      if (!message.packed) return { type: 'answer', sdp, active };
      return { type: 'answer', sdp: deflateRawSync(sdp).toString('base64'), packed: true, active };
    },
    ready(client) {
      setTimeout(() => {
        send(client, { type: 'slots', slots: slots(client) });
        send(client, { type: 'roster', participants: roster(client) });
        const speaker = others(client)[0];
        send(client, { type: 'speaker', participant: speaker ? people[speaker].id : null });
        for (const [key, quality] of Object.entries(world.quality ?? {})) send(client, { type: 'quality', participant: people[key].id, ...quality });
        for (const [key, step] of Object.entries(world.pictures ?? {})) send(client, { type: 'picture', participant: people[key].id, step });
        for (const [key, step] of Object.entries(world.seen ?? {})) send(client, { type: 'seen', by: people[key].id, step });
        for (const [key, seconds] of Object.entries(world.missed ?? {})) send(client, { type: 'missed_words', participant: people[key].id, seconds, at: Date.now() - 1000 * seconds });
      }, 20);
      return { type: 'ok' };
    },
    chat(client, message) {
      const said = { id: `m-${Date.now()}`, participant: people[client.key].id, name: people[client.key].name, text: message.text, at: Date.now() };
      world.chat.push(said);
      tell({ type: 'chat', message: said });
      return { type: 'ok' };
    },
    mute(client, { audio, video }) {
      client.muted = { audio_muted: audio, video_muted: video };
      setTimeout(() => send(client, { type: 'roster', participants: roster(client) }), 5);
      return { type: 'ok' };
    },
    consent(client, message) {
      client.answer = message.answer;
      setTimeout(() => {
        send(client, { type: 'consent', consent: consent(client) });
        world.recording = { ...world.recording, state: message.answer === 'given' ? 'recording' : 'off', reason: message.answer === 'given' ? 'none' : 'refused', since: Date.now(), waiting_for: [] };
        tell({ type: 'recording', recording: world.recording });
      }, 10);
      return { type: 'ok' };
    },
    recording(client, message) {
      const next = { start: 'asking', pause: 'paused', resume: 'recording', stop: 'stopped' }[message.action];
      world.recording = { ...world.recording, state: next, since: Date.now(), reason: next === 'paused' || next === 'stopped' ? 'by_physician' : 'none' };
      if (next === 'asking') {
        world.consentAsked = true;
        setTimeout(() => send(client, { type: 'consent', consent: consent(client) }), 5);
      }
      tell({ type: 'recording', recording: world.recording });
      return { type: 'ok' };
    },
    admit(client, message) {
      const key = world.door.find((one) => people[one].id === message.participant);
      if (!key) return { type: 'error', code: 'not_found', message: 'Nobody by that name waits.' };
      world.door = world.door.filter((one) => one !== key);
      delete world.outside[key];
      world.others.push(key);
      tellRosters();
      return { type: 'ok' };
    },
    knock(client) {
      world.knocks[client.key] = 0;
      tellRosters();
      return { type: 'ok' };
    },
    deny(client, message) {
      world.outside[keyOf(message.participant)] = 'refused';
      tellRosters();
      return { type: 'ok' };
    },
    send_out: (client, message) => sendAway(message, 'sent_out'),
    send_back: (client, message) => sendAway(message, 'sent_back'),
    huddle(client, message) {
      world.huddle = message.action === 'begin';
      tellRosters();
      return { type: 'ok' };
    },
    help(client, { action, text }) {
      if (!isOfHelp(client)) return { type: 'error', code: 'wrong_state', message: 'There is none.' };
      if (action === 'say') (world.help.words ??= []).push([client.key, text]);
      else if (action === 'accept') world.help.state = 'open';
      else Object.assign(world.help, { state: 'over', ended: action === 'decline' ? 'declined' : client.key === 'coordinator' ? 'by_helper' : 'by_helped' });
      tellHelp();
      return { type: 'ok' };
    },
    invite: () => ({ type: 'invited', participant: 'p-new', secret: 'k3Jv'.repeat(10) + 'abc' }),
    late(client, { minutes }) {
      world.expected = minutes ?? null;
      setTimeout(() => tell({ type: 'visit', state: 'open', starts_at: visit().starts_at, ...expected() }), 5);
      return { type: 'ok' };
    },
    emergency(client, { action }) {
      const since = Date.now();
      const emergency = action === 'end' ? null : { ...world.emergency, since, by: people[client.key].id, told: action === 'tell' };
      // Whoever sees to alerts has seen it by the time that the patient is told.
      const acknowledged = action === 'tell' ? { at: since, id: 'a-quill', name: 'Nora Quill, RN' } : null;
      const alert = { id: 'a-now', state: acknowledged ? 'acknowledged' : 'pressing', score: 'emergency', value: 1, maximum: 1, at_least: 1, follow: 'alert', raised_at: since, told: 'coordinator', owner: null, acknowledged, note: '', closed_at: null, person: { id: people.patient.id, name: people.patient.name, role: 'patient' } };
      world.screening.alerts = [alert];
      setTimeout(() => send(client, { type: 'emergency', emergency }), 5);
      return { type: 'ok' };
    },
    leave: (client) => goodbye(client, 'left'),
    end: (client) => goodbye(client, 'ended'),
    device: () => ({ type: 'ok' }),
    slots: () => ({ type: 'ok' }),
    away: () => ({ type: 'ok' }),
    figures: () => ({ type: 'ok' }),
    repair: () => ({ type: 'ok' }),
    ping: () => ({ type: 'ok' }),
  };

  function sendAway(message, outside) {
    const key = keyOf(message.participant);
    world.others = world.others.filter((one) => one !== key);
    world.outside[key] = outside;
    world.door.push(key);
    tellRosters();
    return { type: 'ok' };
  }

  function goodbye(client, reason) {
    setTimeout(() => {
      send(client, { type: 'bye', reason, message: '' });
      client.socket.close(1000);
    }, 5);
    return { type: 'ok' };
  }

  function greet(client) {
    if (myState(client) === 'waiting') {
      const present = others(client).map((key) => ({ name: people[key].name, role: people[key].role, opens: ['doctor', 'treating'].includes(key) }));
      const outside = outsideOf(client.key);
      const opens = outside === 'sent_out' || (client.key === 'caregiver' && outside !== 'sent_back') ? 'patient' : 'team';
      send(client, { type: 'waiting', present, physician_told: world.physicianTold, outside, door: opens });
      if (outside === 'refused') send(client, { type: 'denied', message: 'Not now.' });
    }
    if (world.licence && client.key === 'doctor') send(client, { type: 'licence', licence: world.licence });
    if (world.helpComing) send(client, { type: 'help', coming: true });
    if (world.secondDevice) send(client, { type: 'second_device', request: 'd-1', device: 'iPhone', participant: people.patient.id });
  }

  async function handle(client, message) {
    const handler = handlers[message.type];
    const reply = handler ? await handler(client, message) : { type: 'error', code: 'unknown_type', message: 'No such request.' };
    send(client, { ...reply, reply_to: message.id });
  }

  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    /** What the session ids of this gateway begin with. */
    sessions: `session-${server.address().port}-`,
    port: server.address().port,
    url: `http://localhost:${server.address().port}`,
    world,
    state,
    /** The help session, as the gateway tells of it when something changed. */
    tellHelp,
    /** The physician lets everybody in. */
    admitAll() {
      state.waiting = false;
      for (const client of sockets) if (client.joined) send(client, { type: 'admitted' });
    },
    tell,
    /** Cuts every socket and, until it is undone, refuses new ones. */
    cut(refuse) {
      webSockets.options.verifyClient = refuse ? () => false : undefined;
      for (const client of sockets) client.socket.terminate();
    },
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets) client.socket.terminate();
        webSockets.close();
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

function json(response, status, body) {
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function problem(response, status, code, detail) {
  response.writeHead(status, { ...headers, 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify({ type: 'about:blank', status, title: code, detail, code }));
}

async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
